"""The error codes of OCPP-J: when to use which, and how each version spells them (OCPP-J 1.6 4.2.3, 2.x Part 4)."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Any


class ErrorCode(StrEnum):
    """Why a message was refused; the values are 2.0.1's and 2.1's spelling.

    Only for faults of the transport and of the form: a refusal that the answer itself can express (`Rejected`,
    `Invalid`) is an answer, and a transaction message is never refused for its content.
    """

    FORMAT_VIOLATION = "FormatViolation"
    """Broken JSON, a payload that is not an object, a property the message does not have."""
    GENERIC_ERROR = "GenericError"
    """None of the others fits."""
    INTERNAL_ERROR = "InternalError"
    """Our fault. A station sends its transaction messages again after it, so only where a retry can help."""
    MESSAGE_TYPE_NOT_SUPPORTED = "MessageTypeNotSupported"
    """The first element of the frame is no message type number of this version."""
    NOT_IMPLEMENTED = "NotImplemented"
    """No message of this version has this action."""
    NOT_SUPPORTED = "NotSupported"
    """The version has this action, but it is switched off here or came in the wrong direction."""
    OCCURRENCE_CONSTRAINT_VIOLATION = "OccurrenceConstraintViolation"
    """A required property is missing, or a list has too few or too many items."""
    PROPERTY_CONSTRAINT_VIOLATION = "PropertyConstraintViolation"
    """A value of the right type that is not allowed: unknown enum value, out of range, too long."""
    PROTOCOL_ERROR = "ProtocolError"
    """Each property is right, their combination is not allowed by the standard's text."""
    RPC_FRAMEWORK_ERROR = "RpcFrameworkError"
    """Not a frame: no JSON array, wrong number of elements, message id unreadable or too long."""
    SECURITY_ERROR = "SecurityError"
    """Not allowed now: a CALL before the station's boot was accepted, or missing authority for this message."""
    TYPE_CONSTRAINT_VIOLATION = "TypeConstraintViolation"
    """A value of the wrong JSON type: text where a number belongs."""


DESCRIPTIONS: Mapping[ErrorCode, str] = {
    ErrorCode.FORMAT_VIOLATION: "The message is not well-formed",
    ErrorCode.GENERIC_ERROR: "The message could not be handled",
    ErrorCode.INTERNAL_ERROR: "The central system failed to handle the message",
    ErrorCode.MESSAGE_TYPE_NOT_SUPPORTED: "This version of OCPP has no such message type",
    ErrorCode.NOT_IMPLEMENTED: "This version of OCPP has no such action",
    ErrorCode.NOT_SUPPORTED: "The action exists but is not supported here",
    ErrorCode.OCCURRENCE_CONSTRAINT_VIOLATION: "A property is missing, or occurs too seldom or too often",
    ErrorCode.PROPERTY_CONSTRAINT_VIOLATION: "A property has a value that is not allowed",
    ErrorCode.PROTOCOL_ERROR: "The properties of the message do not belong together",
    ErrorCode.RPC_FRAMEWORK_ERROR: "The message is not an OCPP frame",
    ErrorCode.SECURITY_ERROR: "The message is not allowed now",
    ErrorCode.TYPE_CONSTRAINT_VIOLATION: "A property has a value of the wrong type",
}
"""What a CALLERROR says where nobody knows better. (Mind that the PyPI package `ocpp` swaps NotImplemented's and
NotSupported's meanings.)"""

_SPELLED_IN_1_6: Mapping[ErrorCode, str] = {
    ErrorCode.FORMAT_VIOLATION: "FormationViolation",
    ErrorCode.OCCURRENCE_CONSTRAINT_VIOLATION: "OccurenceConstraintViolation",  # one r: 1.6's errata keep the typo
    # 1.6 has no such code; the nearest it has
    ErrorCode.MESSAGE_TYPE_NOT_SUPPORTED: "NotSupported",
    ErrorCode.RPC_FRAMEWORK_ERROR: "FormationViolation",
}

_READ: Mapping[str, ErrorCode] = {
    **{code.casefold(): code for code in ErrorCode},
    "formationviolation": ErrorCode.FORMAT_VIOLATION,
    "occurenceconstraintviolation": ErrorCode.OCCURRENCE_CONSTRAINT_VIOLATION,
}


def spell(code: ErrorCode, version: str) -> str:
    """The code as `version` ("1.6", "2.0.1", "2.1") writes it; for what 1.6 lacks, the nearest code it has."""
    return _SPELLED_IN_1_6.get(code, code.value) if version == "1.6" else code.value


def read(text: str) -> ErrorCode | None:
    """The code that a peer means, in any version's spelling and any letter case; None if there is no such code."""
    return _READ.get(text.strip().casefold())


class OcppError(Exception):
    """A CALL that is refused: it is answered by a CALLERROR with this code, description and details.

    `description` is a sentence for people (our own words for the code if empty), `details` a JSON object.
    """

    def __init__(self, code: ErrorCode, description: str = "", details: dict[str, Any] | None = None) -> None:
        self.code = code
        self.description = description or DESCRIPTIONS[code]
        self.details = details or {}
        super().__init__(f"{code}: {self.description}")
