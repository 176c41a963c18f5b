"""The tolerant reading of the CALLs of 2.x: by the schema's complaints, and with what may be missing (quirk Q-49)."""

import datetime as dt
from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from shared.domain.findings import Finding
from shared.ocpp.messages import request_of
from shared.ocpp.model import Wire
from shared.ocpp.reading.answers import Place, mend
from shared.ocpp.reading.event_streams import StreamShape
from shared.ocpp.reading.repairs import Repairs
from shared.ocpp.reading.times import format_time, parse_time

TIMED = ("timestamp", "generatedAt")
UNTYPED_TOKEN = "Central"  # noqa: S105  # a kind of id token: one that only the central system can know
Missing = Callable[[Any, dt.datetime], Any]


class Mended(NamedTuple):
    """A request as far as it can be understood (None: not at all), and what had to be repaired."""

    request: Wire | None
    findings: list[Finding]


def read_request(action: str, version: str, payload: Any, received_at: dt.datetime) -> Mended:
    """The request that a payload means which the schema refuses. Never raises."""
    if not isinstance(payload, dict):
        return Mended(None, [])

    def supply(place: Place, whole: Any) -> Any:
        name = str(place[-1])
        if len(place) == 1 and name in TIMED:
            return format_time(received_at)
        if name == "type" and len(place) > 1 and str(place[-2]).lower().endswith("idtoken"):
            return UNTYPED_TOKEN
        if len(place) == 1 and (known := MISSING.get(action, {}).get(name)):
            return known(whole, received_at)
        return None

    repairs = Repairs(received_at, 0)
    shape = SHAPES.get(action)
    given = shape.read(payload, "", repairs) if shape else payload
    request, found = mend(request_of(action, version), given, supply)
    return Mended(request, [*repairs.findings, *found])


def _by_time(payload: Any, received_at: dt.datetime) -> int:
    """A number that rises with time, for an event without one: the seconds since 1970 of its time."""
    told = parse_time(payload.get("timestamp"), received_at)
    return int((told.at if told.known else received_at).timestamp())


SHAPES = {"NotifyPeriodicEventStream": StreamShape()}
"""What is written in another form than the schema's, which no complaint of it could mend."""

MISSING: Mapping[str, Mapping[str, Missing]] = {
    "TransactionEvent": {"seqNo": _by_time, "triggerReason": lambda _payload, _at: "Trigger"},
    "NotifyEvent": {"seqNo": lambda _payload, _at: 0},
    "NotifyReport": {"seqNo": lambda _payload, _at: 0},
    "NotifyMonitoringReport": {"seqNo": lambda _payload, _at: 0},
}
"""What a property is taken for that some stations leave out, by action."""
