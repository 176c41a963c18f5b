"""Vehicles that charge: how much power they take as their battery fills, and what a meter counts of it."""

import math
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

VOLTAGE_V = 230.0
DC_VOLTAGE_V = 400.0
AC_EFFICIENCY = 0.9
"""What of the metered energy an on-board charger brings into the battery; direct current is taken as it comes."""
RAMP_S = 20.0
"""How long the power rises at the beginning of a charge."""
STEP_S = 10.0
"""The power is taken as constant for at most this long."""


@dataclass(frozen=True)
class Outlet:
    """What a connector can give: alternating current on some phases, or direct current."""

    phases: int = 0
    current_a: float = 0.0
    dc_power_w: float = 0.0

    @property
    def most_w(self) -> float:
        return self.dc_power_w or self.watts(self.current_a)

    def watts(self, current_a: float) -> float:
        """The power of a current on each of its phases, or of direct current."""
        return current_a * (self.phases * VOLTAGE_V if self.phases else DC_VOLTAGE_V)


@dataclass(frozen=True)
class Vehicle:
    """What a car can take, by its on-board charger and by direct current."""

    battery_wh: float
    phases: int
    current_a: float
    dc_power_w: float

    def phases_at(self, outlet: Outlet) -> int:
        """On how many phases it charges; 0 is direct current."""
        return min(self.phases, outlet.phases)

    def power_w(self, soc: float, outlet: Outlet) -> float:
        """What it takes at a state of charge from 0 to 1.

        Direct current fades from 60 % on, as the cells warm up and fill; alternating current, being less, only for the
        last 5 %.
        """
        if phases := self.phases_at(outlet):
            most_w = min(self.current_a, outlet.current_a) * VOLTAGE_V * phases
            return most_w * min(1.0, max(0.1, (1 - soc) / 0.05))
        return min(self.dc_power_w, outlet.dc_power_w) * min(1.0, max(0.12, 1 - (soc - 0.6) / 0.4))


VEHICLES = (
    Vehicle(battery_wh=24_000, phases=1, current_a=32, dc_power_w=40_000),
    Vehicle(battery_wh=40_000, phases=3, current_a=16, dc_power_w=75_000),
    Vehicle(battery_wh=58_000, phases=3, current_a=16, dc_power_w=120_000),
    Vehicle(battery_wh=77_000, phases=3, current_a=16, dc_power_w=175_000),
    Vehicle(battery_wh=94_000, phases=3, current_a=32, dc_power_w=240_000),
)


class Reading(NamedTuple):
    """What a station can measure of a charge: the power now, the current of each phase (alternating current only), the
    energy since the beginning, and the car's state of charge, 0 to 1."""

    power_w: float
    currents_a: tuple[float, ...]
    energy_wh: float
    soc: float


class Charge:
    """A vehicle at an outlet from `began_at` on, until its battery is filled to `target_soc`."""

    def __init__(self, vehicle: Vehicle, outlet: Outlet, *, soc: float, target_soc: float, began_at: datetime) -> None:
        self._vehicle = vehicle
        self._outlet = outlet
        self._soc = soc
        self._target_soc = target_soc
        self._at = began_at
        self._elapsed_s = 0.0
        self._energy_wh = 0.0
        self._limit_w = math.inf

    @property
    def limit_w(self) -> float:
        return self._limit_w

    def limit(self, power_w: float, at: datetime) -> None:
        """From `at` on it takes no more than this."""
        self.read(at)
        self._limit_w = power_w

    @property
    def is_full(self) -> bool:
        return self._soc >= self._target_soc

    def read(self, at: datetime) -> Reading:
        """What has been charged until `at`, which never lies before the time of an earlier reading."""
        left_s = (at - self._at).total_seconds()
        self._at = at
        while left_s > 0:
            step_s = min(left_s, STEP_S)
            self._take(self._power_w(self._elapsed_s + step_s / 2) * step_s / 3600)
            self._elapsed_s += step_s
            left_s -= step_s
        power_w = self._power_w(self._elapsed_s)
        phases = self._vehicle.phases_at(self._outlet)
        currents_a = tuple(power_w / phases / VOLTAGE_V for _ in range(phases))
        return Reading(power_w, currents_a, self._energy_wh, self._soc)

    def _power_w(self, elapsed_s: float) -> float:
        if self.is_full:
            return 0.0
        return min(self._limit_w, self._vehicle.power_w(self._soc, self._outlet) * min(1.0, elapsed_s / RAMP_S))

    def _take(self, energy_wh: float) -> None:
        efficiency = AC_EFFICIENCY if self._outlet.phases else 1.0
        room_wh = (self._target_soc - self._soc) * self._vehicle.battery_wh / efficiency
        if energy_wh < room_wh:
            self._energy_wh += energy_wh
            self._soc += energy_wh * efficiency / self._vehicle.battery_wh
        elif room_wh > 0:
            self._energy_wh += room_wh
            self._soc = self._target_soc
