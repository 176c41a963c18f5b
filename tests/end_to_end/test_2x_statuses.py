"""What stations of OCPP 2.x tell at any time: their statuses, their time, security events, vendors' messages (blocks A,
G and P)."""

from datetime import UTC, datetime
from typing import Any

import pytest

from local.system import LocalSystem
from shared.ocpp.messages import V2X
from tests.end_to_end.answering import call, receive, seen
from tests.end_to_end.clients import Api, dial_2x

both = pytest.mark.parametrize("version", V2X)


def status(evse_id: int = 1, connector_id: int = 1, word: str = "Available", at: str = "") -> dict[str, Any]:
    at = at or datetime.now(UTC).isoformat().replace("+00:00", "Z")
    return {"timestamp": at, "connectorStatus": word, "evseId": evse_id, "connectorId": connector_id}


@pytest.mark.requirement("M20-086", "G01")
@both
async def test_every_status_is_kept_per_connector(system: LocalSystem, api: Api, version: str) -> None:
    station_id = f"G86-{version}"
    words = ("Available", "Occupied", "Reserved", "Unavailable", "Faulted")
    async with dial_2x(system, station_id, version) as station:
        for evse_id, word in enumerate(words, start=1):
            await station.call("StatusNotification", **status(evse_id, 2, word))
        late = status(1, 2, "Faulted", "2026-01-01T00:00:00Z")
        await station.call("StatusNotification", **late)
        found = (await seen(api, "stations", station_id))["evses"]
    assert [(one["evse_id"], one["connectors"][0]["connector_id"]) for one in found] == [(n, 2) for n in range(1, 6)]
    assert tuple(one["connectors"][0]["status"] for one in found) == words


@pytest.mark.requirement("M20-088", "G02")
@both
async def test_a_heartbeat_tells_the_time(system: LocalSystem, version: str) -> None:
    async with dial_2x(system, f"G88-{version}", version) as station:
        answer = await station.call("Heartbeat")
        told = datetime.fromisoformat(answer["currentTime"])
        assert abs((datetime.now(UTC) - told).total_seconds()) < 2


@pytest.mark.requirement("M20-039", "A04")
@both
async def test_security_events_are_kept_and_critical_by_version(system: LocalSystem, api: Api, version: str) -> None:
    station_id = f"A39-{version}"
    types = ("InvalidTLSVersion", "DiscardedRenewedClientCertificate", "com.acme.Odd", "StartupOfTheDevice")
    async with dial_2x(system, station_id, version) as station:
        for number, type_ in enumerate(types):
            at = f"2026-11-01T08:00:0{number}Z"
            assert await station.call("SecurityEventNotification", type=type_, timestamp=at, techInfo="x") == {}
        kept = await seen(api, "stations", station_id, "events", type="security.event")
    critical = {one["data"]["type"]: one["data"]["critical"] for one in kept["items"]}
    assert critical == {
        "InvalidTLSVersion": True,
        "DiscardedRenewedClientCertificate": version == "2.1",
        "com.acme.Odd": False,
        "StartupOfTheDevice": True,
    }


@pytest.mark.requirement("M20-142", "P02")
@both
@pytest.mark.parametrize("data", ["text", {"a": [1, 2.5, None]}, [1, {"b": True}], 12.75, 3, False])
async def test_a_vendors_message_is_kept_whatever_json_it_holds(
    system: LocalSystem, api: Api, version: str, data: Any
) -> None:
    station_id = f"P142-{version}-{type(data).__name__}-{data == 3}"
    async with dial_2x(system, station_id, version) as station:
        answer = await station.call("DataTransfer", vendorId="com.nobody", messageId="m", data=data)
        assert answer == {"status": "UnknownVendorId"}
        assert await station.call("DataTransfer", vendorId="org.openchargealliance.costmsg", messageId="m") == {
            "status": "UnknownMessageId"
        }
        kept = await seen(api, "stations", station_id, "events", type="data_transfer.received")
    assert {"vendor_id": "com.nobody", "message_id": "m", "data": data} in [one["data"] for one in kept["items"]]


@pytest.mark.requirement("P01")
@both
@pytest.mark.parametrize("word", ["Accepted", "Rejected", "UnknownMessageId", "UnknownVendorId"])
async def test_a_message_of_ours_is_answered_in_four_ways(
    system: LocalSystem, api: Api, version: str, word: str
) -> None:
    async with dial_2x(system, f"P01-{version}", version) as station:
        made = await call(api, station, "DataTransfer", {"vendorId": "com.acme", "data": {"any": ["json"]}})
        frame = await receive(station, "DataTransfer")
        assert frame[3] == {"vendorId": "com.acme", "data": {"any": ["json"]}}
        await station.send([3, frame[1], {"status": word, "data": [1]}])
        await station.is_alive()
        found = await seen(api, "stations", station.station_id, "calls", made["call_id"])
        assert (found["state"], found["answer"]) == ("answered", {"status": word, "data": [1]})
