"""Stations learn over real WebSockets how the fleet dials again: those of OCPP 2.x once, those of 1.6 not."""

import itertools

import pytest

from local.system import OPEN, LocalSystem
from shared.ocpp.messages import V2X
from tests.end_to_end.answering import answer, nothing_comes, receive, seen
from tests.end_to_end.clients import Api, dial, dial_2x

SYSTEM = {"environment": {**OPEN, "EXPECTED_STATIONS": "100000"}}
FLEET = {"RetryBackOffWaitMinimum": "10", "RetryBackOffRandomRange": "250", "RetryBackOffRepeatTimes": "3"}

_numbers = itertools.count(1)


@pytest.mark.parametrize("version", V2X)
async def test_a_station_learns_once_how_to_dial_again(system: LocalSystem, api: Api, version: str) -> None:
    station_id = f"FLEET{next(_numbers)}"
    async with dial_2x(system, station_id, version) as station:
        frame = await receive(station, "SetVariables")
        data = frame[3]["setVariableData"]
        assert {one["variable"]["name"]: one["attributeValue"] for one in data} == FLEET
        names = [{name: one[name] for name in ("component", "variable")} for one in data]
        results = [one | {"attributeStatus": "Accepted"} for one in names]
        assert (await answer(api, station, frame, {"setVariableResult": results}))["state"] == "answered"
    async with dial_2x(system, station_id, version) as station:
        assert await nothing_comes(station)
    known = (await seen(api, "stations", station_id, "variables"))["items"]
    assert {one["variable"]: one["attributes"]["Actual"]["value"] for one in known} == FLEET
    assert not any(one["attributes"]["Actual"]["wished"] for one in known)


async def test_a_station_that_is_to_be_left_alone_is_told_nothing(system: LocalSystem, api: Api) -> None:
    station_id = f"FLEET{next(_numbers)}"
    api.put("stations", station_id, fleet_settings=False)
    async with dial_2x(system, station_id, "2.0.1") as station:
        assert await nothing_comes(station)


async def test_a_station_of_16_is_told_nothing(system: LocalSystem, api: Api) -> None:
    station_id = f"FLEET{next(_numbers)}"
    async with dial(system, station_id) as station:
        await station.call("BootNotification", chargePointVendor="Acme", chargePointModel="Solo")
        await seen(api, "stations", station_id)
        assert await nothing_comes(station)
