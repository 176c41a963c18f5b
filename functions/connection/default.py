"""$default: what no route takes. Answers to our calls, actions we do not serve, and frames that are not OCPP.

Should API Gateway ever fail to route arrays by their third element, every CALL arrives here; a known action is then
handled by its own module all the same.
"""

import importlib
from typing import Any

from shared.aws.message import NO_ANSWER, Received, answer, receive, refusal
from shared.aws.telemetry import logger
from shared.catalog import BY_NAME
from shared.domain.calls import Entry
from shared.domain.findings import Finding
from shared.ocpp import frame, signed
from shared.ocpp.errors import ErrorCode, OcppError, spell
from shared.ocpp.frame import (
    CallErrorFrame,
    CallFrame,
    CallResultErrorFrame,
    CallResultFrame,
    FrameError,
)
from shared.store import calls, findings, patience

CALL_RESULT_ERROR = "CALLRESULTERROR"
"""In place of an action: which one it answers the message does not say."""
LONGEST_RAW = 200


def handler(event: dict[str, Any], context: object) -> dict[str, Any]:
    patience.begin(context)
    received = receive(event)
    if received is None:
        return NO_ANSWER
    try:
        return _handle(event, context, received)
    except Exception:  # noqa: BLE001  # the last stop before API Gateway, which would send a frame that is not OCPP
        # A CALL is answered by its own module, which does not come here; nobody waits for anything else.
        logger.exception("failed", extra={"station_id": received.station_id})
        return NO_ANSWER


def _handle(event: dict[str, Any], context: object, received: Received) -> dict[str, Any]:
    try:
        message = frame.parse(received.body, received.ocpp_version)
    except FrameError as error:
        _note_unreadable(received, error)
        return answer(received, frame.answer_to(error, received.ocpp_version), message_id=error.message_id or "")
    if isinstance(message, CallResultFrame | CallErrorFrame):
        return _take(received, message)
    if isinstance(message, CallResultErrorFrame):
        complaint = f"{message.code}: {message.description}"[:LONGEST_RAW]
        found = Finding("V-21", "", "the station cannot use an answer of ours", complaint)
        findings.note(received.station_id, CALL_RESULT_ERROR, [found], received.received_at)
        return answer(received, None, message_id=message.message_id)
    if isinstance(message, CallFrame) and signed.is_signed(message) and received.ocpp_version != "1.6":
        try:
            message = signed.unwrapped(message)
        except OcppError as error:
            return answer(received, refusal(message.message_id, error, received.ocpp_version), action=message.action)
        event = {**event, "body": frame.encode(message)}
    action = BY_NAME.get(message.action)
    if action and action.from_station and received.ocpp_version in action.versions:
        module = importlib.import_module(f"functions.actions.{action.module}")
        result: dict[str, Any] = module.handler(event, context)
        return result
    refused = refusal(message.message_id, _objection(message.action, received.ocpp_version), received.ocpp_version)
    reply = refused if isinstance(message, CallFrame) else None
    return answer(received, reply, action=message.action, message_id=message.message_id)


def _take(received: Received, message: CallResultFrame | CallErrorFrame) -> dict[str, Any]:
    """An answer to a call of ours: first what follows from it, then its place with the call, then the next call."""
    call = calls.find(received.station_id, message.message_id)
    if call is None:
        return answer(received, None, message_id=message.message_id)
    # Rare, so made late: what sends the next call needs boto3.
    from shared.aws import command, outbox  # noqa: PLC0415  # boto3 would double the start of this function

    settled = command.Settled()
    if not call.has_answer:
        settled = command.of(call.action).settle(call, message)
        command.follow(call, settled)
    receipt = outbox.take_answer(call, message, received.received_at, settled.outcome)
    objection = _object(settled.unusable, call.call_id) if received.ocpp_version == "2.1" else None
    return answer(
        received, objection, action=call.action, message_id=call.call_id, outcome=receipt, sent_at=call.sent_at
    )


def _object(unusable: str, message_id: str) -> CallResultErrorFrame | None:
    """What 2.1 has for an answer that is no answer to the call (Part 4 section 4.2.5)."""
    code = spell(ErrorCode.FORMAT_VIOLATION, "2.1")
    return CallResultErrorFrame(message_id, code, unusable, {}) if unusable else None


def _note_unreadable(received: Received, error: FrameError) -> None:
    """What is no frame, but names a call of ours that is open, goes into its history: the call still waits, as for any
    answer, and whoever wonders why finds it there."""
    if error.message_type not in (frame.CALL_RESULT, frame.CALL_ERROR) or error.message_id is None:
        return
    call = calls.find(received.station_id, error.message_id)
    if call and call.is_open:
        calls.note(call, Entry(received.received_at, "unreadable answer", error.description))


def _objection(name: str, version: str) -> OcppError:
    action = BY_NAME.get(name)
    if action and version in action.versions:
        return OcppError(ErrorCode.NOT_SUPPORTED, f"{name} is not for a station to send")
    return OcppError(ErrorCode.NOT_IMPLEMENTED, f"{name[:50]} is unknown in OCPP {version}")
