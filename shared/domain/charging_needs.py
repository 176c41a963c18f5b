"""What an EV needs of a charging session, by ISO 15118 (use cases K15 to K20, Q01), and schedules that meet it."""

import datetime as dt
import math
from typing import Any, Literal, NamedTuple

from shared.domain.charging_profiles import ALL_PHASES, ChargingProfile, Kind, Period, RateUnit, Schedule

NeedsStatus = Literal["Accepted", "Rejected", "Processing", "NoChargingProfile"]
"""What the station was told: a profile comes now; none will; it comes later, from an operator; there is no service."""
VOLTAGE_V = 230
DAY_S = 86_400
LONGEST_S = 7 * DAY_S
"""How far ahead a plan reaches, and limits are looked at."""
LEAST_A = 6
"""Below it no EV charges by AC (IEC 61851)."""
DYNAMIC_CONTROL = "DynamicControl"
PHASES = {"AC_single_phase": 1, "AC_two_phase": 2}
"""Of the energy transfers that do not use all."""


class ChargingNeeds(NamedTuple):
    """What an EV at an EVSE has told of its needs, and what has become of it."""

    evse_id: int
    noted_at: dt.datetime
    energy_transfer: str
    """`AC_three_phase`, `DC_BPT`, …"""
    status: NeedsStatus
    transaction_id: str | None = None
    departure_at: dt.datetime | None = None
    energy_wh: int | None = None
    min_current_a: float | None = None
    max_current_a: float | None = None
    max_voltage_v: float | None = None
    max_power_w: float | None = None
    soc_percent: int | None = None
    control_mode: str | None = None
    """2.1: ScheduledControl, or DynamicControl, where setpoints are told as it charges."""
    available_energy_transfers: tuple[str, ...] = ()
    max_schedule_tuples: int | None = None
    told_at: dt.datetime | None = None
    """2.1: when the EV told it, by the station's clock."""
    details: dict[str, Any] = {}  # noqa: RUF012  # never changed in place
    """All that it told, as OCPP has it."""
    schedule: dict[str, Any] | None = None
    """How it will charge (NotifyEVChargingSchedule), as OCPP has it."""
    schedule_status: Literal["Accepted", "Rejected"] | None = None
    """Whether that keeps to the limits."""
    schedule_at: dt.datetime | None = None

    @property
    def is_dc(self) -> bool:
        return self.energy_transfer.startswith("DC")

    @property
    def phases(self) -> int:
        return PHASES.get(self.energy_transfer, ALL_PHASES)


class Plan(NamedTuple):
    """Schedules of which an EV may choose."""

    kind: Kind
    schedules: tuple[Schedule, ...]


def plan(needs: ChargingNeeds, limit: float | None, unit: RateUnit, at: dt.datetime) -> Plan:
    """Flat schedules until the EV departs, each within the least `limit` of the EVSE until then (None: none is known).

    As fast as may be; what is just enough, spread over the time there is; and the middle between them. An EV under
    dynamic control gets one setpoint instead: as fast as may be.
    """
    fastest = _fastest(needs, limit, unit)
    if needs.control_mode == DYNAMIC_CONTROL:
        period = Period(0, limit=fastest, setpoint=fastest, operation_mode="CentralSetpoint")
        return Plan("Dynamic", (Schedule(unit, (period,)),))
    duration_s = _duration_s(needs, at)
    enough = _enough(needs, fastest, unit, duration_s)
    rates = dict.fromkeys((fastest, round((fastest + enough) / 2, 1), enough))
    phases = needs.phases if unit == "A" and needs.phases != ALL_PHASES else None
    return Plan(
        "Absolute",
        tuple(
            Schedule(unit, (Period(0, rate, phases),), duration_s, at.replace(microsecond=0), schedule_id=number)
            for number, rate in enumerate(rates, start=1)
        ),
    )


def _duration_s(needs: ChargingNeeds, at: dt.datetime) -> int:
    """How long the schedule must reach, a week at most; a day where the EV does not say when it departs."""
    if needs.departure_at is None or needs.departure_at <= at:
        return DAY_S
    return min(max(1, int((needs.departure_at - at).total_seconds())), LONGEST_S)


def _fastest(needs: ChargingNeeds, limit: float | None, unit: RateUnit) -> float:
    """What the EV can take, as far as it may."""
    rates = [] if limit is None else [limit]
    if unit == "A" and needs.max_current_a is not None:
        rates.append(needs.max_current_a)
    elif unit == "W":
        rates += [one for one in (needs.max_power_w, _power_w(needs)) if one is not None]
    elif needs.max_power_w is not None:
        rates.append(needs.max_power_w / (VOLTAGE_V * needs.phases))
    return _rounded(max(0.0, min(rates))) if rates else float(LEAST_A if unit == "A" else LEAST_A * VOLTAGE_V)


def _power_w(needs: ChargingNeeds) -> float | None:
    if needs.max_current_a is None:
        return None
    if needs.is_dc:
        return needs.max_current_a * needs.max_voltage_v if needs.max_voltage_v else None
    return needs.max_current_a * VOLTAGE_V * needs.phases


def _enough(needs: ChargingNeeds, fastest: float, unit: RateUnit, duration_s: int) -> float:
    """The least that brings the energy in time, if that can be; not less than what the EV charges with."""
    if needs.energy_wh is None or needs.departure_at is None:
        return fastest
    power_w = needs.energy_wh * 3600 / duration_s
    rate = power_w if unit == "W" else power_w / (VOLTAGE_V * needs.phases)
    least_a = needs.min_current_a or (0 if needs.is_dc else LEAST_A)
    least = least_a if unit == "A" else least_a * VOLTAGE_V * needs.phases
    return min(fastest, max(math.ceil(round(rate * 10, 6)) / 10, least))


def _rounded(rate: float) -> float:
    """Down, to the one decimal that a limit may have."""
    return math.floor(round(rate * 10, 6)) / 10


def is_beyond(
    wanted: Schedule,
    start_at: dt.datetime,
    profile: ChargingProfile,
    *,
    chosen_id: int | None = None,
    began_at: dt.datetime | None = None,
) -> bool:
    """Whether an EV wants to charge, at some moment, with more than its profile lets it (rule SCH-07).

    It may choose any of the profile's schedules; it keeps to one of them, to the one that it names if it does.
    `began_at` is when its transaction began, from which schedules without a start count.
    """
    offered = [one for one in profile.schedules if chosen_id is None or one.schedule_id in (None, chosen_id)]
    otherwise = began_at or start_at
    return not any(_keeps_to(wanted, start_at, one, otherwise) for one in offered or profile.schedules)


def _keeps_to(wanted: Schedule, wanted_from: dt.datetime, offered: Schedule, otherwise_from: dt.datetime) -> bool:
    begins_s = ((offered.start_at or otherwise_from) - wanted_from).total_seconds()
    marks_s = {float(one.start_s) for one in wanted.periods} | {begins_s + one.start_s for one in offered.periods}
    end_s = math.inf if wanted.duration_s is None else wanted.duration_s
    for mark_s in sorted(one for one in marks_s if 0 <= one < end_s):
        rate, limit = _rate_w(wanted, mark_s), _rate_w(offered, mark_s - begins_s)
        if rate is not None and limit is not None and rate > limit + 1:
            return False
    return True


def _rate_w(schedule: Schedule, elapsed_s: float) -> float | None:
    """What a schedule says so long after its start, in watts, so that units do not matter."""
    begun = [one for one in schedule.periods if one.start_s <= elapsed_s]
    if not begun or begun[-1].limit is None:
        return None
    return begun[-1].limit * (1 if schedule.unit == "W" else VOLTAGE_V * (begun[-1].phases or ALL_PHASES))
