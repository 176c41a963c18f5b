"""What a transaction of OCPP 2.x must come to, worked out from the wire alone and from all its events at once.

Written without the product's fold, to hold the two against each other: no order of arrival, no crash, no state.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any, NamedTuple

Event = dict[str, Any]
GROUPS = {"CARD": "FLEET", "FRIEND": "fleet", "STRANGER": None}
"""The tokens that are good, and their groups."""
STATUSES = {**dict.fromkeys(GROUPS, "Accepted"), "BLOCKED": "Blocked", "": "Accepted"}
"""What is to be told of a token; of any other: Unknown."""


class Expected(NamedTuple):
    """A transaction, by the names of the record."""

    state: str
    started_at: datetime | None
    ended_at: datetime | None
    id_token: str | None
    verdict: str | None
    stop_id_token: str | None
    meter_start_wh: int | None
    meter_stop_wh: int | None
    energy_wh: int | None
    stopped_reason: str | None
    charging_state: str | None
    evse_id: int | None
    flags: tuple[str, ...]
    missing: list[int]
    complete: bool | None
    seq_nos: list[int]


def status_of(event: Event) -> str:
    return STATUSES.get(event["idToken"]["idToken"].upper(), "Unknown")


def moment(text: str) -> datetime:
    return datetime.fromisoformat(text.replace("Z", "+00:00"))


def expected(events: Iterable[Event], abandoned_at: datetime | None = None) -> Expected:
    """The transaction that some distinct events make. `abandoned_at`: when we have given it up."""
    ordered = sorted(events, key=lambda one: (one["seqNo"], moment(one["timestamp"])))
    starts = [one for one in ordered if one["eventType"] == "Started"]
    ends = [one for one in ordered if one["eventType"] == "Ended"]
    given_up = abandoned_at is not None and not ends
    if given_up and max(moment(one["timestamp"]) for one in ordered) > abandoned_at:  # type: ignore[operator]  # is one
        given_up = False
    starter, stopper = _tokens(ordered)
    reason = (ends[-1]["transactionInfo"].get("stoppedReason") or "Local") if ends else None
    if given_up:
        reason = "Other"
    start_wh, stop_wh, last_wh = _registers(ordered)
    over = bool(ends) or given_up
    if given_up:
        stop_wh = last_wh
    energy = _difference(start_wh, stop_wh)
    if energy is None and ends:
        energy = _difference(start_wh, last_wh)
    if energy is None and reason == "Timeout":
        energy = 0
    numbers = [one["seqNo"] for one in ordered]
    missing = sorted(set(range(numbers[0], numbers[-1])) - set(numbers))
    verdict = status_of(starter) if starter else None
    flags = {
        "abandoned": given_up,
        "conflicting": len(set(numbers)) < len(numbers),
        "meter_implausible": bool(ends) and start_wh is not None and stop_wh is not None and stop_wh < start_wh,
        "refused": verdict not in (None, "Accepted"),
        "start_missing": not starts,
        "stopped_by_other": not _may_stop(starter, stopper, reason if ends else None),
        "time_implausible": _takes_too_long(ordered),
    }
    return Expected(
        state="ended" if over else "active",
        started_at=moment(starts[0]["timestamp"]) if starts else None,
        ended_at=moment(ends[-1]["timestamp"]) if ends else abandoned_at if given_up else None,
        id_token=(starter["idToken"]["idToken"] or None) if starter else None,
        verdict=verdict,
        stop_id_token=(stopper["idToken"]["idToken"] or None) if stopper else None,
        meter_start_wh=start_wh,
        meter_stop_wh=stop_wh if over else None,
        energy_wh=energy if over else None,
        stopped_reason=reason if over else None,
        charging_state=_charging_state(ordered, ends),
        evse_id=next((one["evse"]["id"] for one in ordered if "evse" in one), None),
        flags=tuple(name for name, holds in flags.items() if holds),
        missing=missing,
        complete=None if not ends else False if not starts else None if missing else True,
        seq_nos=numbers,
    )


def _takes_too_long(ordered: list[Event]) -> bool:
    times = [moment(one["timestamp"]) for one in ordered]
    return max(times) - min(times) > timedelta(days=30)


def _tokens(ordered: list[Event]) -> tuple[Event | None, Event | None]:
    """The events that brought the token that it started with, and the one that stopped it."""
    with_token = [one for one in ordered if "idToken" in one]
    if not with_token:
        return None, None
    starter = with_token[0]
    if status_of(starter) != "Accepted":
        good = [one for one in with_token if not _stops(one) and status_of(one) == "Accepted"]
        starter = good[0] if good else starter
    stoppers = [one for one in with_token[1:] if _stops(one)]
    return starter, stoppers[-1] if stoppers else None


def _stops(event: Event) -> bool:
    return bool(event["eventType"] == "Ended" or event["triggerReason"] == "StopAuthorized")


def _may_stop(starter: Event | None, stopper: Event | None, reason: str | None) -> bool:
    if starter is None or stopper is None or reason == "MasterPass":
        return True
    began, ended = starter["idToken"]["idToken"].upper(), stopper["idToken"]["idToken"].upper()
    if not began or not ended or began == ended:
        return True
    groups = [(GROUPS.get(one) or "").upper() for one in (began, ended)]
    return groups[0] == groups[1] != ""


def _charging_state(ordered: list[Event], ends: list[Event]) -> str | None:
    counted = ordered[: ordered.index(ends[0]) + 1] if ends else ordered
    states = [state for one in counted if (state := one["transactionInfo"].get("chargingState"))]
    return states[-1] if states else None


def _registers(ordered: list[Event]) -> tuple[int | None, int | None, int | None]:
    """The readings at the start, at the end, and the last one that is not marked as the end."""
    begins: list[int] = []
    ends: list[int] = []
    between: list[int] = []
    for event in ordered:
        ends_here: list[int] = []
        for value in sorted(event.get("meterValue", []), key=lambda one: moment(one["timestamp"])):
            begins += _reading(value, lambda context: context == "Transaction.Begin")
            ends_here += _reading(value, lambda context: context == "Transaction.End")
            between += _reading(value, lambda context: context != "Transaction.End")
        ends += ends_here[:1]
    start = begins[0] if begins else between[0] if between else None
    last = between[-1] if between else None
    return start, ends[-1] if ends else last, last


def _reading(value: Event, is_meant: Any) -> list[int]:
    """The import register of one moment, by the total or else by the sum of three phases; empty if there is none."""
    readings: dict[str | None, int] = {}
    for sample in value["sampledValue"]:
        is_register = sample.get("measurand", "Energy.Active.Import.Register") == "Energy.Active.Import.Register"
        if is_register and is_meant(sample.get("context", "Sample.Periodic")):
            unit = sample.get("unitOfMeasure", {})
            power = unit.get("multiplier", 0) + (3 if unit.get("unit") == "kWh" else 0)
            readings[sample.get("phase")] = round(Decimal(str(sample["value"])) * Decimal(10) ** power)
    if None in readings:
        return [readings[None]]
    for phases in (("L1", "L2", "L3"), ("L1-N", "L2-N", "L3-N")):
        if all(one in readings for one in phases):
            return [sum(readings[one] for one in phases)]
    return []


def _difference(start_wh: int | None, stop_wh: int | None) -> int | None:
    return None if start_wh is None or stop_wh is None or stop_wh < start_wh else stop_wh - start_wh
