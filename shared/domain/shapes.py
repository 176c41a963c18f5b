"""The JSON shapes that scripts rely on, in the operator API and in domain events: snake_case, times in ISO 8601 UTC."""

from typing import Any

from shared.domain.authorization import TransactionLimit
from shared.domain.calls import Call
from shared.domain.iso_times import time
from shared.domain.metering import MeterValue, SampledValue
from shared.domain.payments import Payment
from shared.domain.transaction_events import TransactionEvent, is_complete, missing_seq_nos
from shared.domain.transactions import Transaction

Json = dict[str, Any]


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


def payment(one: Payment) -> Json:
    """A payment; amounts are in its currency."""
    return {
        "payment_id": one.payment_id,
        "station_id": one.station_id,
        "evse_id": one.evse_id,
        "psp_ref": one.psp_ref,
        "state": one.state,
        "currency": one.currency,
        "limit": {
            "max_cost": float(one.limit.max_cost) if one.limit.max_cost is not None else None,
            "max_energy_wh": one.limit.max_energy_wh,
            "max_time_s": one.limit.max_time_s,
        },
        "settled_amount": float(one.settled_amount) if one.settled_amount is not None else None,
        "settled_at": time(one.settled_at),
        "reason": one.reason,
        "conflict": one.conflict,
        "transaction_id": one.transaction_id,
        "receipt_id": one.receipt_id,
        "receipt_url": one.receipt_url,
        "vat_number": one.vat_number,
        "company": one.company._asdict() if one.company else None,
        "card_last4_digits": one.card_last4_digits,
        "created_at": time(one.created_at),
        "call_id": one.call_id,
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
