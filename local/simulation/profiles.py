"""The charging profiles that a simulated station keeps, and how much power they leave to a connector."""

import math
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any, NamedTuple

from local.simulation.vehicles import Outlet

Json = dict[str, Any]

PERIOD_S = {"Daily": 86_400, "Weekly": 604_800}


class Profile(NamedTuple):
    """A profile with its place (0: the whole station) and, of 2.x's alternatives, its first schedule.

    `wire` is all that was sent.
    """

    place: int
    profile_id: int
    purpose: str
    stack_level: int
    wire: Json
    schedule: Json

    def is_valid(self, at: datetime) -> bool:
        start, end = (_time(self.wire.get(name)) for name in ("validFrom", "validTo"))
        return (start is None or start <= at) and (end is None or at < end)

    def limit_w(self, outlet: Outlet, at: datetime, charged_s: float) -> float | None:
        """What it allows at a moment, `charged_s` after the transaction began; None: nothing is said of then."""
        elapsed_s = self._elapsed_s(at, charged_s)
        duration_s = self.schedule.get("duration")
        if elapsed_s < 0 or (duration_s is not None and elapsed_s >= duration_s):
            return None
        begun = [one for one in self.schedule["chargingSchedulePeriod"] if one["startPeriod"] <= elapsed_s]
        if not begun or "limit" not in begun[-1]:
            return None
        limit = float(begun[-1]["limit"])
        return limit if self.schedule["chargingRateUnit"] == "W" else outlet.watts(limit)

    def _elapsed_s(self, at: datetime, charged_s: float) -> float:
        """Since the schedule began."""
        began_at = _time(self.schedule.get("startSchedule"))
        if self.wire["chargingProfileKind"] == "Relative" or began_at is None:
            return charged_s
        elapsed_s = (at - began_at) / timedelta(seconds=1)
        return elapsed_s % PERIOD_S[self.wire.get("recurrencyKind", "Daily")] if self._recurs else elapsed_s

    @property
    def _recurs(self) -> bool:
        return bool(self.wire["chargingProfileKind"] == "Recurring")


class Profiles:
    """All that a station keeps. One with the id of another, or of the same purpose, stack level and place, replaces
    it."""

    def __init__(self) -> None:
        self._kept: list[Profile] = []

    def __iter__(self) -> Iterator[Profile]:
        return iter(self._kept)

    def keep(self, place: int, wire: Json) -> None:
        """A profile as 1.6 or 2.x sends it."""
        schedules = wire["chargingSchedule"]
        schedule = schedules[0] if isinstance(schedules, list) else schedules
        profile_id = wire["id"] if "id" in wire else wire["chargingProfileId"]
        new = Profile(place, profile_id, wire["chargingProfilePurpose"], wire["stackLevel"], wire, schedule)
        self._kept = [one for one in self._kept if not _replaces(new, one)] + [new]

    def clear(self, profile_id: int | None, place: int | None, purpose: str | None, stack_level: int | None) -> bool:
        """Forget those that fit, None being any; whether there were some."""
        wanted = (profile_id, place, purpose, stack_level)
        fitting = [
            one
            for one in self._kept
            if all(
                want is None or want == has
                for want, has in zip(wanted, (one.profile_id, one.place, one.purpose, one.stack_level), strict=True)
            )
        ]
        self._kept = [one for one in self._kept if one not in fitting]
        return bool(fitting)

    def end_of_transaction(self, place: int) -> None:
        """A profile for one transaction ends with it."""
        self._kept = [one for one in self._kept if (one.place, one.purpose) != (place, "TxProfile")]

    def limit_w(self, place: int, outlet: Outlet, at: datetime, charged_s: float) -> float:
        """The power that a connector may give; infinite without a limit. `at` is in the world's time."""
        limits: dict[str, float] = {}
        for one in sorted(self._kept, key=lambda one: (one.stack_level, one.place)):
            if one.place in (0, place) and one.is_valid(at):
                limit_w = one.limit_w(outlet, at, charged_s)
                if limit_w is not None:
                    limits[one.purpose] = limit_w
        if "TxProfile" in limits:
            limits.pop("TxDefaultProfile", None)
        return max(0.0, min(limits.values(), default=math.inf))


def _replaces(new: Profile, old: Profile) -> bool:
    return new.profile_id == old.profile_id or (
        (new.place, new.purpose, new.stack_level) == (old.place, old.purpose, old.stack_level)
    )


def _time(text: str | None) -> datetime | None:
    if text is None:
        return None
    at = datetime.fromisoformat(text)
    return at if at.tzinfo else at.replace(tzinfo=UTC)
