"""TransactionEvent: something happened in a transaction. Always answered and kept, each event once (rules TX-01 to
TX-15)."""

from contextlib import suppress
from typing import TYPE_CHECKING, Any

from shared.aws.action import Action
from shared.aws.authorizing import Judged, judge
from shared.aws.message import Call
from shared.aws.pricing import Pricing
from shared.aws.transaction_answers import extras
from shared.domain.authorization import IdToken
from shared.domain.clocks import is_credible
from shared.domain.findings import Finding
from shared.domain.transaction_events import TransactionEvent, draft
from shared.domain.transactions import Transaction
from shared.ocpp.words_2x import id_token_info, limit_of, meter_values_2x, place_2x, uncut
from shared.store import findings, transaction_events
from shared.store.dynamodb import DynamoDBError
from shared.store.transaction_events import Kept

if TYPE_CHECKING:
    from shared.ocpp.v21.transaction_event import TransactionEventRequest

handler = Action("TransactionEvent", lambda _call: {})


@handler.on("2.0.1", "2.1")
def keep(request: "TransactionEventRequest", call: Call) -> dict[str, Any]:
    """Blocks E and J of OCPP 2.0.1. A repeated event is answered as the first time and changes nothing; which order
    events come in does not matter.

    The token is judged as of now, even if the event is days old: the station asks whether to go on.
    """
    event = _event(request, call)
    if not is_credible(event):
        _note_clock(call)
    transaction_id = uncut(request.transaction_info.transaction_id, call.payload, "transactionInfo", "transactionId")
    kept, judged = _begin(transaction_id, event, call) or _keep(transaction_id, event, call)
    token = judged.token if judged else None
    answer = extras(kept.transaction, kept.event, token, call.ocpp_version)
    if judged and kept.event.verdict:
        answer["idTokenInfo"] = id_token_info(
            kept.event.verdict,
            group_id=kept.event.group_id,
            cache_expires_at=kept.event.token_expires_at,
            evse_ids=judged.evse_ids,
        )
    return _with_texts(answer, kept, token, call.ocpp_version)


def _note_clock(call: Call) -> None:
    """Count what the time of receipt stands in for. The answer is worth more than the count."""
    text = "the clock cannot be right: the time of receipt stands in, and no money moves by itself"
    with suppress(DynamoDBError, OSError):
        findings.note(call.station_id, handler.name, [Finding("Q-05", "timestamp", text)], call.received_at)


Taken = tuple[Kept, Judged | None]


def _begin(transaction_id: str, event: TransactionEvent, call: Call) -> Taken | None:
    """Most Started events begin a transaction: none is read to learn that there is none."""
    if event.event_type != "Started":
        return None
    judged = _judge(draft(transaction_id, call.station_id, event), event, call)
    kept = transaction_events.begin(call.station_id, transaction_id, _with(judged, event, call), _pricing(judged, call))
    return (kept, judged) if kept else None


def _keep(transaction_id: str, event: TransactionEvent, call: Call) -> Taken:
    transaction = transaction_events.standing(call.station_id, transaction_id, event)
    judged = _judge(transaction, event, call)
    event = _with(judged, event, call)
    return transaction_events.keep(transaction, transaction_id, event, _pricing(judged, call)), judged


def _pricing(judged: Judged | None, call: Call) -> Pricing:
    return Pricing(judged.token if judged else None, call.received_at)


def _with(judged: Judged | None, event: TransactionEvent, call: Call) -> TransactionEvent:
    """The event with the verdict on its token."""
    if judged is None:
        return event
    token = judged.token
    return event._replace(
        verdict=judged.verdict,
        group_id=token.group_id if token else None,
        token_expires_at=token.cache_expires_at(call.received_at) if token else None,
    )


def _with_texts(answer: dict[str, Any], kept: Kept, token: IdToken | None, version: str) -> dict[str, Any]:
    """The answer with what the driver is to read of the tariff (I01, I06)."""
    if kept.transaction.bill is None:
        return answer
    from shared.aws import driver_texts  # noqa: PLC0415  # there need not be tariffs

    if "idTokenInfo" in answer and kept.event.verdict == "Accepted":
        answer["idTokenInfo"] |= driver_texts.with_token(kept.transaction, token, version)
    return answer | driver_texts.updated(kept.transaction, kept.event, version)


def _judge(transaction: Transaction, event: TransactionEvent, call: Call) -> Judged | None:
    """The verdict on the token that came with an event; None if none came (E05, E07, C12)."""
    if event.id_token is None:
        return None
    placed = transaction if transaction.evse_id else transaction._replace(evse_id=event.evse_id)
    stops = event.event_type == "Ended" or event.trigger_reason == "StopAuthorized"
    return judge(placed, event.id_token, event.id_token_type, call.received_at, stops=stops)


def _event(request: "TransactionEventRequest", call: Call) -> TransactionEvent:
    """The event in our words. What only 2.1 has is missing from the model of 2.0.1."""
    info, token, place = request.transaction_info, request.id_token, place_2x(request.evse)
    return TransactionEvent(
        event_type=request.event_type,
        seq_no=request.seq_no,
        at=request.timestamp,
        trigger_reason=request.trigger_reason,
        offline=bool(request.offline),
        charging_state=info.charging_state,
        evse_id=place.evse_id if place else None,
        connector_id=place.connector_id if place else None,
        id_token=uncut(token.id_token, call.payload, "idToken", "idToken") if token else None,
        id_token_type=token.type if token else None,
        additional_info=tuple(
            (one.additional_id_token, one.type) for one in (token.additional_info or [] if token else [])
        ),
        stopped_reason=info.stopped_reason,
        remote_start_id=info.remote_start_id,
        reservation_id=request.reservation_id,
        time_spent_charging_s=info.time_spent_charging,
        number_of_phases=request.number_of_phases_used,
        cable_max_current_a=request.cable_max_current,
        operation_mode=getattr(info, "operation_mode", None),
        tariff_id=getattr(info, "tariff_id", None),
        transaction_limit=limit_of(getattr(info, "transaction_limit", None)),
        preconditioning_status=getattr(request, "preconditioning_status", None),
        evse_sleep=getattr(request, "evse_sleep", None),
        cost_details=call.payload.get("costDetails") if getattr(request, "cost_details", None) else None,
        custom_data=request.custom_data,
        meter_values=tuple(meter_values_2x(request.meter_value, call.payload)),
        received_at=call.received_at,
    )
