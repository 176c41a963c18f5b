"""From the table's stream: what a change of state asks for elsewhere.

Sockets to close: a newer connection won, the planned reconnect is due, the operator changed the station. A
transaction's traces (shared/aws/transaction_traces.py), and the question whether it still runs at a station that has
come back. Meter values that name a transaction which is not theirs. What was expected to follow from a call: the
transaction after a remote start, the boot after a reset (shared/aws/outcomes.py). Reservations that are used or lost.
Firmware updates and retrievals of logs, which wait for what stations tell. What a station that has booted lacks of the
fleet's settings.
"""

import datetime as dt
import time
from collections.abc import Callable, Mapping
from typing import Any

from shared.aws import (
    adhoc_payments,
    charging_needs,
    firmware_updates,
    fleet_settings,
    gateway,
    misnamed_readings,
    outcomes,
    reservations,
    retrievals,
    security_upgrades,
    timers,
    transaction_checks,
    transaction_traces,
    turns,
    workflow,
)
from shared.aws.stream import REDRIVEN, each_change
from shared.aws.timers import Timer
from shared.domain.calls import OPEN, Call
from shared.domain.reservations import OUT_OF_ORDER
from shared.store import (
    calls,
    connections,
    connectors,
    events,
    jobs,
    keys,
    meter_values,
    outbox,
    stations,
    table,
    transactions,
)
from shared.store.changes import Change
from shared.store.dynamodb import Item

ANSWER_FIRST_S = 0.5
"""A planned close waits this long after the heartbeat that asked for it, so that its answer is out."""
NOT_YET_OPEN_S = (0.1, 0.2, 0.4, 0.8)
"""A connection without a common version is closed when its handshake is complete, which may take this moment."""
SETTLED_AFTER = dt.timedelta(seconds=1)
"""A new connection is complete by then, and the BootNotification of a station that has booted is out of the way."""
CLOSES_CONNECTION = ("registration", "options", "password_hash")
"""What of a station rides on its connection or let it in: after a change it must connect again."""


FOLLOWED_AS_IT_IS = (
    *("CALL", "CAMPAIGN", "CHARGING_PROFILE", "CONNECTOR", "DIAGNOSTICS", "RETRIEVAL", "TRANSACTION", "UPDATE"),
)
"""What follows from these is to hold for what is, not for what was: a token in use, a cost, a status. Of the others
each record tells something that has happened and stays true."""


def handler(event: dict[str, Any], context: object) -> dict[str, Any]:
    return each_change(event, context, _follow_late if event.get(REDRIVEN) else _follow)


def _follow_late(change: Change) -> None:
    """A change that was given up and is followed now, perhaps after later ones of the same item: as the change from
    what was before it to what is."""
    if change.entity in FOLLOWED_AS_IT_IS and change.new:
        change = change._replace(new=table.get(keys.Key(change.new["pk"], change.new["sk"])))
    _follow(change)


def _follow(change: Change) -> None:
    if change.entity == "CONNECTION" and change.new:
        _close_replaced(change.old or {}, change.new)
        _close_if_due(change.id, change.new)
        _time_outbox(change.id, change.old or {}, change.new)
        if change.new.get("connection_id") not in (None, (change.old or {}).get("connection_id")):
            retrievals.follow_online(change.id)
            firmware_updates.station_ready(change.id)
            transaction_checks.ask_after(change.id, change.new.get("ocpp_version"))
    elif change.entity == "CALL" and change.new:
        _follow_call(change.id, change.old, change.new)
    elif change.entity == "CLOSING" and change.new:
        _close_once_open(change.id)
    elif change.entity == "STATION" and change.old:
        _close_if_changed(change.id, change.old, change.new or {})
        _note_boot(change.id, change.old, change.new or {})
    elif change.entity == "CONNECTOR" and change.new:
        _follow_status(change.id, change.new)
    elif change.entity == "TRANSACTION" and change.new and "state" in change.new:
        transaction_traces.follow(change.old, change.new)
    elif change.entity == "EVENT" and change.new:
        _follow_report(change.id, change.new)
    elif change.entity == "METER_VALUES" and change.new and not change.old and "doubtful" in change.new:
        misnamed_readings.look_up(meter_values.from_item(change.new))
    elif change.entity in CONSEQUENCES:
        CONSEQUENCES[change.entity](change)


CONSEQUENCES: Mapping[str, Callable[[Change], None]] = {
    "CAMPAIGN": turns.follow_campaign,
    "CHARGING_PROFILE": charging_needs.follow,
    "UPDATE": firmware_updates.follow,
    "DIAGNOSTICS": retrievals.follow_collection,
    "RETRIEVAL": retrievals.follow,
}
"""What state machines work on, and what else has consequences of its own."""


def _follow_report(station_id: str, new: Item) -> None:
    """What a station tells of a file that it fetches or brings."""
    if new["type"] == "firmware.status":
        firmware_updates.note_status(events.from_item(new))
    elif new["type"] in ("diagnostics.status", "log.status"):
        retrievals.follow_status(station_id, new)
    elif new["type"] == "firmware_publication.status":
        outcomes.join_publication(events.from_item(new))


def _close_replaced(old: Item, new: Item) -> None:
    """The newest connection wins: the socket before it is closed, if it is still there (rule T-71)."""
    before, now = old.get("connection_id"), new.get("connection_id")
    if before and now and before != now:
        gateway.close(before)


def _time_outbox(station_id: str, old: Item, new: Item) -> None:
    """When the outstanding call is due, and when a new connection may go on with what waits.

    The timer follows from the write that made the call outstanding, so none can be forgotten.
    """
    before, now = outbox.from_item(station_id, old), outbox.from_item(station_id, new)
    if now.outstanding and (before.outstanding is None or before.outstanding != now.outstanding):
        timers.set(Timer(station_id, now.outstanding.call_id, now.outstanding.due_at))
    if now.connection_id and now.connection_id != before.connection_id and (now.waiting or now.outstanding):
        timers.set(Timer(station_id, None, dt.datetime.now(dt.UTC) + SETTLED_AFTER))


def _follow_call(station_id: str, old: Item | None, new: Item) -> None:
    """When a new call expires; what the bulk job that it belongs to should know of it; what is left to do at its
    end."""
    call = calls.from_item(new)
    if old is None:
        timers.set(Timer(station_id, call.call_id, call.expires_at))
    if call.job_id and not call.part_of and (old is None or old["state"] != call.state):
        jobs.note_call(call.job_id, station_id, call.state, call.ended_at or call.sent_at or call.created_at)
    if old is not None and old["state"] in OPEN and not call.is_open:
        outcomes.close_end(call)
        firmware_updates.note_call(call)
    elif call.late_answer is not None and old is not None and "late_answer" not in old:
        firmware_updates.note_call(call)
    if old is not None and not call.is_open and (old["state"] in OPEN or old.get("outcome") != new.get("outcome")):
        adhoc_payments.follow_call(call)
    _wake_at_end(call, old)


def _wake_at_end(call: Call, old: Item | None) -> None:
    """The state machine that waits for a call goes on at its end, or at once if it has begun to wait after that. A call
    that another one stands in for has handed its token on."""
    if call.task_token is None or call.is_open or call.fallback_id:
        return
    if old is None or old["state"] in OPEN or old.get("task_token") != call.task_token:
        workflow.wake(call.task_token, workflow.outcome(call))


def _close_if_due(station_id: str, new: Item) -> None:
    """The planned reconnect, unless the station is charging or owes us an answer: then it stays until it is idle or the
    two hours are up."""
    if not new.get("close_due") or not new.get("connection_id") or "outstanding" in new:
        return
    if any(one.state == "active" for one in transactions.recent_of_station(station_id)):
        return
    asked = (dt.datetime.now(dt.UTC) - keys.time(new["last_seen_at"])).total_seconds()
    time.sleep(max(0.0, min(ANSWER_FIRST_S, ANSWER_FIRST_S - asked)))
    gateway.close(new["connection_id"])


def _close_once_open(connection_id: str) -> None:
    for pause_s in NOT_YET_OPEN_S:
        if gateway.close(connection_id):
            return
        time.sleep(pause_s)


def _close_if_changed(station_id: str, old: Item, new: Item) -> None:
    changed = {name for name in CLOSES_CONNECTION if old.get(name) != new.get(name)}
    if new.get("password_hash") in stations.pending_hashes(old):
        changed.discard("password_hash")  # the station itself has taken it
    if not changed:
        return
    connection = connections.find(station_id)
    if connection is None or connection.connection_id is None:
        return
    # A connection from after the change has met the station as it is now.
    if "changed_at" not in new or connection.connected_at <= keys.time(new["changed_at"]):
        gateway.close(connection.connection_id)


def _note_boot(station_id: str, old: Item, new: Item) -> None:
    if "booted_at" in new and new["booted_at"] != old.get("booted_at"):
        outcomes.join_boot(station_id, keys.time(new["booted_at"]))
        firmware_updates.note_boot(station_id, new.get("firmware_version"), keys.time(new["booted_at"]))
        if asked := security_upgrades.note_boot(station_id, keys.time(new["booted_at"])):
            timers.set(Timer(station_id, None, asked.created_at + SETTLED_AFTER))
        if fleet_settings.note_boot(station_id, keys.time(new["booted_at"])):
            timers.set(Timer(station_id, None, dt.datetime.now(dt.UTC) + SETTLED_AFTER))


def _follow_status(station_id: str, new: Item) -> None:
    if "awaited" in new:
        outcomes.join_status(station_id, new)
    if new.get("latest") in OUT_OF_ORDER:
        reservations.remove_lost(station_id, connectors.from_item(new))
