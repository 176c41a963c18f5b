"""DER controls (block R): set, superseded, reported, cleared; alarms; what does not go together is refused."""

import asyncio
from typing import Any, get_args

import pytest

from local.system import LocalSystem
from shared.domain.der_controls import ControlType
from tests.end_to_end.answering import answer, ask, made, nothing_comes, receive, refuse, seen
from tests.end_to_end.charging_2x import charge, now, refused
from tests.end_to_end.clients import Api, Station, dial_2x

CURVE = {"curveData": [{"x": 90, "y": 0}, {"x": 110, "y": -44}], "priority": 1, "yUnit": "PctMaxVar"}
SERVICE = {"priority": 0, "highVoltage": 105, "lowVoltage": 91.7, "highFreq": 50.1, "lowFreq": 49.5}
FACTOR = {"priority": 1, "displacement": 0.95, "excitation": True}
OBJECTS: dict[str, tuple[str, dict[str, Any]]] = {
    "EnterService": ("enterService", SERVICE),
    "FreqDroop": (
        "freqDroop",
        {"priority": 1, "overFreq": 50.2, "underFreq": 49.8, "overDroop": 5, "underDroop": 5, "responseTime": 1},
    ),
    "FixedPFAbsorb": ("fixedPFAbsorb", FACTOR),
    "FixedPFInject": ("fixedPFInject", FACTOR),
    "FixedVar": ("fixedVar", {"priority": 1, "setpoint": 10, "unit": "PctMaxVar"}),
    "Gradients": ("gradient", {"priority": 1, "gradient": 10, "softGradient": 2}),
    "LimitMaxDischarge": ("limitMaxDischarge", {"priority": 1, "pctMaxDischargePower": 50}),
}
AT_A_TIME = {"startTime": "2026-12-01T00:00:00Z", "duration": 3600}


def control_of(control_type: str) -> tuple[str, dict[str, Any]]:
    return OBJECTS.get(control_type, ("curve", CURVE))


async def put(api: Api, station: Station, control_id: str, control_type: str, **changed: Any) -> Any:
    body = {"control_type": control_type, "is_default": True, "control": control_of(control_type)[1]} | changed
    return await made(api, "PUT", "stations", station.station_id, "der-controls", control_id, body=body)


async def install(api: Api, station: Station, control_id: str, control_type: str, **changed: Any) -> Any:
    said = {"status": "Accepted"} | changed.pop("said", {})
    await put(api, station, control_id, control_type, **changed)
    frame = await receive(station, "SetDERControl")
    await answer(api, station, frame, said)
    return frame[3]


async def controls(api: Api, station: Station) -> dict[str, Any]:
    found = (await seen(api, "stations", station.station_id, "der-controls"))["items"]
    return {one["control_id"]: one for one in found}


@pytest.mark.requirement("M21-045", "R04")
async def test_each_type_of_control_goes_out_in_its_object(system: LocalSystem, api: Api) -> None:
    assert len(get_args(ControlType)) == 22
    async with dial_2x(system, "R45", "2.1") as station:
        for control_type in get_args(ControlType):
            name, content = control_of(control_type)
            sent = await install(api, station, f"c-{control_type}", control_type)
            assert sent == {
                "isDefault": True,
                "controlId": f"c-{control_type}",
                "controlType": control_type,
                name: content,
            }
        found = await controls(api, station)
        assert {one["control_type"] for one in found.values()} == set(get_args(ControlType))
        assert {one["state"] for one in found.values()} == {"accepted"}
        timed = await install(api, station, "timed", "VoltVar", is_default=False, control=CURVE | AT_A_TIME)
        assert (timed["isDefault"], timed["curve"]["duration"]) == (False, 3600)


@pytest.mark.requirement("M21-045", "R04")
@pytest.mark.parametrize("control_type", get_args(ControlType))
async def test_a_wrong_combination_is_refused(system: LocalSystem, api: Api, control_type: str) -> None:
    name, content = control_of(control_type)
    async with dial_2x(system, "R45W", "2.1") as station:
        base = {"isDefault": True, "controlId": "wrong", "controlType": control_type}
        other = ("freqDroop", OBJECTS["FreqDroop"][1]) if name != "freqDroop" else ("curve", CURVE)
        for objects in ({}, dict([other]), {name: content} | dict([other])):
            assert (await refused(api, station, "SetDERControl", base | objects))[0] == 422
        if "highVoltage" not in content and "softGradient" not in content:
            timed = {name: content | AT_A_TIME}
            status, paths = await refused(api, station, "SetDERControl", base | timed)
            assert (status, paths) == (422, [f"payload.{name}.duration", f"payload.{name}.startTime"])
            path = ("stations", "R45W", "der-controls", "wrong")
            body = {"control_type": control_type, "is_default": True, "control": content | AT_A_TIME}
            response = await ask(api, "PUT", *path, body=body)
            assert {one["path"] for one in response.json()["errors"]} == {"control.duration", "control.startTime"}
        else:
            status, paths = await refused(api, station, "SetDERControl", base | {"isDefault": False, name: content})
            assert (status, paths) == (422, ["payload.isDefault"])
        assert await nothing_comes(station)


@pytest.mark.requirement("M21-045", "R04")
async def test_a_control_supersedes_others_or_is_not_taken(system: LocalSystem, api: Api) -> None:
    async with dial_2x(system, "R45S", "2.1") as station:
        await install(api, station, "old", "VoltVar")
        await install(api, station, "new", "VoltVar", said={"supersededIds": ["old"]})
        await put(api, station, "none", "WattVar")
        await answer(api, station, await receive(station, "SetDERControl"), {"status": "NotSupported"})
        await put(api, station, "old", "VoltVar", control=CURVE | {"priority": 0})
        await refuse(api, station, await receive(station, "SetDERControl"), "InternalError")
        found = await controls(api, station)
        assert {key: (one["state"], one["status"], one["is_superseded"]) for key, one in found.items()} == {
            "old": ("accepted", "InternalError", True),
            "new": ("accepted", "Accepted", False),
            "none": ("rejected", "NotSupported", False),
        }
        assert found["old"]["control"] == CURVE


@pytest.mark.requirement("M21-046", "R01", "R03", "R04")
async def test_a_report_in_pages_is_shown_and_a_control_is_cleared(system: LocalSystem, api: Api) -> None:
    async with dial_2x(system, "R46", "2.1") as station:
        await install(api, station, "gone", "VoltWatt")
        await made(api, "POST", "stations", "R46", "der-controls", "refresh", body={"is_default": True})
        frame = await receive(station, "GetDERControl")
        assert frame[3]["isDefault"] is True
        await answer(api, station, frame)
        number = frame[3]["requestId"]
        curve = {"id": "c1", "curveType": "VoltVar", "curve": CURVE, "isDefault": True, "isSuperseded": True}
        assert await station.call("ReportDERControl", requestId=number, curve=[curve], tbc=True) == {}
        service = {"id": "s1", "enterService": SERVICE}
        factor = {"id": "f1", "fixedPF": FACTOR, "isDefault": True, "isSuperseded": False}
        page = {"enterService": [service], "fixedPFAbsorb": [factor]}
        assert await station.call("ReportDERControl", requestId=number, **page) == {}
        found = await controls(api, station)
        assert {key: one["state"] for key, one in found.items()} == {
            "gone": "cleared",
            "c1": "accepted",
            "s1": "accepted",
            "f1": "accepted",
        }
        assert (found["c1"]["is_superseded"], found["f1"]["control_type"]) == (True, "FixedPFAbsorb")
        assert found["s1"]["control"] == SERVICE
        await made(api, "DELETE", "stations", "R46", "der-controls", "c1")
        frame = await receive(station, "ClearDERControl")
        assert frame[3] == {"isDefault": True, "controlId": "c1"}
        ended = await answer(api, station, frame, {"status": "NotFound"})
        assert ended["answer"]["status"] == "NotFound"
        assert (await controls(api, station))["c1"]["state"] == "cleared"
        response = await asyncio.to_thread(
            api.ask, "DELETE", "stations", "R46", "der-controls", params={"is_default": True, "control_type": "WattVar"}
        )
        assert response.status_code == 202
        frame = await receive(station, "ClearDERControl")
        assert frame[3] == {"isDefault": True, "controlType": "WattVar"}
        await answer(api, station, frame, {"status": "NotFound"})
        assert (await controls(api, station))["s1"]["state"] == "accepted"


@pytest.mark.requirement("M21-045", "M21-046", "R04")
async def test_a_report_on_the_way_does_not_hide_what_was_set_after_it(system: LocalSystem, api: Api) -> None:
    async with dial_2x(system, "R46R", "2.1") as station:
        await install(api, station, "c1", "VoltVar")
        await made(api, "POST", "stations", "R46R", "der-controls", "refresh", body={"is_default": True})
        asked = await receive(station, "GetDERControl")
        newer = CURVE | {"priority": 5}
        await put(api, station, "c1", "VoltVar", control=newer)
        await answer(api, station, asked)
        setting = await receive(station, "SetDERControl")
        older = {"id": "c1", "curveType": "VoltVar", "curve": CURVE, "isDefault": True, "isSuperseded": False}
        assert await station.call("ReportDERControl", requestId=asked[3]["requestId"], curve=[older]) == {}
        await answer(api, station, setting)
        (kept,) = (await controls(api, station)).values()
        assert (kept["status"], kept["control"]) == ("Accepted", newer)


@pytest.mark.requirement("M21-047", "R04", "R05")
async def test_alarms_begin_and_end_and_controls_start_and_stop(system: LocalSystem, api: Api) -> None:
    async with dial_2x(system, "R47", "2.1") as station:
        await install(api, station, "a", "HVMustTrip")
        await install(api, station, "b", "HVMustTrip", is_default=False, control=CURVE | AT_A_TIME)
        started = {"controlId": "b", "started": True, "timestamp": now(), "supersededIds": ["a"]}
        assert await station.call("NotifyDERStartStop", **started) == {}
        found = await controls(api, station)
        assert (found["b"]["is_running"], found["a"]["is_superseded"]) == (True, True)
        assert found["a"]["superseded_by"] == "b"
        await station.call("NotifyDERStartStop", controlId="b", started=False, timestamp=now())
        found = await controls(api, station)
        assert (found["b"]["is_running"], found["a"]["is_superseded"], found["a"]["superseded_by"]) == (
            False,
            False,
            None,
        )
        await station.call("NotifyDERStartStop", controlId="unheard of", started=True, timestamp=now())
        alarm = {"controlType": "HVMustTrip", "gridEventFault": "OverVoltage", "extraInfo": "260 V"}
        assert await station.call("NotifyDERAlarm", **alarm, timestamp=now()) == {}
        (raised,) = (await seen(api, "stations", "R47", "der-alarms"))["items"]
        assert (raised["fault"], raised["is_active"], raised["extra_info"]) == ("OverVoltage", True, "260 V")
        await station.call("NotifyDERAlarm", controlType="HVMustTrip", timestamp=now(), alarmEnded=True)
        (ended,) = (await seen(api, "stations", "R47", "der-alarms"))["items"]
        assert (ended["fault"], ended["is_active"]) == ("OverVoltage", False)
        assert ended["ended_at"] is not None
        types = [one["type"] for one in (await seen(api, "stations", "R47", "events"))["items"]]
        assert (types.count("der.alarm"), types.count("der.control")) == (2, 3)


@pytest.mark.requirement("R02")
async def test_what_an_ev_can_do_for_the_grid_is_known_before_its_session(system: LocalSystem, api: Api) -> None:
    async with dial_2x(system, "R01", "2.1") as station:
        await charge(station, "tx-r01")
        der = {"evSupportedDERControl": ["VoltVar", "FreqDroop"], "maxApparentPower": 11000, "evReactiveSusceptance": 1}
        needs = {
            "requestedEnergyTransfer": "AC_BPT_DER",
            "availableEnergyTransfer": ["AC_BPT_DER", "AC_three_phase"],
            "v2xChargingParameters": {"maxChargePower": 11000, "maxDischargePower": 10000, "maxVoltage": 230},
            "derChargingParameters": der,
        }
        told = await station.call("NotifyEVChargingNeeds", evseId=1, chargingNeeds=needs, timestamp=now())
        assert told["status"] == "Processing"
        (kept,) = (await seen(api, "stations", "R01", "charging-needs"))["items"]
        assert kept["details"] == needs
        assert (kept["max_power_w"], kept["available_energy_transfers"]) == (11000, ["AC_BPT_DER", "AC_three_phase"])
        assert kept["told_at"] is not None
