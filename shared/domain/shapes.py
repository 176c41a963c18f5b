"""The JSON shapes that scripts rely on, in the operator API and in domain events: snake_case, times in ISO 8601 UTC."""

import datetime as dt
from typing import Any

from shared.domain.authorization import TransactionLimit
from shared.domain.availability import AvailabilityWish, ConnectorStatus, is_met, wish_for
from shared.domain.calls import Call
from shared.domain.metering import MeterValue, SampledValue
from shared.domain.transaction_events import TransactionEvent, is_complete, missing_seq_nos
from shared.domain.transactions import Transaction

Json = dict[str, Any]


def time(at: dt.datetime | None) -> str | None:
    """`2026-11-23T08:00:00Z`, with a fraction only where there is one."""
    return at.astimezone(dt.UTC).isoformat().replace("+00:00", "Z") if at else None


def transaction(one: Transaction) -> Json:
    """A transaction. `number` is 1.6's transactionId; energies are Wh; `flags` see shared/domain/transactions.py."""
    return {
        "transaction_id": one.transaction_id,
        "number": one.number,
        "station_id": one.station_id,
        "evse_id": one.evse_id,
        "connector_id": one.connector_id,
        "id_token": one.id_token,
        "group_id": one.group_id,
        "authorization_status": one.verdict,
        "state": one.state,
        "started_at": time(one.started_at),
        "ended_at": time(one.ended_at),
        "meter_start_wh": one.meter_start_wh,
        "meter_stop_wh": one.meter_stop_wh,
        "energy_wh": one.energy_wh,
        "stopped_reason": one.stopped_reason,
        "stop_id_token": one.stop_id_token,
        "reservation_id": one.reservation_id,
        "remote_call_id": one.remote_call_id,
        "flags": list(one.flags),
        "id_token_type": one.id_token_type,
        "charging_state": one.charging_state,
        "trigger_reason": one.trigger_reason,
        "remote_start_id": one.remote_start_id,
        "time_spent_charging_s": one.time_spent_charging_s,
        "number_of_phases": one.number_of_phases,
        "cable_max_current_a": one.cable_max_current_a,
        "operation_mode": one.operation_mode,
        "tariff_id": one.tariff_id,
        "transaction_limit": transaction_limit(one.transaction_limit),
        "total_cost": float(one.total_cost) if one.total_cost is not None else None,
        "currency": one.bill.currency if one.bill else None,
        "station_cost": float(one.station_cost) if one.station_cost is not None else None,
        "missing_seq_nos": missing_seq_nos(one) if one.folded else [],
        "complete": is_complete(one) if one.folded else None,
    }


def transaction_limit(limit: TransactionLimit | None) -> Json | None:
    """Where a transaction is to end by itself."""
    if limit is None:
        return None
    return limit._asdict() | {"max_cost": float(limit.max_cost) if limit.max_cost is not None else None}


def transaction_event(event: TransactionEvent) -> Json:
    """An event of a transaction in OCPP 2.x, as the station told it; its meter values are shown with the others."""
    fields = event._asdict()
    for name in ("meter_values", "group_id", "token_expires_at", "verdict"):
        del fields[name]
    return fields | {
        "at": time(event.at),
        "received_at": time(event.received_at),
        "additional_info": [{"additional_id_token": text, "type": kind} for text, kind in event.additional_info],
        "transaction_limit": transaction_limit(event.transaction_limit),
        "authorization_status": event.verdict,
        "meter_values": len(event.meter_values),
    }


def connector_status(status: ConnectorStatus) -> Json:
    """A connector's status without its place: `status` in OCPP 2.0.1's words, `reported_status` in the station's."""
    return {
        "status": status.status,
        "reported_status": status.reported_status,
        "error_code": status.error_code,
        "info": status.info,
        "vendor_id": status.vendor_id,
        "vendor_error_code": status.vendor_error_code,
        "changed_at": time(status.changed_at),
    }


def evses(statuses: list[ConnectorStatus], wishes: list[AvailabilityWish]) -> list[Json]:
    """EVSEs with their connectors; EVSE 0, the station as a whole, is not among them. `availability` is what a station
    tells of an EVSE as a whole (connector 0), which only those of 2.x do."""
    by_evse: dict[int, list[Json]] = {}
    of_evse: dict[int, Json] = {}
    for status in statuses:
        if status.evse_id and status.connector_id == 0:
            of_evse[status.evse_id] = connector_status(status)
            by_evse.setdefault(status.evse_id, [])
        elif status.evse_id:
            connector = {
                "connector_id": status.connector_id,
                **connector_status(status),
                "wished_availability": wished_availability(status.evse_id, status.connector_id, statuses, wishes),
            }
            by_evse.setdefault(status.evse_id, []).append(connector)
    return [
        {"evse_id": evse_id, "availability": of_evse.get(evse_id), "connectors": connectors}
        for evse_id, connectors in by_evse.items()
    ]


def wished_availability(
    evse_id: int, connector_id: int, statuses: list[ConnectorStatus], wishes: list[AvailabilityWish]
) -> Json | None:
    """The availability that a connector is to have, or with EVSE 0 the station. `state`: met, pending, scheduled."""
    wish = wish_for(wishes, evse_id, connector_id)
    if wish is None:
        return None
    own = [one for one in statuses if (one.evse_id, one.connector_id) == (evse_id, connector_id)]
    is_so = is_met(wish, wishes, own if evse_id else statuses)
    return {
        "availability": wish.availability,
        "state": "met" if is_so else "scheduled" if wish.is_scheduled else "pending",
        "asked_at": time(wish.asked_at),
        "call_id": wish.call_id,
    }


def meter_value(value: MeterValue, *, inferred: bool) -> Json:
    """What was measured at one moment. `inferred`: the message did not name this transaction, we filed it here."""
    return {
        "timestamp": time(value.at),
        "inferred": inferred,
        "sampled_values": [_sampled_value(sample) for sample in value.samples],
    }


def _sampled_value(sample: SampledValue) -> Json:
    fields = sample._asdict()
    signed = {name: fields.pop(name) for name in ("signed_data", "signing_method", "encoding_method", "public_key")}
    value, unit = sample.normalized() or (None, None)
    return fields | {
        "normalized_value": value,
        "normalized_unit": unit,
        "signed": signed if signed["signed_data"] is not None else None,
    }


def call(one: Call) -> Json:
    """A call to a station. `answer` is the payload of its CALLRESULT, `error` the station's CALLERROR or, with the
    codes NoAnswer and ConnectionLost, our own word for why there is none."""
    return {
        "call_id": one.call_id,
        "station_id": one.station_id,
        "action": one.action,
        "payload": one.payload,
        "state": one.state,
        "answer": one.answer,
        "error": one.error._asdict() if one.error else None,
        "late_answer": one.late_answer,
        "outcome": one.outcome,
        "created_at": time(one.created_at),
        "sent_at": time(one.sent_at),
        "ended_at": time(one.ended_at),
        "expires_at": time(one.expires_at),
        "timeout_s": one.timeout_s,
        "parts": list(one.parts),
        "part_of": one.part_of,
        "fallback_id": one.fallback_id,
        "fallback_of": one.fallback_of,
        "job_id": one.job_id,
        "requested_by": one.requested_by,
        "history": [
            {"at": time(entry.at), "event": entry.event, "detail": entry.detail or None} for entry in one.history
        ],
    }
