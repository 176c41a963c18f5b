"""Energy that flows back (block Q): who may, in which mode, by which setpoints and signals."""

import asyncio
from datetime import UTC, datetime
from typing import Any

import pytest

from local.system import LocalSystem
from tests.end_to_end.answering import answer, ask, call, made, nothing_comes, receive, seen
from tests.end_to_end.charging_2x import WANTED, charge, event, install, now, profiles, refused
from tests.end_to_end.clients import Api, Station, dial, dial_2x

CURVE = [{"at": 49.8, "power_w": -5000}, {"at": 50.2, "power_w": 5000}]
SIGNALS = [{"at": -10, "power_w": -5000}, {"at": 10, "power_w": 5000}]


async def supports(station: Station, modes: str) -> None:
    """The station tells in which ways an EVSE of it gives energy."""
    variable = {
        "component": {"name": "V2XChargingCtrlr", "evse": {"id": 1}},
        "variable": {"name": "SupportedEnergyTransferModes"},
        "variableAttribute": [{"type": "Actual", "value": modes}],
        "variableCharacteristics": {"dataType": "MemberList", "supportsMonitoring": False},
    }
    await station.call("NotifyReport", requestId=1, generatedAt=now(), seqNo=0, tbc=False, reportData=[variable])


@pytest.mark.requirement("M21-041", "Q01")
async def test_needs_in_a_mode_that_the_evse_has_not_get_no_profile(system: LocalSystem, api: Api) -> None:
    async with dial_2x(system, "Q41", "2.1") as station:
        await supports(station, "AC_single_phase,DC_BPT")
        await charge(station, "tx-41")
        parameters = {"maxChargePower": 11000, "maxDischargePower": 10000, "evTargetEnergyRequest": 20000}
        for mode, status in (("AC_BPT", "NoChargingProfile"), ("DC_BPT", "Processing")):
            needs = {"requestedEnergyTransfer": mode, "v2xChargingParameters": parameters}
            told = await station.call("NotifyEVChargingNeeds", evseId=1, chargingNeeds=needs)
            assert told["status"] == status


@pytest.mark.requirement("M21-042", "Q01", "Q02")
async def test_what_may_flow_is_told_once_it_is_known(system: LocalSystem, api: Api) -> None:
    api.put("id-tokens", "V2X")
    async with dial_2x(system, "Q42", "2.1") as station:
        told = await station.call("Authorize", idToken={"idToken": "V2X", "type": "ISO14443"})
        assert "allowedEnergyTransfer" not in told
        await charge(station, "tx-42")
        payload = {"transactionId": "tx-42", "allowedEnergyTransfer": ["AC_BPT", "DC_BPT"]}
        await call(api, station, "NotifyAllowedEnergyTransfer", payload)
        frame = await receive(station, "NotifyAllowedEnergyTransfer")
        assert frame[3] == payload
        ended = await answer(api, station, frame)
        assert ended["answer"] == {"status": "Accepted"}
        await event(station, "tx-42", "Ended", 1)
        assert (await refused(api, station, "NotifyAllowedEnergyTransfer", payload))[0] == 409


@pytest.mark.requirement("M21-043", "Q03", "Q04", "Q05", "Q06", "Q07", "Q09", "Q10")
@pytest.mark.parametrize(
    ("period", "word"),
    [
        ({"operation_mode": "CentralSetpoint", "setpoint": -5000}, {"setpoint": -5000}),
        ({"operation_mode": "CentralFrequency", "setpoint": 3000}, {"setpoint": 3000}),
        ({"operation_mode": "ExternalSetpoint", "limit": 9000}, {"limit": 9000}),
        ({"operation_mode": "ExternalLimits"}, {}),
        ({"operation_mode": "LocalLoadBalancing"}, {}),
        ({"operation_mode": "Idle", "evse_sleep": True}, {"evseSleep": True}),
        (
            {"operation_mode": "LocalFrequency", "v2x_baseline": 0, "v2x_freq_watt_curve": CURVE},
            {
                "v2xBaseline": 0,
                "v2xFreqWattCurve": [{"frequency": 49.8, "power": -5000}, {"frequency": 50.2, "power": 5000}],
            },
        ),
    ],
    ids=lambda one: one.get("operation_mode", ""),
)
async def test_each_operation_mode_has_its_fields(
    system: LocalSystem, api: Api, period: dict[str, Any], word: dict[str, Any]
) -> None:
    mode = period["operation_mode"]
    async with dial_2x(system, f"Q43-{mode}", "2.1") as station:
        schedules = [{"unit": "W", "periods": [{"start_s": 0} | period]}]
        sent = await install(api, station, evse_id=1, schedules=schedules)
        expected = {"startPeriod": 0, "operationMode": mode} | word
        assert sent["chargingProfile"]["chargingSchedule"][0]["chargingSchedulePeriod"] == [expected]


@pytest.mark.requirement("M21-043", "Q03", "Q05")
@pytest.mark.parametrize(
    ("period", "wrong"),
    [
        ({"operation_mode": "CentralSetpoint"}, "setpoint"),
        ({"operation_mode": "CentralSetpoint", "setpoint": 1, "setpoint_l2": 1}, "setpoint_l2"),
        ({"operation_mode": "CentralFrequency", "setpoint": 1, "limit": 9, "limit_l3": 9}, "limit_l3"),
        ({"operation_mode": "LocalFrequency"}, "v2x_freq_watt_curve"),
        ({"operation_mode": "LocalLoadBalancing", "limit": 9}, "limit"),
        ({"operation_mode": "ChargingOnly", "limit": 9, "setpoint": 9}, "setpoint"),
    ],
)
async def test_a_field_that_does_not_go_with_the_mode_is_refused(
    system: LocalSystem, api: Api, period: dict[str, Any], wrong: str
) -> None:
    async with dial_2x(system, "Q43W", "2.1") as station:
        body = WANTED | {"schedules": [{"unit": "W", "periods": [{"start_s": 0} | period]}]}
        response = await ask(api, "PUT", "stations", "Q43W", "charging-profiles", body=body)
        assert response.status_code == 422
        assert [one["path"] for one in response.json()["errors"]] == [f"schedules[0].periods[0].{wrong}"]
        assert await nothing_comes(station)


@pytest.mark.requirement("Q11")
async def test_an_ev_that_is_full_sleeps_until_it_is_wanted(system: LocalSystem, api: Api) -> None:
    async with dial_2x(system, "Q11", "2.1") as station:
        sleeping = {"start_s": 0, "operation_mode": "Idle", "evse_sleep": True, "preconditioning_request": False}
        awake = {"start_s": 3600, "operation_mode": "CentralSetpoint", "setpoint": -4000}
        schedule = {"unit": "W", "periods": [sleeping, awake]}
        sent = await install(api, station, evse_id=1, schedules=[schedule])
        assert sent["chargingProfile"]["chargingSchedule"][0]["chargingSchedulePeriod"] == [
            {"startPeriod": 0, "operationMode": "Idle", "evseSleep": True, "preconditioningRequest": False},
            {"startPeriod": 3600, "operationMode": "CentralSetpoint", "setpoint": -4000},
        ]
        (kept,) = await profiles(api, station)
        assert [one["evse_sleep"] for one in kept["schedules"][0]["periods"]] == [True, None]
        limited = WANTED | {"schedules": [{"unit": "W", "periods": [sleeping | {"limit": 0}]}]}
        response = await ask(api, "PUT", "stations", "Q11", "charging-profiles", body=limited)
        assert [one["path"] for one in response.json()["errors"]] == ["schedules[0].periods[0].limit"]


@pytest.mark.requirement("Q12")
async def test_a_station_that_goes_offline_keeps_its_setpoint_for_as_long_as_it_was_told(
    system: LocalSystem, api: Api
) -> None:
    discharging = {"start_s": 0, "operation_mode": "CentralSetpoint", "setpoint": -4000}
    info = {"transactionId": "tx-q12", "operationMode": "CentralSetpoint"}
    dynamic = {"kind": "Dynamic", "schedules": [{"unit": "W", "periods": [discharging]}], "purpose": "TxProfile"}
    async with dial_2x(system, "Q12", "2.1") as station:
        await charge(station, "tx-q12", transactionInfo=info)
        sent = await install(
            api, station, evse_id=1, **dynamic, max_offline_duration_s=900, invalid_after_offline_duration=False
        )
        profile = sent["chargingProfile"]
        assert (profile["maxOfflineDuration"], profile["invalidAfterOfflineDuration"]) == (900, False)
    assert await asyncio.to_thread(api.is_offline, "Q12")
    path = ("stations", "Q12", "charging-profiles", str(profile["id"]), "setpoint")
    await made(api, "PUT", *path, body={"setpoint": 1000})
    async with dial(system, "Q12", subprotocols=("ocpp2.1",)) as station:
        frame = await receive(station, "UpdateDynamicSchedule")
        assert frame[3]["scheduleUpdate"] == {"setpoint": 1000}
        await event(station, "tx-q12", "Updated", 1, offline=True, transactionInfo=info)
        told = await station.call("PullDynamicScheduleUpdate", chargingProfileId=profile["id"])
        assert told == {"status": "Accepted", "scheduleUpdate": {"setpoint": 1000}}
        assert (await seen(api, "transactions", "tx-q12"))["operation_mode"] == "CentralSetpoint"


@pytest.mark.requirement("M21-044", "Q08")
async def test_the_signal_of_the_grid_is_relayed(system: LocalSystem, api: Api) -> None:
    async with dial_2x(system, "Q44", "2.1") as station:
        period = {
            "start_s": 0,
            "operation_mode": "CentralFrequency",
            "setpoint": 0,
            "v2x_baseline": 0,
            "v2x_signal_watt_curve": SIGNALS,
        }
        sent = await install(api, station, evse_id=1, schedules=[{"unit": "W", "periods": [period]}])
        (told,) = sent["chargingProfile"]["chargingSchedule"][0]["chargingSchedulePeriod"]
        assert told["v2xSignalWattCurve"] == [{"signal": -10, "power": -5000}, {"signal": 10, "power": 5000}]
        at = datetime.now(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
        await call(api, station, "AFRRSignal", {"timestamp": at, "signal": -7})
        frame = await receive(station, "AFRRSignal")
        assert frame[3] == {"timestamp": at, "signal": -7}
        await answer(api, station, frame)
