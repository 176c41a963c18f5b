"""Signed messages (2.x Part 4, chapter 7): the payload inside a flattened JWS, under the action's name and `-Signed`.

The station's credentials have let it in already, so the signature is not verified here; the frame as it came, with its
signature, is in the message log.
"""

import base64
import binascii
import json

from shared.ocpp.errors import ErrorCode, OcppError
from shared.ocpp.frame import CallFrame

SUFFIX = "-Signed"


def is_signed(frame: CallFrame) -> bool:
    return frame.action.endswith(SUFFIX)


def unwrapped(frame: CallFrame) -> CallFrame:
    """The message that a signed one holds. Raises OcppError where its payload is no base64url of a JSON object."""
    try:
        text = frame.payload["payload"]
        payload = json.loads(base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)))
    except (KeyError, TypeError, ValueError, binascii.Error) as error:
        raise OcppError(ErrorCode.FORMAT_VIOLATION, "The payload of the signed message cannot be read") from error
    if not isinstance(payload, dict):
        raise OcppError(ErrorCode.FORMAT_VIOLATION, "The payload of the signed message is not a JSON object")
    return CallFrame(frame.message_id, frame.action.removesuffix(SUFFIX), payload)
