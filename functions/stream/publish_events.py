"""From the table's stream: what happened at a station, into its history and onto the EventBridge bus.

The table is the outbox: an action makes one write, and everything that follows from it starts here.
"""

import datetime as dt
from collections.abc import Iterator
from typing import Any

from shared.aws import alarms, bus, retrievals
from shared.aws.masking import masked_call
from shared.aws.stream import each_change
from shared.domain import firmware_events, shapes, status_shapes
from shared.domain.events import Event
from shared.domain.metering import last_register_wh
from shared.domain.transactions import Transaction
from shared.store import (
    calls,
    connectors,
    events,
    faults,
    findings,
    firmware_campaigns,
    firmware_updates,
    live,
    meter_values,
    stations,
    transactions,
)
from shared.store.changes import Change
from shared.store.dynamodb import Item
from shared.store.keys import entity, time

OF_ENDED_CALLS = (
    *("call_id", "action", "payload", "state", "answer", "error", "created_at", "sent_at", "ended_at"),
    *("requested_by", "job_id", "fallback_of"),
)
IN_HISTORY = ("station.", "status.", "fault.", "alarm.", "firmware_update.ended")


def handler(event: dict[str, Any], context: object) -> dict[str, Any]:
    """If the bus refuses, the exception makes Lambda deliver the whole batch again: an event may be told twice."""
    happened: list[Event] = []
    result = each_change(event, context, lambda change: happened.extend(_keep(change)))
    if happened:
        bus.publish(happened, is_watched=live.is_watched(dt.datetime.now(dt.UTC)))
    return result


def _keep(change: Change) -> Iterator[Event]:
    """The events of a change, once those that belong there are in the station's history and in the list of faults."""
    if change.entity == "STATION" and not change.new:
        faults.forget(change.id)
    for event in events_of(change):
        if change.entity == "CONNECTOR" and event.type.startswith("fault."):
            faults.follow(event)
        if change.entity != "EVENT" and event.type.startswith(IN_HISTORY):
            events.record(event, dt.datetime.now(dt.UTC), published=True)
        yield event


def events_of(change: Change) -> Iterator[Event]:
    """The domain events that a change of an item amounts to."""
    old, new = change.old or {}, change.new or {}
    if change.entity == "EVENT" and new and not new.get("published"):
        yield events.from_item(new)
    elif change.entity == "CONNECTION" and new:
        yield from _of_connection(change.id, old, new)
    elif change.entity == "STATION" and new:
        yield from _of_station(change.id, old, new)
    elif change.entity == "CONNECTOR":
        yield from _of_connectors(change.id, old, new)
    elif change.entity == "TRANSACTION" and new.get("state"):
        yield from _of_transaction(old, new)
    elif change.entity == "CALL" and new:
        yield from _of_call(old, new)
    elif change.entity == "UPDATE" and new:
        before = firmware_updates.from_item(old) if old else None
        yield from firmware_events.of_update(before, firmware_updates.from_item(new))
    elif change.entity == "CAMPAIGN" and new:
        earlier = firmware_campaigns.from_item(old) if old else None
        yield from firmware_events.of_campaign(earlier, firmware_campaigns.from_item(new))
    elif change.entity == "RETRIEVAL" and new:
        yield from retrievals.events_of(old, new)
    elif change.entity == "MONITOR":
        yield from alarms.events_of(old, new)
    elif change.entity == "METER_VALUES" and new and not old:
        yield from _of_meter_values(new)
    elif change.entity == "FINDING" and new and not old:
        counted = findings.from_item(new)
        data = {"action": counted.action, **counted.finding._asdict()}
        yield Event("finding.new", change.id, counted.first_at, data)


def _of_connection(station_id: str, old: Item, new: Item) -> Iterator[Event]:
    before, now = old.get("connection_id"), new.get("connection_id")
    if now and now != before:
        data = {name: new.get(name) or None for name in ("connection_id", "ocpp_version", "remote_address")}
        yield Event("station.online", station_id, time(new["connected_at"]), data)
    elif before and not now:
        yield Event("station.offline", station_id, time(new["disconnected_at"]), {"connection_id": before})


def _of_station(station_id: str, old: Item, new: Item) -> Iterator[Event]:
    station = stations.from_item(new)
    if old.get("registration") != station.registration:
        at = dt.datetime.now(dt.UTC) if old else station.created_at
        data = {"registration": station.registration, "previous": old.get("registration")}
        yield Event("station.registration_changed", station_id, at, data)
    if station.booted_at and old.get("booted_at") != new["booted_at"]:
        data = {name: getattr(station, name) for name in stations.BOOT_FIELDS}
        yield Event("station.booted", station_id, station.booted_at, data)


def _of_connectors(station_id: str, old: Item, new: Item) -> Iterator[Event]:
    known = {(status.evse_id, status.connector_id): status for status in connectors.from_item(old)}
    for status in connectors.from_item(new):
        place = (status.evse_id, status.connector_id)
        before = known.get(place)
        said = status_shapes.connector_status(status)
        if status.reported_status is None:
            continue
        if before and status_shapes.connector_status(before) | {"changed_at": None} == said | {"changed_at": None}:
            continue
        data = {"evse_id": status.evse_id, "connector_id": status.connector_id, **said}
        data |= {"previous_status": before.reported_status if before else None, "late": False}
        yield Event("status.changed", station_id, status.changed_at, data)
        if status.faulted:
            yield Event("fault.raised", station_id, status.changed_at, data)
        elif before and before.faulted:
            yield Event("fault.cleared", station_id, status.changed_at, data)


def _of_transaction(old: Item, new: Item) -> Iterator[Event]:
    transaction = transactions.from_item(new)
    before = transactions.from_item(old) if old.get("state") else None
    if before and transaction.folded and before.folded and transaction.folded.generation != before.folded.generation:
        before = None  # the station has begun another one under the same id
    if before is None and "reused" in transaction.flags:
        return
    data = shapes.transaction(transaction)
    if transaction.started_at and (before is None or before.started_at is None):
        yield Event("transaction.started", transaction.station_id, transaction.started_at, data)
    elif (
        before and transaction.folded and transaction.state == "active" and _progress(before) != _progress(transaction)
    ):
        yield _progress_of(transaction)
    if transaction.state == "ended" and transaction.ended_at:
        yield Event("transaction.ended", transaction.station_id, transaction.ended_at, data)


def _progress(transaction: Transaction) -> tuple[object, ...]:
    """What of a running transaction is told: in OCPP 2.x its readings come with events of which most are not."""
    if transaction.folded is None:
        return ()
    return transaction.charging_state, transaction.id_token, transaction.verdict, transaction.started_at


def _progress_of(transaction: Transaction) -> Event:
    assert transaction.folded is not None  # noqa: S101  # it is made of events
    data: dict[str, Any] = {
        "transaction_id": transaction.transaction_id,
        "evse_id": transaction.evse_id,
        "meter_wh": transaction.folded.last_register_wh,
        "meter_values": [],
        "charging_state": transaction.charging_state,
        "id_token": transaction.id_token,
        "trigger_reason": transaction.trigger_reason,
    }
    return Event("transaction.updated", transaction.station_id, transaction.folded.last_at, data)


def _of_call(old: Item, new: Item) -> Iterator[Event]:
    call, before = calls.from_item(new), calls.from_item(old) if old else None
    said = shapes.call(call._replace(payload=masked_call(call)))
    if call.ended_at and (before is None or before.is_open):
        yield Event("call.ended", call.station_id, call.ended_at, {name: said[name] for name in OF_ENDED_CALLS})
    if call.late_answer is not None and (before is None or before.late_answer is None):
        data = {name: said[name] for name in ("call_id", "action", "late_answer")}
        yield Event("call.answered_late", call.station_id, call.history[-1].at, data)


def _of_meter_values(new: Item) -> Iterator[Event]:
    report = meter_values.from_item(new)
    if report.number is None:
        return
    data = {
        "transaction_id": str(report.number),
        "evse_id": report.evse_id,
        "meter_wh": last_register_wh(report.values),
        "meter_values": [shapes.meter_value(value, inferred=report.inferred) for value in report.values],
        "charging_state": None,
        "id_token": None,
        "trigger_reason": None,
    }
    at = report.values[-1].at if report.values else report.received_at
    yield Event("transaction.updated", entity(new["pk"])[1], at, data)
