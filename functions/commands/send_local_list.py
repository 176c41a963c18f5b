"""SendLocalList: what a station knows of id tokens by itself, whole or what changed of it."""

import datetime as dt

from shared.aws.command import Command, Message, Settled, Target
from shared.aws.local_lists import IS_FULL, withdraw
from shared.aws.orders import Names, Orders
from shared.aws.telemetry import logger
from shared.domain.calls import Call, CallError, Json, Order
from shared.domain.configuration import whole_number
from shared.domain.errors import Invalid
from shared.domain.local_list import (
    DEFAULT_PART,
    LARGEST_VERSION,
    MOST_ENTRIES,
    UNSUPPORTED,
    Entries,
    Entry,
    LocalList,
    Update,
    Wish,
    accept,
    apply,
    full,
    issue,
    lack,
    parts,
    repeated,
    resend,
)
from shared.ocpp.v16.send_local_list import (
    IdTagInfo,
    LocalAuthorizationList,
    SendLocalListRequest,
    SendLocalListResponse,
)
from shared.ocpp.words import id_tag_info_16
from shared.store import configuration, local_lists

AT_ONCE_KEY, IN_ALL_KEY = "SendLocalListMaxLength", "LocalAuthListMaxLength"
LIST = "payload.localAuthorizationList"

handler = Command("SendLocalList")
handler.speaks("1.6")
orders = Orders(handler)


@handler.before("1.6")
def request(request: SendLocalListRequest, target: Target) -> list[Message]:
    """Section 5.15 of OCPP 1.6. Versions rise, and what is too much for one message goes in several."""
    station_id = target.station_id
    _check_entries(request)
    update = _update(request)
    bounds = configuration.values(station_id, AT_ONCE_KEY, IN_ALL_KEY)
    standing, wish = local_lists.find(station_id), local_lists.wish(station_id)
    after = _after(update, standing, wish)
    in_all = min(_bound(bounds.get(IN_ALL_KEY), MOST_ENTRIES), MOST_ENTRIES)
    if after is not None and len(after) > in_all:
        raise Invalid(f"The list would have {len(after)} entries; the station takes {in_all}", path=LIST)
    updates = parts(update, _bound(bounds.get(AT_ONCE_KEY), DEFAULT_PART))
    last = updates[-1].version
    if last > LARGEST_VERSION:
        raise Invalid(f"Versions end at {LARGEST_VERSION}", path="payload.listVersion")
    before = standing.issued
    issued = update.version > 0 and local_lists.change(station_id, lambda known: issue(known, update.version, last))
    if not issued:
        raise Invalid(f"The version must rise: it has to be above {before}", path="payload.listVersion")
    local_lists.set_wish(station_id, Wish(last, after, dt.datetime.now(dt.UTC)))
    return [_message(one, before if one is updates[0] else one.version - 1) for one in updates]


def _check_entries(request: SendLocalListRequest) -> None:
    entries = request.local_authorization_list or []
    errors = [(f"{LIST}[{n}].idTag", "The id token stands twice") for n in repeated([one.id_tag for one in entries])]
    if request.update_type == "Full":
        lacking = [number for number, one in enumerate(entries) if one.id_tag_info is None]
        errors += [
            (f"{LIST}[{n}].idTagInfo", "Without it an entry is removed, which a Full list does not") for n in lacking
        ]
    if errors:
        raise Invalid("The list has entries that cannot be sent", errors=errors)


def _after(update: Update, standing: LocalList, wish: Wish | None) -> Entries | None:
    """The list once everything that was sent, and this, has come to the station; None where that cannot be told."""
    if update.is_full:
        return apply({}, update)
    if wish is not None and wish.version == standing.issued:
        return None if wish.entries is None else apply(wish.entries, update)
    return apply(standing.entries or {}, update) if standing.is_settled else None


def _bound(value: str | None, default: int) -> int:
    """What a station says of how much it takes; a 0 is no answer."""
    number = whole_number(value or "")
    return number if number and number > 0 else default


def _message(update: Update, base: int) -> Message:
    """`base` is the version that the station has by then."""
    return Message(_request(update), {IS_FULL: int(update.is_full), "base": base})


@handler.answered("1.6")
def settle(request: SendLocalListRequest, response: SendLocalListResponse, call: Call) -> Settled | None:
    """What the station has taken is known; what failed is made good by a Full list, which is the standard's advice."""
    station_id = call.station_id
    if response.status == "NotSupported":
        _lack(call)
        return None
    if response.status == "VersionMismatch" and request.update_type == "Full":
        withdraw(station_id)  # the station has a later version, from elsewhere: it tells, and the next list goes above
        return Settled(next=[Order("GetLocalListVersion", {})])
    if response.status != "Accepted":
        return _fail(call, response.status)
    update = _update(request)
    known = local_lists.change(station_id, lambda one: accept(one, update, call.notes.get("base"), call.created_at))
    known = known or local_lists.find(station_id)
    has_gap = known.version == update.version and known.entries is None
    return _fail(call, "a part before it was lost") if has_gap else None


@handler.refused("1.6")
def give_up(_request: SendLocalListRequest, error: CallError, call: Call) -> Settled | None:
    if error.code not in UNSUPPORTED:
        return _fail(call, error.code)
    _lack(call)
    return None


def _lack(call: Call) -> None:
    local_lists.change(call.station_id, lambda known: lack(known, call.created_at))
    withdraw(call.station_id)


def _fail(call: Call, reason: str) -> Settled | None:
    """What waits and builds upon this goes no further. After a Differential, or where part of the list is missing, a
    Full list follows, unless one waits already or enough have followed."""
    is_repeated = local_lists.find(call.station_id).resent_for == call.call_id
    if not is_repeated and withdraw(call.station_id):
        return None
    wish = local_lists.wish(call.station_id)
    if call.notes.get(IS_FULL) or wish is None or wish.entries is None:
        return None
    known = local_lists.change(call.station_id, lambda one: resend(one, call.call_id))
    if known is None or known.resent_version is None:
        logger.warning("no full list follows", extra={"station_id": call.station_id, "reason": reason})
        return None
    return Settled(next=[Order(handler.name, _payload(full(wish.entries, known.resent_version)))])


# ---------------------------------------------------------------------- between 1.6's words and ours


def _update(request: SendLocalListRequest) -> Update:
    given = request.local_authorization_list or []
    return Update(
        version=request.list_version,
        is_full=request.update_type == "Full",
        entries=tuple(_entry(one.id_tag, one.id_tag_info) for one in given if one.id_tag_info is not None),
        removed=tuple(one.id_tag for one in given if one.id_tag_info is None),
    )


def _entry(id_token: str, info: IdTagInfo) -> Entry:
    expires_at = info.expiry_date.replace(microsecond=0) if info.expiry_date else None
    return Entry(id_token, info.status, expires_at, info.parent_id_tag)


def _request(update: Update) -> SendLocalListRequest:
    removed = [LocalAuthorizationList(id_tag=id_token) for id_token in update.removed]
    entries = [
        LocalAuthorizationList(
            id_tag=one.id_token, id_tag_info=IdTagInfo(**id_tag_info_16(one.status, one.expires_at, one.group_id))
        )
        for one in update.entries
    ]
    return SendLocalListRequest(
        list_version=update.version,
        update_type="Full" if update.is_full else "Differential",
        local_authorization_list=[*removed, *entries] or None,
    )


def _payload(update: Update) -> Json:
    return _request(update).to_wire(milliseconds=True)


@orders.worded("1.6", names=Names({"version": "listVersion", "id_tokens": "localAuthorizationList"}))
def word(order: Update) -> Json:
    return _payload(order)
