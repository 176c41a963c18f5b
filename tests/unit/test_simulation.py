"""Simulated stations: their time, their cars, what they send and in which order."""

import asyncio
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from random import Random
from types import SimpleNamespace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from ocpp.v16 import call

from local.simulation import fleet
from local.simulation.clock import Clock, ClockStopped
from local.simulation.connector import Cards, Connector
from local.simulation.odd_vendor import odd
from local.simulation.vehicles import VEHICLES, Charge, Outlet, Vehicle
from shared.domain.stations import Options
from shared.ocpp.reader import read

NOW = datetime(2026, 11, 1, 12, tzinfo=UTC)
OUTLETS = (Outlet(phases=1, current_a=32), Outlet(phases=3, current_a=16), Outlet(dc_power_w=150_000))
DEADLINE_S = 20


# ---------------------------------------------------------------------- time


def test_a_clock_runs_fast_until_it_has_caught_up_with_the_present() -> None:
    present = NOW
    clock = Clock(60, NOW - timedelta(minutes=59), lambda: present)
    assert clock.text() == "2026-11-01T11:01:00Z"
    present = NOW + timedelta(seconds=30)
    assert clock.now() == NOW - timedelta(minutes=29)
    present = NOW + timedelta(seconds=60)
    assert clock.now() == present
    present = NOW + timedelta(hours=5)
    assert clock.now() == present


async def test_a_fast_clock_makes_short_work_of_an_hour() -> None:
    clock = Clock(360_000, datetime.now(UTC) - timedelta(days=365))
    before = clock.now()
    await asyncio.wait_for(clock.sleep(3600), DEADLINE_S)
    assert clock.now() - before >= timedelta(hours=1)


async def test_a_stopped_clock_wakes_all_who_wait_on_it() -> None:
    clock = Clock(1, datetime.now(UTC))
    waiting = asyncio.create_task(clock.sleep(3600))
    await asyncio.sleep(0)
    clock.stop()
    with pytest.raises(ClockStopped):
        await asyncio.wait_for(waiting, DEADLINE_S)
    with pytest.raises(ClockStopped):
        await clock.sleep(0)


# ---------------------------------------------------------------------- cars


@given(
    st.sampled_from(VEHICLES),
    st.sampled_from(OUTLETS),
    st.floats(0, 0.9),
    st.lists(st.integers(1, 3600), min_size=1, max_size=30),
)
def test_a_charge_never_gives_more_than_the_outlet_can_and_the_battery_needs(
    vehicle: Vehicle, outlet: Outlet, soc: float, steps_s: list[int]
) -> None:
    charge = Charge(vehicle, outlet, soc=soc, target_soc=1.0, began_at=NOW)
    at, energy_wh = NOW, 0.0
    most_w = outlet.dc_power_w or outlet.current_a * outlet.phases * 230
    for step_s in steps_s:
        at += timedelta(seconds=step_s)
        reading = charge.read(at)
        assert 0 <= reading.energy_wh - energy_wh <= most_w * step_s / 3600 + 1e-6
        assert 0 <= reading.power_w <= most_w
        assert soc <= reading.soc <= 1
        assert sum(reading.currents_a) * 230 == pytest.approx(reading.power_w if outlet.phases else 0)
        energy_wh = reading.energy_wh
    assert energy_wh <= (1 - soc) * vehicle.battery_wh / 0.9 + 1


@given(st.sampled_from(VEHICLES), st.sampled_from(OUTLETS), st.integers(1, 240))
def test_looking_often_changes_nothing_of_a_charge(vehicle: Vehicle, outlet: Outlet, minutes: int) -> None:
    often = Charge(vehicle, outlet, soc=0.3, target_soc=0.8, began_at=NOW)
    once = Charge(vehicle, outlet, soc=0.3, target_soc=0.8, began_at=NOW)
    for minute in range(1, minutes + 1):
        seen = often.read(NOW + timedelta(minutes=minute))
    assert seen.energy_wh == pytest.approx(once.read(NOW + timedelta(minutes=minutes)).energy_wh, rel=0.01)


def test_power_rises_fades_and_ends_with_the_battery() -> None:
    charge = Charge(VEHICLES[2], OUTLETS[2], soc=0.2, target_soc=0.9, began_at=NOW)
    watts = [charge.read(NOW + timedelta(seconds=seconds)).power_w for seconds in (0, 60, 300, 1500, 7200)]
    assert watts[0] == 0
    assert watts[1] == watts[2] == 120_000
    assert 0 < watts[3] < 60_000
    assert watts[4] == 0
    assert charge.is_full


# ---------------------------------------------------------------------- one connector


class Recorded:
    """Takes what a connector sends, as a system that knows all cards but BLOCKED."""

    def __init__(self, enough: Callable[[list[Any]], bool], clock: Clock) -> None:
        self.sent: list[Any] = []
        self._enough = enough
        self._clock = clock

    async def __call__(self, request: Any) -> Any:
        self.sent.append(request)
        if self._enough(self.sent):
            self._clock.stop()
        card = getattr(request, "id_tag", None)
        verdict = {"status": "Blocked" if card == "BLOCKED" else "Accepted"}
        return SimpleNamespace(id_tag_info=verdict, transaction_id=len(self.sent))

    def of(self, name: str) -> list[Any]:
        return [one for one in self.sent if type(one).__name__ == name]


def started(count: int) -> Callable[[list[Any]], bool]:
    """Whether so many charges have begun."""
    return lambda sent: sum(type(one).__name__ == "StartTransaction" for one in sent) == count


def refused(sent: list[Any]) -> bool:
    """Whether a charge began after somebody was refused."""
    return isinstance(sent[-1], call.StartTransaction) and any(getattr(one, "id_tag", "") == "BLOCKED" for one in sent)


async def visited(seed: int, enough: Callable[[list[Any]], bool]) -> Recorded:
    """What a connector sends until it is enough."""
    clock = Clock(200_000, datetime.now(UTC) - timedelta(days=3650))
    recorded = Recorded(enough, clock)
    connector = Connector(
        1, OUTLETS[1], Cards(["CARD1", "CARD2"], "BLOCKED"), clock=clock, random=Random(seed), send=recorded
    )
    await asyncio.wait_for(connector.live(), DEADLINE_S)
    return recorded


async def test_equal_seeds_make_equal_visitors() -> None:
    first, second = await visited(5, started(12)), await visited(5, started(12))
    for name in ("Authorize", "StartTransaction"):
        assert [one.id_tag for one in first.of(name)] == [one.id_tag for one in second.of(name)]
    assert [one.reason for one in first.of("StopTransaction")] == [one.reason for one in second.of("StopTransaction")]


async def test_every_charge_is_told_from_its_start_to_its_stop() -> None:
    recorded = await visited(1, started(30))
    starts, stops = recorded.of("StartTransaction"), recorded.of("StopTransaction")
    assert len(starts) == len(stops) == 30
    register_wh = starts[0].meter_start
    for start, stop in zip(starts, stops, strict=True):
        assert start.meter_start == register_wh <= stop.meter_stop
        assert start.timestamp <= stop.timestamp
        register_wh = stop.meter_stop
    assert stops[-1].reason == "Reboot"  # the simulation was ended while it charged
    assert recorded.sent[-1].status == "Available"
    assert {"Preparing", "Charging", "Finishing", "SuspendedEV", "Faulted"} <= {
        one.status for one in recorded.of("StatusNotification")
    }


async def test_who_is_refused_does_not_charge() -> None:
    recorded = await visited(1, refused)
    assert "BLOCKED" in {one.id_tag for one in recorded.of("Authorize")}
    assert "BLOCKED" not in {one.id_tag for one in recorded.of("StartTransaction")}


# ---------------------------------------------------------------------- the odd vendor


def test_what_the_odd_vendor_sends_is_understood() -> None:
    sample = {"value": "16.5", "unit": "A", "measurand": "Current.Import", "phase": "L1"}
    plain = {"connectorId": 1, "meterValue": [{"timestamp": "2026-11-01T12:00:00Z", "sampledValue": [sample]}]}
    reading = read("MeterValues", "1.6", odd("MeterValues", plain), received_at=NOW, options=Options())
    assert reading.payload == plain
    assert {one.code for one in reading.findings} == {"Q-01", "Q-12", "Q-15", "Q-44"}

    status = {"connectorId": 1, "status": "Available", "errorCode": "NoError"}
    reading = read("StatusNotification", "1.6", odd("StatusNotification", status), received_at=NOW, options=Options())
    assert reading.payload == status
    assert {one.code for one in reading.findings} == {"Q-16"}


# ---------------------------------------------------------------------- the fleet


def test_every_connector_of_the_fleet_has_drivers_of_its_own() -> None:
    cards = fleet.cards(8)
    assert len({card.id_token for card in cards}) == len(cards) == 12 * fleet.DRIVERS + 1
    assert [card.id_token for card in cards if card.status == "Blocked"] == [fleet.BLOCKED_CARD]
    assert all(len(card.id_token) <= 20 and len(card.group_id or "") <= 20 for card in cards)
