"""$default: what no route takes. Answers to our calls, actions we do not serve, and frames that are not OCPP.

Should API Gateway ever fail to route arrays by their third element, every CALL arrives here; a known action is then
handled by its own module all the same.
"""

import importlib
from typing import Any

from shared.aws.message import NO_ANSWER, answer, receive, refusal
from shared.catalog import BY_NAME
from shared.ocpp import frame
from shared.ocpp.errors import ErrorCode, OcppError
from shared.ocpp.frame import CallFrame, FrameError, SendFrame


def handler(event: dict[str, Any], context: object) -> dict[str, Any]:
    received = receive(event)
    if received is None:
        return NO_ANSWER
    try:
        message = frame.parse(received.body, received.ocpp_version)
    except FrameError as error:
        return answer(received, frame.answer_to(error, received.ocpp_version), message_id=error.message_id or "")
    if not isinstance(message, CallFrame | SendFrame):
        return answer(received, None, message_id=message.message_id)
    action = BY_NAME.get(message.action)
    if action and action.from_station and received.ocpp_version in action.versions:
        module = importlib.import_module(f"functions.actions.{action.module}")
        result: dict[str, Any] = module.handler(event, context)
        return result
    refused = refusal(message.message_id, _objection(message.action, received.ocpp_version), received.ocpp_version)
    reply = refused if isinstance(message, CallFrame) else None
    return answer(received, reply, action=message.action, message_id=message.message_id)


def _objection(name: str, version: str) -> OcppError:
    action = BY_NAME.get(name)
    if action and version in action.versions:
        return OcppError(ErrorCode.NOT_SUPPORTED, f"{name} is not for a station to send")
    return OcppError(ErrorCode.NOT_IMPLEMENTED, f"{name[:50]} is unknown in OCPP {version}")
