"""The frames of OCPP-J, the JSON arrays that travel as WebSocket text messages (OCPP-J 1.6 4, 2.x Part 4 chapter 4).

A frame holds what stands on the wire: an error code is the text in its version's spelling (`errors.spell` writes it,
`errors.read` understands it), a payload is a JSON object that nobody has validated yet.
"""

import json
import math
from dataclasses import dataclass
from typing import Any, NoReturn

from shared.ocpp.errors import DESCRIPTIONS, ErrorCode, spell

Payload = dict[str, Any]


@dataclass(frozen=True, slots=True)
class _Request:
    message_id: str
    action: str
    payload: Payload


@dataclass(frozen=True, slots=True)
class _Refusal:
    message_id: str
    code: str
    description: str
    details: Payload


class CallFrame(_Request):
    """`[2, message id, action, payload]`: asks the peer to do something and waits for its answer."""

    __slots__ = ()


@dataclass(frozen=True, slots=True)
class CallResultFrame:
    """`[3, message id, payload]`: the answer to the CALL with that message id."""

    message_id: str
    payload: Payload


class CallErrorFrame(_Refusal):
    """`[4, message id, code, description, details]`: the CALL with that message id was refused."""

    __slots__ = ()


class CallResultErrorFrame(_Refusal):
    """`[5, message id, code, description, details]`, 2.1 only: the CALLRESULT with that message id was unusable."""

    __slots__ = ()


class SendFrame(_Request):
    """`[6, message id, action, payload]`, 2.1 only: tells the peer something; never answered, not even by an error."""

    __slots__ = ()


Frame = CallFrame | CallResultFrame | CallErrorFrame | CallResultErrorFrame | SendFrame

CALL, CALL_RESULT, CALL_ERROR, CALL_RESULT_ERROR, SEND = 2, 3, 4, 5, 6

_ELEMENTS = {CALL: 4, CALL_RESULT: 3, CALL_ERROR: 5, CALL_RESULT_ERROR: 5, SEND: 4}
_MESSAGE_TYPES = {
    "1.6": (CALL, CALL_RESULT, CALL_ERROR),
    "2.0.1": (CALL, CALL_RESULT, CALL_ERROR),
    "2.1": (CALL, CALL_RESULT, CALL_ERROR, CALL_RESULT_ERROR, SEND),
}
# The standard ends at 36 characters, a UUID. Stations with older firmware exceed it, so 1.6 gets some room; 2.x names
# the answer to a longer id ("-1"), so there it is refused.
_LONGEST_MESSAGE_ID = {"1.6": 64, "2.0.1": 36, "2.1": 36}
_LONGEST_DESCRIPTION = 255
_UNREADABLE_ID = "-1"
_ANSWERS = (CALL_RESULT, CALL_ERROR, CALL_RESULT_ERROR)
_ESCAPED_SURROGATE = "\\ud"
_PADDING = " \t\r\n\x00\ufeff"


class FrameError(Exception):
    """A text that is no frame of its version.

    `message_id` is None where it could not be read, `message_type` is the number the text starts with, if any.
    `answer_to` says what to send back.
    """

    def __init__(
        self, code: ErrorCode, description: str = "", message_id: str | None = None, message_type: int | None = None
    ) -> None:
        self.code = code
        self.description = description or DESCRIPTIONS[code]
        self.message_id = message_id
        self.message_type = message_type
        super().__init__(f"{code}: {self.description}")


def answer_to(error: FrameError, version: str) -> CallErrorFrame | CallResultErrorFrame | None:
    """What `version` wants sent back for a text that is no frame; None: nothing, drop it.

    - An answer or a SEND is never answered, except that 2.1 reports an unusable CALLRESULT by a CALLRESULTERROR.
    - A message type the version does not have is ignored in 1.6 and 2.1 and answered by MessageTypeNotSupported in
      2.0.1.
    - Without a readable message id 1.6 has no answer; 2.x answers with the id "-1".
    """
    code = spell(error.code, version)
    if error.message_type == CALL_RESULT and version == "2.1" and error.message_id is not None:
        return CallResultErrorFrame(error.message_id, code, error.description, {})
    if error.code is ErrorCode.MESSAGE_TYPE_NOT_SUPPORTED:
        ignored = version != "2.0.1"
    else:
        ignored = error.message_type not in (None, CALL)
    if ignored or (error.message_id is None and version == "1.6"):
        return None
    return CallErrorFrame(_UNREADABLE_ID if error.message_id is None else error.message_id, code, error.description, {})


def parse(text: str, version: str) -> Frame:
    """The frame that a WebSocket text message holds, as `version` ("1.6", "2.0.1", "2.1") defines it.

    Tolerated: white space, NUL and byte order marks around it, a whole number as message id, `null` for an empty
    payload, description or details. Of a repeated JSON key the last value counts. Half of a surrogate pair becomes
    U+FFFD in an answer, which is kept as it comes: no database can hold it. Raises FrameError.
    """
    elements = array(text)
    message_type = elements[0] if elements and type(elements[0]) is int else None
    message_id = _message_id(elements, version)

    def refuse(code: ErrorCode, description: str) -> NoReturn:
        raise FrameError(code, description, message_id, message_type)

    if message_type is None:
        refuse(ErrorCode.RPC_FRAMEWORK_ERROR, "The first element is not a message type number")
    if message_type not in _MESSAGE_TYPES[version]:
        refuse(ErrorCode.MESSAGE_TYPE_NOT_SUPPORTED, f"OCPP {version} has no message type {message_type}")
    if message_id is None:
        longest = _LONGEST_MESSAGE_ID[version]
        refuse(ErrorCode.RPC_FRAMEWORK_ERROR, f"The message id is not a text of at most {longest} characters")
    if len(elements) != _ELEMENTS[message_type]:
        expected = _ELEMENTS[message_type]
        refuse(ErrorCode.RPC_FRAMEWORK_ERROR, f"The frame has {len(elements)} elements instead of {expected}")

    if message_type in _ANSWERS and _ESCAPED_SURROGATE in text.lower():
        try:
            elements = _whole(elements)
        except RecursionError:
            refuse(ErrorCode.FORMAT_VIOLATION, "The message is nested too deep")
    if message_type in (CALL_ERROR, CALL_RESULT_ERROR):
        code, description, details = elements[2], elements[3] or "", elements[4] or {}
        if not (isinstance(code, str) and isinstance(description, str) and isinstance(details, dict)):
            refuse(ErrorCode.RPC_FRAMEWORK_ERROR, "The frame does not hold a code, a description and details")
        kind = CallErrorFrame if message_type == CALL_ERROR else CallResultErrorFrame
        return kind(message_id, code, description, details)

    payload = {} if elements[-1] is None else elements[-1]
    if not isinstance(payload, dict):
        refuse(ErrorCode.FORMAT_VIOLATION, "The payload is not a JSON object")
    if message_type == CALL_RESULT:
        return CallResultFrame(message_id, payload)
    action = elements[2]
    if not isinstance(action, str):
        refuse(ErrorCode.RPC_FRAMEWORK_ERROR, "The action is not a text")
    return CallFrame(message_id, action, payload) if message_type == CALL else SendFrame(message_id, action, payload)


def encode(frame: Frame) -> str:
    """The frame as the text of a WebSocket message; an error's description is cut to the 255 characters it may have.

    Half of a surrogate pair, which is in no Unicode text, becomes a question mark. Raises ValueError for a number
    that JSON does not have (NaN, infinity).
    """
    text = _encode(_elements(frame))
    return text if text.isascii() else text.encode(errors="replace").decode()


def _elements(frame: Frame) -> list[Any]:
    match frame:
        case CallFrame(message_id, action, payload):
            return [CALL, message_id, action, payload]
        case CallResultFrame(message_id, payload):
            return [CALL_RESULT, message_id, payload]
        case CallErrorFrame(message_id, code, description, details):
            return [CALL_ERROR, message_id, code, description[:_LONGEST_DESCRIPTION], details or {}]
        case CallResultErrorFrame(message_id, code, description, details):
            return [CALL_RESULT_ERROR, message_id, code, description[:_LONGEST_DESCRIPTION], details or {}]
        case SendFrame(message_id, action, payload):
            return [SEND, message_id, action, payload]


def array(text: str) -> list[Any]:
    """The JSON array that a text holds, be it a frame or not. Raises FrameError."""
    try:
        elements = _decode(text.strip(_PADDING))
    except (ValueError, RecursionError) as error:  # RecursionError: nested deeper than any message of the standard
        raise FrameError(ErrorCode.FORMAT_VIOLATION, "The message is not JSON") from error
    if not isinstance(elements, list):
        raise FrameError(ErrorCode.RPC_FRAMEWORK_ERROR, "The message is not a JSON array")
    return elements


def _whole(value: Any) -> Any:
    """A JSON value without halves of surrogate pairs. Raises RecursionError if it is nested too deep."""
    if isinstance(value, str):
        return value if value.isascii() else value.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
    if isinstance(value, list):
        return [_whole(one) for one in value]
    return {_whole(name): _whole(one) for name, one in value.items()} if isinstance(value, dict) else value


def _message_id(elements: list[Any], version: str) -> str | None:
    message_id = elements[1] if len(elements) > 1 else None
    if type(message_id) is int:
        # The message of a station that counts its messages would be lost if its number were refused; an answer with
        # the digits as text reaches every sender that compares loosely.
        message_id = str(message_id)
    readable = isinstance(message_id, str) and len(message_id) <= _LONGEST_MESSAGE_ID[version]
    return message_id if readable else None


def _finite(digits: str) -> float:
    """JSON allows `1e999`; Python would make infinity of it, which no JSON could carry on."""
    number = float(digits)
    if not math.isfinite(number):
        raise ValueError("a number beyond the range of a double")
    return number


def _refuse_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is not JSON")


_decode = json.JSONDecoder(parse_float=_finite, parse_constant=_refuse_constant).decode
_encode = json.JSONEncoder(ensure_ascii=False, allow_nan=False, separators=(",", ":")).encode
