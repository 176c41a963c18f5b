"""SendLocalList: what a station knows of id tokens by itself, whole or what changed of it."""

import datetime as dt
import json
from typing import Any, NamedTuple

from shared.aws.command import Command, Message, Settled, Target
from shared.aws.device_model import LARGEST_FRAME_BYTES
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
    Removal,
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
from shared.domain.variables import VariableId
from shared.ocpp.local_lists import LIST, names_of, payload_of, tokens_of, update_of, written
from shared.ocpp.messages import V2X, request_of
from shared.ocpp.model import Wire
from shared.store import configuration, local_lists, variables

AT_ONCE_KEY, IN_ALL_KEY = "SendLocalListMaxLength", "LocalAuthListMaxLength"
AT_ONCE = VariableId("LocalAuthListCtrlr", "ItemsPerMessage")
BYTES_AT_ONCE = VariableId("LocalAuthListCtrlr", "BytesPerMessage")
IN_ALL = VariableId("LocalAuthListCtrlr", "Entries")
"""Its value is how many there are, its upper limit how many there may be."""
ENVELOPE_BYTES = 256
"""What a message takes beside the entries of the list: its id, its action, the version."""

handler = Command("SendLocalList")
handler.speaks("1.6", "2.0.1", "2.1")
orders = Orders(handler)


class Bounds(NamedTuple):
    """How much of a list a station takes."""

    at_once: int
    in_all: int
    bytes_at_once: int | None = None


@handler.before("1.6", "2.0.1", "2.1")
def request(request: Wire, target: Target) -> list[Message]:
    """Section 5.15 of OCPP 1.6, use case D01. Versions rise, and what is too much for one message goes in several."""
    station_id, version = target.station_id, target.ocpp_version
    payload, names = request.to_wire(milliseconds=True), names_of(version)
    _check_entries(payload, version)
    update, bounds = update_of(payload, version), _bounds(station_id, version)
    standing, wish = local_lists.find(station_id), local_lists.wish(station_id)
    after = _after(update, standing, wish)
    if after is not None and len(after) > bounds.in_all:
        reason = f"The list would have {len(after)} entries; the station takes {bounds.in_all}"
        raise Invalid(reason, path=f"payload.{LIST}")
    updates = _parts(update, bounds, version)
    last = updates[-1].version
    if last > LARGEST_VERSION:
        raise Invalid(f"Versions end at {LARGEST_VERSION}", path=f"payload.{names.version}")
    before = standing.issued
    issued = update.version > 0 and local_lists.change(station_id, lambda known: issue(known, update.version, last))
    if not issued:
        raise Invalid(f"The version must rise: it has to be above {before}", path=f"payload.{names.version}")
    local_lists.set_wish(station_id, Wish(last, after, dt.datetime.now(dt.UTC)))
    return [_message(one, before if one is updates[0] else one.version - 1, version) for one in updates]


def _check_entries(payload: Json, version: str) -> None:
    names, entries = names_of(version), payload.get(LIST, [])
    path = f"payload.{LIST}"
    errors = [
        (f"{path}[{number}].{names.token}", "The id token stands twice")
        for number in repeated(tokens_of(payload, version))
    ]
    if payload["updateType"] == "Full":
        lacking = [number for number, one in enumerate(entries) if names.info not in one]
        errors += [
            (f"{path}[{n}].{names.info}", "Without it an entry is removed, which a Full list does not") for n in lacking
        ]
    if errors:
        raise Invalid("The list has entries that cannot be sent", errors=errors)


def _bounds(station_id: str, version: str) -> Bounds:
    if version not in V2X:
        told = configuration.values(station_id, AT_ONCE_KEY, IN_ALL_KEY)
        in_all = _bound(told.get(IN_ALL_KEY), MOST_ENTRIES)
        return Bounds(_bound(told.get(AT_ONCE_KEY), DEFAULT_PART), min(in_all, MOST_ENTRIES))
    known = variables.find_many(station_id, (AT_ONCE, BYTES_AT_ONCE, IN_ALL))
    values = {one: known[one.normal].actual.value for one in (AT_ONCE, BYTES_AT_ONCE) if one.normal in known}
    entries = known[IN_ALL.normal].characteristics if IN_ALL.normal in known else None
    in_all = int(entries.max_limit) if entries and entries.max_limit else MOST_ENTRIES
    bytes_at_once = min(_bound(values.get(BYTES_AT_ONCE), LARGEST_FRAME_BYTES), LARGEST_FRAME_BYTES)
    return Bounds(_bound(values.get(AT_ONCE), DEFAULT_PART), min(in_all, MOST_ENTRIES), bytes_at_once)


def _parts(update: Update, bounds: Bounds, version: str) -> list[Update]:
    if bounds.bytes_at_once is None:
        return parts(update, bounds.at_once)

    def size(one: Entry | Removal) -> int:
        return len(json.dumps(written(one, version))) + 2

    return parts(update, bounds.at_once, size=size, room=bounds.bytes_at_once - ENVELOPE_BYTES)


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


def _message(update: Update, base: int, version: str) -> Message:
    """`base` is the version that the station has by then."""
    request = request_of(handler.name, version).model_validate(payload_of(update, version))
    return Message(request, {IS_FULL: int(update.is_full), "base": base})


@handler.answered("1.6", "2.0.1", "2.1")
def settle(request: Wire, response: Any, call: Call) -> Settled | None:
    """What the station has taken is known; what failed is made good by a Full list, which is the standard's advice."""
    station_id = call.station_id
    if response.status == "NotSupported":
        _lack(call)
        return None
    if response.status == "VersionMismatch" and call.notes.get(IS_FULL):
        withdraw(station_id)  # the station has a later version, from elsewhere: it tells, and the next list goes above
        return Settled(next=[Order("GetLocalListVersion", {})])
    if response.status != "Accepted":
        return _fail(call, response.status)
    update = update_of(request.to_wire(milliseconds=True), call.ocpp_version)
    known = local_lists.change(station_id, lambda one: accept(one, update, call.notes.get("base"), call.created_at))
    known = known or local_lists.find(station_id)
    has_gap = known.version == update.version and known.entries is None
    return _fail(call, "a part before it was lost") if has_gap else None


@handler.refused("1.6", "2.0.1", "2.1")
def give_up(_request: Wire, error: CallError, call: Call) -> Settled | None:
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
    return Settled(next=[Order(handler.name, payload_of(full(wish.entries, known.resent_version), call.ocpp_version))])


@orders.worded("1.6", names=Names({"version": "listVersion", "id_tokens": LIST}))
def word(order: Update) -> Json:
    return payload_of(order, "1.6")


@orders.worded("2.0.1", "2.1", names=Names({"version": "versionNumber", "id_tokens": LIST}))
def word_2x(order: Update) -> Json:
    return payload_of(order, "2.0.1")
