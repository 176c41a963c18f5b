"""All stations at once, over sockets: a session, a fault and refused connections as the console's overview has them."""

import asyncio
import base64
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
from websockets.exceptions import InvalidStatus

from local.system import LocalSystem
from tests.end_to_end.clients import Api, dial

SYSTEM = {"environment": {"ONBOARDING": "closed"}}
PASSWORD = "a-long-random-secret"
DEADLINE_S = 90


def now() -> str:
    return datetime.now(UTC).isoformat().replace("+00:00", "Z")


def basic(user: str, password: str = PASSWORD) -> dict[str, str]:
    credentials = base64.b64encode(f"{user}:{password}".encode()).decode()
    return {"Authorization": f"Basic {credentials}"}


async def seen(ask: Callable[[], Any], wanted: Callable[[Any], bool]) -> Any:
    """What is answered once it is as wanted; else the last answer after the deadline."""
    async with asyncio.timeout(DEADLINE_S):
        while not wanted(answer := await asyncio.to_thread(ask)):
            await asyncio.sleep(0.2)
    return answer


async def test_a_session_is_in_the_counts_at_once_and_in_the_next_sample(system: LocalSystem, api: Api) -> None:
    api.put("stations", "OV1", password=PASSWORD)
    api.put("stations", "OV2", password=PASSWORD)
    assert api.ask("PUT", "id-tokens", "OVTAG", json={"status": "Accepted"}).status_code in (200, 201)
    async with dial(system, "OV1", headers=basic("OV1")) as station:
        await station.call("BootNotification", chargePointVendor="Acme", chargePointModel="Duo")
        begun = await station.call("StartTransaction", connectorId=1, idTag="OVTAG", meterStart=0, timestamp=now())
        power = {"value": "11", "measurand": "Power.Active.Import", "unit": "kW"}
        await station.call(
            "MeterValues",
            connectorId=1,
            transactionId=begun["transactionId"],
            meterValue=[{"timestamp": now(), "sampledValue": [power]}],
        )
        found = await asyncio.to_thread(api.get, "overview")
        assert found["stations"] == {"total": 2, "online": 1, "offline": 1, "charging": 1, "faulted": 0}
        assert found["active_transactions"] == 1
        found = await seen(lambda: api.get("overview"), lambda one: one["power_w"] == 11_000)
        sample = found["samples"][-1]
        assert (sample["online"], sample["charging"], sample["active_transactions"]) == (1, 1, 1)
        await station.call("StopTransaction", transactionId=begun["transactionId"], meterStop=100, timestamp=now())
    assert (await asyncio.to_thread(api.get, "overview"))["active_transactions"] == 0


async def test_a_fault_is_listed_until_it_is_cleared(system: LocalSystem, api: Api) -> None:
    api.put("stations", "OV3", password=PASSWORD)
    async with dial(system, "OV3", headers=basic("OV3")) as station:
        await station.call("StatusNotification", connectorId=2, status="Faulted", errorCode="GroundFailure")
        (fault,) = await asyncio.to_thread(api.items, "faults")
        assert (fault["station_id"], fault["evse_id"], fault["error_code"]) == ("OV3", 2, "GroundFailure")
        await station.call("StatusNotification", connectorId=2, status="Available", errorCode="NoError")
        assert await asyncio.to_thread(api.items, "faults") == []


async def test_a_refused_connection_is_listed_with_its_reason(system: LocalSystem, api: Api) -> None:
    api.put("stations", "OV4", password=PASSWORD)
    for station_id, headers in (("OV-NOBODY", None), ("OV4", basic("OV4", "wrong"))):
        with pytest.raises(InvalidStatus):
            async with dial(system, station_id, headers=headers):
                pass
    found = await asyncio.to_thread(api.items, "refused-connections")
    assert [(one["station_id"], one["code"]) for one in found] == [
        ("OV4", "wrong_password"),
        ("OV-NOBODY", "unknown_station"),
    ]
    assert found[0]["remote_address"] == "127.0.0.1"
    assert found[0]["offered_subprotocols"] == ["ocpp1.6"]


async def test_a_call_that_fails_and_a_reservation_that_stands_are_listed(system: LocalSystem, api: Api) -> None:
    api.put("stations", "OV5", password=PASSWORD)
    async with dial(system, "OV5", headers=basic("OV5")) as station:
        made = await asyncio.to_thread(
            api.ask, "POST", "stations", "OV5", "calls", json={"action": "ClearCache", "payload": {}}
        )
        frame = await station.receive()
        await station.send([4, frame[1], "NotSupported", "no cache", {}])
        wanted = {"id_token": "OVTAG", "evse_id": 1, "expires_at": "2099-01-01T00:00:00Z"}
        await asyncio.to_thread(api.ask, "POST", "stations", "OV5", "reservations", json=wanted)
        frame = await station.receive()
        await station.send([3, frame[1], {"status": "Accepted"}])
        failed = await seen(lambda: api.items("failed-calls"), bool)
        assert [(one["call_id"], one["state"]) for one in failed] == [(made.json()["call_id"], "refused")]
        standing = await seen(lambda: api.items("reservations"), lambda found: found[0]["state"] == "accepted")
        assert [(one["station_id"], one["evse_id"]) for one in standing] == [("OV5", 1)]


def test_the_system_tells_how_it_is_set(api: Api) -> None:
    found = api.get("system")
    assert (found["stage"], found["onboarding"]) == ("dev", "closed")
    assert (found["certificate_authority"], found["message_log"]) == ("embedded", True)
