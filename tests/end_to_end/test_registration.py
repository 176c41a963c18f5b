"""Registration: who is accepted, what that allows, and that it lasts."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from local.system import LocalSystem
from shared.fleet import HEARTBEAT_INTERVAL_S
from tests.end_to_end.clients import Api, dial

BOOT = {
    "chargePointVendor": "ACME",
    "chargePointModel": "One",
    "chargePointSerialNumber": "SN-1",
    "chargeBoxSerialNumber": "BOX-1",
    "firmwareVersion": "1.2.3",
    "iccid": "8949",
    "imsi": "2620",
    "meterType": "MID",
    "meterSerialNumber": "M-1",
}


@pytest.mark.requirement("M16-031")
async def test_a_boot_is_accepted_and_kept_whole(system: LocalSystem, api: Api) -> None:
    async with dial(system, "R31") as station:
        answer = await station.call("BootNotification", **BOOT)
    assert (answer["status"], answer["interval"]) == ("Accepted", HEARTBEAT_INTERVAL_S)
    assert answer["currentTime"].endswith("Z")
    assert abs((datetime.now(UTC) - datetime.fromisoformat(answer["currentTime"])).total_seconds()) < 2
    found = api.get("stations", "R31")
    kept = {
        "vendor": "ACME",
        "model": "One",
        "serial_number": "SN-1",
        "charge_box_serial_number": "BOX-1",
        "firmware_version": "1.2.3",
        "iccid": "8949",
        "imsi": "2620",
        "meter_type": "MID",
        "meter_serial_number": "M-1",
    }
    assert {name: found[name] for name in kept} == kept
    assert found["booted_at"] is not None


@pytest.mark.requirement("M16-032")
async def test_vendor_and_model_are_enough(system: LocalSystem) -> None:
    async with dial(system, "R32") as station:
        assert (await station.call("BootNotification", chargePointVendor="V", chargePointModel="M"))[
            "status"
        ] == "Accepted"


@pytest.mark.requirement("M16-033", "M16-034")
async def test_a_pending_station_may_only_boot_unless_it_is_allowed_more(system: LocalSystem, api: Api) -> None:
    api.put("stations", "R34", registration="Pending")
    status = {"connectorId": 1, "status": "Available", "errorCode": "NoError"}
    async with dial(system, "R34") as station:
        answer = await station.call("BootNotification", **BOOT)
        assert (answer["status"], answer["interval"]) == ("Pending", HEARTBEAT_INTERVAL_S)
        assert (await station.frame("StatusNotification", status))[2] == "SecurityError"
    api.patch("stations", "R34", calls_before_boot=True)
    async with dial(system, "R34") as station:
        assert (await station.frame("StatusNotification", status))[0] == 3


async def test_an_accepted_station_goes_on_at_its_next_connection(system: LocalSystem, api: Api) -> None:
    api.put("stations", "R34B", registration="Pending")
    async with dial(system, "R34B") as station:
        assert (await station.frame("Heartbeat", {}))[2] == "SecurityError"
        api.patch("stations", "R34B", registration="Accepted")
        await station.closed()
    async with dial(system, "R34B") as station:
        assert await station.is_alive()


@pytest.mark.requirement("M16-035")
async def test_a_rejected_station_is_told_so_and_hears_nothing_else(system: LocalSystem, api: Api) -> None:
    api.put("stations", "R35", registration="Rejected")
    async with dial(system, "R35") as station:
        answer = await station.call("BootNotification", **BOOT)
        assert (answer["status"], answer["interval"]) == ("Rejected", HEARTBEAT_INTERVAL_S)
        assert (await station.frame("Heartbeat", {}))[2] == "SecurityError"


@pytest.mark.requirement("M16-037")
async def test_a_heartbeat_tells_the_time_and_is_seen(system: LocalSystem, api: Api) -> None:
    async with dial(system, "R37") as station:
        before = api.get("stations", "R37")["last_seen_at"]
        answer = await station.call("Heartbeat")
        assert abs((datetime.now(UTC) - datetime.fromisoformat(answer["currentTime"])).total_seconds()) < 2
        assert api.get("stations", "R37")["last_seen_at"] > before


@pytest.mark.requirement("M16-036")
async def test_a_registration_outlives_the_system(system: LocalSystem, tmp_path: Path) -> None:
    """Runs two systems of its own, one after the other, once the module's has stopped."""
    system.stop()
    state = tmp_path / "state"
    with LocalSystem.of_project(state_file=state) as first:
        Api(first).put("id-tokens", "TAG")
        async with dial(first, "R36") as station:
            await station.call("BootNotification", **BOOT)
    with LocalSystem.of_project(state_file=state, environment={"ONBOARDING": "quarantine"}) as second:
        start = {"connectorId": 1, "idTag": "TAG", "meterStart": 0, "timestamp": "2026-11-20T08:00:00Z"}
        async with dial(second, "R36") as station:
            assert await station.is_alive()
            assert (await station.call("StartTransaction", **start))["idTagInfo"]["status"] == "Accepted"
        async with dial(second, "NEWCOMER") as station:
            assert (await station.call("BootNotification", **BOOT))["status"] == "Pending"
        assert Api(second).get("stations", "R36")["vendor"] == "ACME"
        assert Api(second).get("stations", "NEWCOMER")["registration"] == "Pending"
