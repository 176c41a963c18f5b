"""What followed at a station from a call: an answer only says that it will be done, and what is done is told later.

A remote start is followed by a transaction, a remote stop by its end, a reset by a boot, a change of availability by a
status. A command notes with its call what it `awaits`, and once it is accepted until when; the changes of state, which
come by the table's stream (functions/stream/follow_up.py), look for the calls that wait for them. Either may come
first: a transaction may be here before the answer to its remote start is.
"""

import datetime as dt
from collections.abc import Iterator
from contextlib import suppress
from typing import Literal

from shared.aws.masking import masked_call
from shared.domain import iso_times, passwords
from shared.domain.authorization import normalize
from shared.domain.availability import AvailabilityWish, is_met, is_overtaken
from shared.domain.calls import Call, Json
from shared.domain.events import Event
from shared.domain.transactions import Transaction
from shared.store import calls, connectors, keys, outbox, requests, stations, transactions
from shared.store.connectors import Connectors
from shared.store.dynamodb import Item

Awaited = Literal["start", "end", "boot", "status"]
"""What a call waits for: the start of a transaction, its end, a boot, a status that confirms an availability."""
FOLLOWS_WITHIN_S = 150
"""How long a transaction may take to begin or to end, unless the station's configuration says."""
BOOTS_WITHIN_S = 600
"""A station may stop its transactions before, and test itself after."""
ENDS_WITHIN_S = 86_400
"""How long a transaction may run that a change of availability is put off for."""
LOOK_BACK = dt.timedelta(days=8)
"""No call that is older can just have been sent: calls wait for a week at most."""
LATEST = 50
"""How many of the latest calls are looked at."""
CLOCK_TOLERANCE = dt.timedelta(minutes=1)
PUBLISHED = "Published"
NOT_PUBLISHED = ("DownloadFailed", "InvalidChecksum", "PublishFailed")
"""PublishFirmwareStatusEnumType, as far as it tells an end."""


def pending(within_s: int, **known: str | int) -> Json:
    """An outcome that is expected within some time from now."""
    until = dt.datetime.now(dt.UTC) + dt.timedelta(seconds=within_s)
    return {"state": "pending", "until": iso_times.time(until), **known}


def done(**known: str | int | None) -> Json:
    """An outcome that has come."""
    given = {name: value for name, value in known.items() if value is not None}
    return {"state": "done", "at": iso_times.time(dt.datetime.now(dt.UTC)), **given}


def give_up(station_id: str, call_id: str) -> None:
    """Expect no longer what should have followed from a call."""
    call = calls.find(station_id, call_id)
    if call is not None and (call.outcome or {}).get("state") == "pending":
        calls.set_outcome(call, {"state": "timed_out", "at": iso_times.time(dt.datetime.now(dt.UTC))})


def join_start(transaction: Transaction) -> None:
    """A new transaction finds the remote start that it began with: by the number that both have, or since the answer to
    the call has named it (2.0.1, F01); in 1.6 by token, place and time."""
    if transaction.folded is not None:
        if transaction.remote_start_id is not None:
            _join_by_number(transaction, transaction.remote_start_id)
        else:
            _join_by_answer(transaction)
        return
    if transaction.id_token is None or transaction.started_at is None:
        return
    for call in _awaiting(transaction.station_id, "start"):
        if call.notes["id_token"] != normalize(transaction.id_token):
            continue
        if call.notes.get("evse_id", transaction.evse_id) != transaction.evse_id:
            continue
        # By the time it came, since the station's clock may be wrong; or by the clock, since it may come late.
        if not (_is_in_time(call, dt.datetime.now(dt.UTC)) or _is_in_time(call, transaction.started_at)):
            continue
        if _join_start(call, transaction):
            return


def _join_by_number(transaction: Transaction, remote_start_id: int) -> None:
    """A number is one call's: whenever the transaction comes, it began with that call."""
    call_id = requests.find(transaction.station_id, remote_start_id, requests.REMOTE_START)
    call = calls.find(transaction.station_id, call_id) if call_id else None
    if call is not None:
        _join_start(call, transaction)


def _join_by_answer(transaction: Transaction) -> None:
    for call in _awaiting(transaction.station_id, "start"):
        if (call.outcome or {}).get("transaction_id") == transaction.own_id and _join_start(call, transaction):
            return


def _join_start(call: Call, transaction: Transaction) -> bool:
    known = call.outcome or {}
    is_known = known.get("state") == "done" and known.get("transaction_id") == transaction.transaction_id
    if is_known or calls.set_outcome(call, done(transaction_id=transaction.transaction_id)):
        transactions.note_remote_call(transaction.transaction_id, call.call_id)
        return True
    return False


def join_end(transaction: Transaction) -> None:
    """A transaction that has ended finds the remote stops that asked for it."""
    ids = {transaction.transaction_id, transaction.own_id, str(transaction.number)}
    for call in _awaiting(transaction.station_id, "end"):
        if call.notes["transaction_id"] in ids:
            reason = transaction.stopped_reason
            calls.set_outcome(call, done(transaction_id=transaction.transaction_id, stopped_reason=reason))


def join_boot(station_id: str, booted_at: dt.datetime) -> None:
    """A station that has booted finds the resets that it was sent before."""
    for call in _awaiting(station_id, "boot"):
        if _is_in_time(call, booted_at):
            calls.set_outcome(call, done(booted_at=iso_times.time(booted_at)))


def join_status(station_id: str, item: Item) -> None:
    """The statuses of a station confirm availabilities that were wished of it."""
    known = connectors.whole_from_item(item)
    oldest = dt.datetime.now(dt.UTC) - LOOK_BACK
    current = [one for one in known.wishes if one.asked_at > oldest and not is_overtaken(one, known.wishes)]
    met = [one for one in current if settle_wish(station_id, one, known)]
    if met == current:
        connectors.stop_waiting(station_id, item["awaited"])


def join_publication(event: Event) -> None:
    """What a local controller tells of firmware that it was asked to offer finds the call that asked for it."""
    status, request_id = event.data["status"], event.data.get("request_id")
    if request_id is None or (status != PUBLISHED and status not in NOT_PUBLISHED):
        return
    call_id = requests.find(event.station_id, request_id)
    call = calls.find(event.station_id, call_id) if call_id else None
    if call:
        came = {"status": status, "locations": event.data.get("locations")}
        state = "done" if status == PUBLISHED else "failed"
        calls.set_outcome(call, done() | {"state": state} | {name: one for name, one in came.items() if one})


def settle_wish(station_id: str, wish: AvailabilityWish, known: Connectors) -> bool:
    """Note with its call that a wish has come true; whether it has."""
    if not is_met(wish, known.wishes, known.statuses):
        return False
    if call := calls.find(station_id, wish.call_id):
        calls.set_outcome(call, done())
    return True


def close_end(call: Call) -> None:
    """What is left to do when a call has ended, however it did.

    Its secrets have been sent, or never will be. A password stays pending if nobody knows whether it was taken.
    """
    hidden = masked_call(call)
    if hidden != call.payload:
        calls.keep_payload(call, hidden)
    password_id = call.notes.get("password_id")
    if password_id is None:
        return
    ended_at, was_never_sent = call.ended_at or call.created_at, call.state in ("expired", "cancelled")
    stations.change_passwords(
        call.station_id,
        lambda known: (
            passwords.refuse(known, password_id) if was_never_sent else passwords.give_up(known, password_id, ended_at)
        ),
    )


def _awaiting(station_id: str, what: Awaited) -> Iterator[Call]:
    """The calls that wait for this, in the order in which they were made: sent, and not refused."""
    since = dt.datetime.now(dt.UTC) - LOOK_BACK
    found = calls.made_since(station_id, since, LATEST)
    yield from (call for call in reversed(found) if call.notes.get("awaits") == what and _may_be_followed(call))


def _may_be_followed(call: Call) -> bool:
    if call.state == "queued":  # unless the station was faster than the note that it was sent
        outstanding = outbox.find(call.station_id).outstanding
        return outstanding is not None and outstanding.call_id == call.call_id
    # One that is accepted has an outcome. One that is not answered may have been accepted.
    return call.outcome is not None or (call.state in ("sent", "timed_out") and not call.has_answer)


def _is_in_time(call: Call, at: dt.datetime) -> bool:
    """Whether something that happened then can follow from a call."""
    sent_at = call.sent_at or call.created_at
    until = sent_at + dt.timedelta(seconds=call.timeout_s + call.notes.get("within_s", FOLLOWS_WITHIN_S))
    with suppress(KeyError, TypeError):
        until = keys.time((call.outcome or {})["until"])
    return sent_at - CLOCK_TOLERANCE <= at <= until
