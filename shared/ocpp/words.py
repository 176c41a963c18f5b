"""1.6's words in 2.0.1's vocabulary, which the rest of the project speaks.

Connector n of 1.6 is connector 1 of EVSE n, connector 0 the station as a whole; an idTag is an id token, a
parentIdTag its group. Standard library only: the most frequent functions stand on this.
"""

import datetime as dt
from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple, Protocol

from shared.domain.authorization import Verdict
from shared.domain.availability import Status
from shared.domain.metering import MeterValue, SampledValue

STATUS_16: Mapping[str, Status] = {
    "Available": "Available",
    "Preparing": "Occupied",
    "Charging": "Occupied",
    "SuspendedEV": "Occupied",
    "SuspendedEVSE": "Occupied",
    "Finishing": "Occupied",
    "Reserved": "Reserved",
    "Unavailable": "Unavailable",
    "Faulted": "Faulted",
}
UNITS = {"Celcius": "Celsius", "Hertz": "Hz"}
MAX_ID_TAG = 20

Kept = Mapping[str, str | None]
"""What the reader kept of fields that the schema cannot hold (shared/ocpp/reader.py)."""


class Place(NamedTuple):
    """Where something happens at a station; EVSE 0 is the station itself."""

    evse_id: int
    connector_id: int


def place_16(connector_id: int) -> Place:
    """The place that 1.6's connectorId means."""
    return Place(connector_id, 1 if connector_id else 0)


VERDICT_16: Mapping[Verdict, Verdict] = {
    "NoCredit": "Blocked",
    "NotAllowedTypeEVSE": "Invalid",
    "NotAtThisLocation": "Invalid",
    "NotAtThisTime": "Invalid",
    "Unknown": "Invalid",
}
"""What 1.6 says where it has no word of its own."""


def verdict_16(verdict: Verdict) -> Verdict:
    """What a 1.6 station is told of a token."""
    return VERDICT_16.get(verdict, verdict)


def id_tag_info_16(verdict: Verdict | None, expires_at: dt.datetime | None, group_id: str | None) -> dict[str, Any]:
    """The fields of 1.6's IdTagInfo; no verdict is Invalid. A group's name that 1.6 has no room for is left out: cut,
    it would be another."""
    fits = group_id is not None and len(group_id) <= MAX_ID_TAG
    return {
        "status": verdict_16(verdict or "Invalid"),
        "expiry_date": expires_at,
        "parent_id_tag": group_id if fits else None,
    }


class SampledValue16(Protocol):
    """1.6's SampledValue, in whichever message it stands."""

    @property
    def value(self) -> str: ...
    @property
    def context(self) -> str | None: ...
    @property
    def format(self) -> str | None: ...
    @property
    def measurand(self) -> str | None: ...
    @property
    def phase(self) -> str | None: ...
    @property
    def location(self) -> str | None: ...
    @property
    def unit(self) -> str | None: ...


class MeterValue16(Protocol):
    """1.6's MeterValue or TransactionData."""

    @property
    def timestamp(self) -> dt.datetime: ...
    @property
    def sampled_value(self) -> Iterable[SampledValue16]: ...


def meter_values_16(values: Iterable[MeterValue16], path: str, kept: Kept) -> list[MeterValue]:
    """Meter values in our words; `path` is the property they stand in (`meterValue`, `transactionData`)."""
    found = []
    for index, value in enumerate(values):
        samples = (
            _sample(sample, f"{path}[{index}].sampledValue[{number}]", kept)
            for number, sample in enumerate(value.sampled_value)
        )
        if kept_samples := tuple(sample for sample in samples if sample is not None):
            found.append(MeterValue(value.timestamp, kept_samples))
    return found


def _sample(sample: SampledValue16, path: str, kept: Kept) -> SampledValue | None:
    """One sample; None for one that was never there. Words that 1.6 does not have stay as the station wrote them."""

    def said(name: str) -> str | None:
        text: str | None = getattr(sample, name)
        return (kept.get(f"{path}.{name}") or text) if kept else text

    value = said("value")
    if not value:
        return None
    unit = said("unit")
    given: dict[str, Any] = {name: said(name) for name in ("measurand", "context", "location", "phase", "format")}
    return SampledValue(
        value, unit=UNITS.get(unit, unit) if unit else None, **{name: text for name, text in given.items() if text}
    )
