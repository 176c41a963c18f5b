"""What the operator API takes for an id or a time."""

import datetime as dt
from typing import Annotated, Any
from urllib.parse import unquote

from aws_lambda_powertools.event_handler.openapi.params import Path
from pydantic import AfterValidator, BeforeValidator, Field, StringConstraints, WithJsonSchema

from shared.catalog import FROM_CSMS
from shared.domain.authorization import normalize
from shared.domain.reports import LARGEST_REQUEST_ID
from shared.domain.stations import MAX_STATION_ID

MAX_ID_TOKEN = 255
"""OCPP 2.1's longest; 1.6 carries 20 characters."""
MAX_GROUP_ID = 36
"""OCPP 2.0.1's longest; 1.6 carries 20 characters."""
MAX_KEY_BYTES = 1024
MAX_INTEGER = 2**31 - 1
"""Stations read numbers into 32 bits."""


def _printable(text: str) -> str:
    if not text.isprintable():
        raise ValueError("has characters that cannot be printed")
    return text


Printable = AfterValidator(_printable)
"""An annotation of a text in a body."""
FirmwareVersion = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=50), Printable]
"""As a station reports it (firmwareVersion, 50 characters), where blanks around it do not count."""


def _token(text: str) -> str:
    normal = normalize(text)
    if not normal:
        raise ValueError("is blank")
    if len(normal.encode()) > MAX_KEY_BYTES:
        raise ValueError("is too long in upper case")
    return _printable(text)


def _time(value: Any) -> Any:
    """A time of ISO 8601 with its zone, in UTC. Numbers and days are refused: they would be taken for other moments."""
    if not isinstance(value, str):
        return value
    if "T" not in value.upper() and " " not in value:
        raise ValueError("needs a date and a time, such as 2026-11-23T08:00:00Z")
    try:
        at = dt.datetime.fromisoformat(value)
        if at.tzinfo is None:
            raise ValueError("needs a zone, such as Z for UTC")
        return at.astimezone(dt.UTC)
    except OverflowError as error:
        raise ValueError("is no time in UTC") from error


def _known_action(name: str) -> str:
    if name not in ACTIONS:
        raise ValueError(f"is no action that a station is sent; there are {', '.join(ACTIONS)}")
    return name


ACTIONS = [action.name for action in FROM_CSMS]
ActionName = Annotated[str, AfterValidator(_known_action), WithJsonSchema({"type": "string", "enum": ACTIONS})]
"""An action that stations are sent."""
StationIdText = Annotated[str, Field(min_length=1, max_length=MAX_STATION_ID), AfterValidator(_printable)]
"""The identity of a station in a body."""
StationId = Annotated[
    str,
    BeforeValidator(unquote),
    AfterValidator(_printable),
    Path(min_length=1, max_length=MAX_STATION_ID, description="The identity of a station, percent-encoded."),
]
IdTokenText = Annotated[
    str,
    BeforeValidator(unquote),
    AfterValidator(_token),
    Path(
        min_length=1,
        max_length=MAX_ID_TOKEN,
        description="An id token, percent-encoded. Upper and lower case are the same, and the hyphens of a contract id"
        " (eMAID) do not count.",
    ),
]
GroupIdText = Annotated[str, Field(min_length=1, max_length=MAX_GROUP_ID), AfterValidator(_token)]
"""The id of a group in a body or a query."""
GroupId = Annotated[
    str,
    BeforeValidator(unquote),
    AfterValidator(_token),
    Path(
        min_length=1,
        max_length=MAX_GROUP_ID,
        description="The id of a group, percent-encoded; compared as id tokens are.",
    ),
]
PathText = Annotated[str, BeforeValidator(unquote), AfterValidator(_printable)]
"""One segment of a path, decoded."""
TransactionId = Annotated[
    PathText, Path(min_length=1, max_length=255, description="The id of a transaction; with OCPP 1.6 its number.")
]
TariffId = Annotated[
    PathText, Path(min_length=1, max_length=50, pattern="^[^#]+$", description="The id of a tariff; without a #.")
]
PaymentId = Annotated[PathText, Path(min_length=1, max_length=64, description="The id of a payment.")]
JobId = Annotated[PathText, Path(min_length=1, max_length=64, description="The id of a bulk job.")]
DiagnosticsId = Annotated[PathText, Path(min_length=1, max_length=64, description="The id of a collection of logs.")]
CallId = Annotated[PathText, Path(min_length=1, max_length=64, description="The id of a call.")]
ConfigurationKeyName = Annotated[
    PathText,
    Path(min_length=1, max_length=255, description="A configuration key, percent-encoded; letter case does not count."),
]
ReservationId = Annotated[int, Path(ge=0, le=MAX_INTEGER, description="The id of a reservation.")]
RequestId = Annotated[
    int,
    Path(ge=-LARGEST_REQUEST_ID, le=LARGEST_REQUEST_ID, description="The request id that a station's report names."),
]
NetworkSlot = Annotated[int, Path(ge=0, le=MAX_INTEGER, description="A slot of a station's network profiles.")]
ProfileId = Annotated[int, Path(ge=0, le=MAX_INTEGER, description="The id of a charging profile.")]
Time = Annotated[dt.datetime, BeforeValidator(_time), WithJsonSchema({"type": "string", "format": "date-time"})]
OptionalTime = Annotated[
    dt.datetime | None,
    BeforeValidator(_time),
    WithJsonSchema({"anyOf": [{"type": "string", "format": "date-time"}, {"type": "null"}]}),
]
