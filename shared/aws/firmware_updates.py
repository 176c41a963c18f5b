"""Firmware updates at work: what a change of one, or of its station, leads to (shared/domain/firmware_progress.py).

An update's state machine only waits, sends and concludes. That it begins, that its station is asked, and that what it
waits for has come, follows from changes of items, which come by the table's stream (functions/stream/follow_up.py).
"""

import datetime as dt
import math
from collections.abc import Callable
from typing import Any, NamedTuple

from shared.aws import files, turns, workflow
from shared.aws.spoken import Target
from shared.domain import firmware_attempts as attempts
from shared.domain import firmware_progress as progress
from shared.domain.calls import Call, new_call_id
from shared.domain.events import Event
from shared.domain.firmware_attempts import COMMANDS, TIMEOUT, Conclusion, Fault, FirmwareOrder, Way
from shared.domain.firmware_campaigns import Campaign
from shared.domain.firmware_updates import Terms, Update
from shared.store import (
    capabilities,
    firmware,
    firmware_campaigns,
    firmware_updates,
    keys,
    stations,
    steps,
    transactions,
)
from shared.store.changes import Change
from shared.store.dynamodb import encode_item

LATEST = 25
"""How many of a station's latest updates are looked at."""
LOCATION_OUTLASTS = dt.timedelta(hours=12)
"""How much longer than its download may take the link to a firmware file is good for."""
GONE = "The update's record was removed"
REPLACES = "AcceptedCanceled"
"""By which a station says that it takes an update in place of the one under way."""
REPLACED = "The station has taken another update in its place"


class Source(NamedTuple):
    """Where stations download the firmware of a campaign, and how they check it."""

    location: str
    signature: str | None
    signing_certificate: str | None


# ---------------------------------------------------------------------- from the stream


def follow(change: Change) -> None:
    """What a change of an update leads to: its state machine starts, its turn is looked for, what waits goes on."""
    old = firmware_updates.from_item(change.old) if change.old else None
    new = firmware_updates.from_item(change.new) if change.new else None
    if new is None:
        if old and old.is_open and old.task_token:
            workflow.wake(old.task_token, {"next": progress.CONCLUDE})
        return
    if new.is_open and new.place != "later" and (old is None or old.place == "later"):
        _start(new)
    if new.awaits == "turn" and new.state == "queued":
        turns.consider(new)
    elif new.awaits == "turn" and attempts.needs_attempt(new):
        _ask(new)
    elif new.failure is not None and progress.is_updated(new):
        # Its attempt was given up, and the machine sleeps until the next; the station did it all the same.
        turns.end(new, "succeeded", attempts.NOT_TOLD if new.installed_at is None else None)
    else:
        _wake(new)
    if not new.is_open and (old is None or old.is_open):
        turns.follow_ended(new)


def note_status(event: Event) -> None:
    """A station has told how far its update is."""
    status, request_id = event.data["status"], event.data.get("request_id")
    for update in firmware_updates.latest_of_station(event.station_id, LATEST):
        if progress.note_status(update, status, event.at, request_id) != update:
            _change(update, lambda standing: progress.note_status(standing, status, event.at, request_id))


def note_boot(station_id: str, version: str | None, booted_at: dt.datetime) -> None:
    """A station has booted."""
    _note(station_id, lambda update: progress.note_boot(update, version, booted_at))


def note_call(call: Call) -> None:
    """The call by which a station was asked has ended, or its answer has come late."""
    if call.action not in COMMANDS:
        return
    said = call.answer or (call.late_answer or {}).get("error") or call.late_answer or {}
    answer = call.error.code if call.state == "refused" and call.error else said.get("status") or said.get("code")
    if answer is None and call.late_answer is not None:
        answer = "answered late"
    at = call.history[-1].at if call.history else call.created_at
    _note(call.station_id, lambda update: progress.note_call(update, call.call_id, call.state, answer, at))
    if answer == REPLACES:
        for update in _open_updates(call.station_id):
            if update.sent_at is not None and update.call_id != call.call_id:
                turns.end(update, "cancelled", REPLACED)


def station_ready(station_id: str) -> None:
    """A station has come online, or has become idle, or its update has ended: it may be another's turn."""
    for update in reversed(_open_updates(station_id)):
        if update.awaits == "turn" and attempts.needs_attempt(update):
            _ask(update)
        elif update.awaits == "turn":
            turns.consider(update)


def _note(station_id: str, step: Callable[[Update], Update]) -> None:
    """Keep a fact with those updates of a station that it says something of."""
    for update in _open_updates(station_id):
        if update.state == "running" and step(update) != update:
            _change(update, step)


def _open_updates(station_id: str) -> list[Update]:
    """The updates of a station that have not ended, newest first."""
    return [one for one in firmware_updates.latest_of_station(station_id, LATEST) if one.is_open]


def _change(update: Update, step: Callable[[Update], Update | None]) -> Update | None:
    station_id, update_id = update.station_id, update.update_id

    def taken(standing: Update | None) -> Update | None:
        return step(standing) if standing else None

    return steps.take(
        f"The firmware update {update_id}",
        lambda: firmware_updates.find(station_id, update_id),
        taken,
        firmware_updates.to_item,
        firmware_updates.from_item,
    )


# ---------------------------------------------------------------------- towards the machine


def _start(update: Update) -> None:
    campaign = firmware_campaigns.find(update.campaign_id)
    if campaign is None:
        return
    workflow.start(
        "UpdateFirmware",
        update.update_id,
        {
            "key": encode_item(keys.update(update.station_id, update.update_id)._asdict()),
            "station_id": update.station_id,
            "update_id": update.update_id,
            "requested_by": f"campaign {update.campaign_id}",
            "within_s": attempts.within_s(campaign.terms, _now()),
        },
    )


def _wake(update: Update) -> None:
    """Let the machine go on, if what it waits for is over."""
    output = progress.verdict(update)
    if output is None or update.task_token is None:
        return
    if output["next"] in COMMANDS:
        campaign = firmware_campaigns.find(update.campaign_id)
        is_on = campaign is not None and campaign.state != "cancelled"
        output = _request(update, campaign) if campaign and is_on else {"next": progress.CONCLUDE}
    elif output["next"] == "follow":
        campaign = firmware_campaigns.find(update.campaign_id)
        output |= {"within_s": attempts.within_s(campaign.terms if campaign else Terms(), _now())}
    workflow.wake(update.task_token, output)


def _request(update: Update, campaign: Campaign) -> dict[str, Any]:
    """What the machine needs to ask a station."""
    now = _now()
    terms, within_s = campaign.terms, attempts.within_s(campaign.terms, now)
    needed_for = dt.timedelta(seconds=within_s["expires"] + within_s["download"])
    source = _source(campaign, now + needed_for + LOCATION_OUTLASTS)
    if source is None:
        return {"next": progress.CONCLUDE}
    has_time = update.signed or update.ocpp_version != "1.6"
    order = FirmwareOrder(
        location=source.location,
        retrieve_at=terms.retrieve_at or now,
        install_at=terms.install_at if has_time else None,
        retries=terms.retries,
        retry_interval_s=terms.retry_interval_s,
        signature=source.signature if update.signed else None,
        signing_certificate=source.signing_certificate if update.signed else None,
    )
    return {
        "next": update.command,
        "order": attempts.order_json(order),
        "call_id": update.call_id,
        "within_s": within_s,
    }


def _ask(update: Update) -> None:
    """Begin the next attempt, if the station can be asked now; its write brings us back to wake the machine."""
    campaign = firmware_campaigns.find(update.campaign_id)
    now = _now()
    if campaign is None or campaign.state == "cancelled" or progress.is_updated(update):
        _conclude(update)
        return
    if _change(update, lambda standing: attempts.resume(standing, now)):
        return
    station, connection = stations.find_with_connection(update.station_id)
    way = _way(update, campaign, Target(station, connection).ocpp_version) if station else None
    if station is None or way is None or not attempts.may_try(update, campaign.terms):
        _conclude(update)
        return
    is_online = connection is not None and connection.is_online(now)
    if update.attempt and not (is_online and (not campaign.terms.when_idle or _is_idle(update.station_id))):
        return
    call_id = new_call_id(now)
    _change(update, lambda standing: attempts.begin(standing, way, call_id, station.firmware_version, now))


def _conclude(update: Update) -> None:
    if update.task_token:
        workflow.wake(update.task_token, {"next": progress.CONCLUDE})


def _is_idle(station_id: str) -> bool:
    return all(one.state != "active" for one in transactions.recent_of_station(station_id))


def _source(campaign: Campaign, expires_at: dt.datetime) -> Source | None:
    """None if the firmware was removed."""
    if campaign.firmware_id is None:
        return Source(campaign.location or "", campaign.signature, campaign.signing_certificate)
    found = firmware.find(campaign.firmware_id)
    if found is None:
        return None
    return Source(files.firmware_location(found, expires_at), found.signature, found.signing_certificate)


def _way(update: Update, campaign: Campaign, ocpp_version: str) -> Way | None:
    """How the station can be asked in the version that it speaks; None if it cannot."""
    source = _source(campaign, _now())
    has_signature = source is not None and bool(source.signature and source.signing_certificate)
    station = stations.find(update.station_id)
    version = station.firmware_version if station else None
    remembered = frozenset(one for one in COMMANDS if capabilities.find(update.station_id, one, version))
    unknown = attempts.unknown_to(update, remembered)
    return attempts.choose(campaign.terms, has_signature=has_signature, unknown=unknown, ocpp_version=ocpp_version)


# ---------------------------------------------------------------------- in the machine


def conclude(station_id: str, update_id: str, fault: Fault | None, *, was_asked: bool) -> Conclusion:
    """What comes after an attempt, or after a wait in which the station was not asked: the update ends, or is given up
    until its next attempt. May be repeated."""
    update = firmware_updates.find(station_id, update_id)
    if update is None:
        return Conclusion("failed", GONE)
    if update.state == "queued" and fault and fault.name == TIMEOUT and not turns.may_give_up(update):
        return Conclusion(None)
    campaign = firmware_campaigns.find(update.campaign_id)
    fault = fault or _missing(update, campaign)
    concluded = attempts.conclude(
        update,
        campaign.terms if campaign else Terms(),
        campaign=campaign.state if campaign else "cancelled",
        way=_way(update, campaign, update.ocpp_version) if campaign else None,
        fault=fault,
        was_asked=was_asked,
    )
    if concluded.state is None:
        _change(update, lambda standing: attempts.give_up(standing, concluded.reason or "", _now()))
        return concluded._replace(wait_s=_until_open_s(campaign, concluded.wait_s))
    if update.is_open:
        turns.end(update, concluded.state, concluded.reason)
    return concluded


def _missing(update: Update, campaign: Campaign | None) -> Fault | None:
    """What an update cannot do without and somebody has removed."""
    if stations.find(update.station_id) is None:
        return Fault("NotFound", "The station was removed")
    if campaign and _source(campaign, _now()) is None:
        return Fault("NotFound", "The firmware that it was to get was removed")
    return None


def _until_open_s(campaign: Campaign | None, wait_s: int) -> int:
    """A pause before the next attempt, as long as it takes for the maintenance window to be open then."""
    now = _now()
    then = now + dt.timedelta(seconds=wait_s)
    if campaign is None or campaign.window is None or campaign.window.is_open(then):
        return wait_s
    opens_at = campaign.window.next_opening(then)
    return math.ceil((opens_at - now).total_seconds()) if opens_at else wait_s


def _now() -> dt.datetime:
    return dt.datetime.now(dt.UTC)
