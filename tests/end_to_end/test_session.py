"""A charging session as the PyPI package `ocpp` speaks it, from the station's socket to the operator's API."""

import asyncio
import base64
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest
from ocpp.v16 import ChargePoint, call
from ocpp.v16.enums import ChargePointErrorCode, ChargePointStatus, Reason
from websockets.asyncio.client import connect

from local.system import LocalSystem
from tests.end_to_end.clients import Api, dial

PASSWORD = "a-long-random-secret"


@asynccontextmanager
async def charge_point(system: LocalSystem, station_id: str, password: str | None = None) -> AsyncIterator[Any]:
    headers = {}
    if password:
        headers["Authorization"] = "Basic " + base64.b64encode(f"{station_id}:{password}".encode()).decode()
    url = system.ws_url + station_id
    async with connect(url, subprotocols=["ocpp1.6"], additional_headers=headers) as socket:  # type: ignore[list-item]  # text is a subprotocol
        station = ChargePoint(station_id, socket)
        listening = asyncio.create_task(station.start())
        yield station
        listening.cancel()


async def charge(station: Any, minutes: int = 10) -> int:
    """One session of 4,200 Wh in ten readings; returns the transaction's number."""
    boot = await station.call(call.BootNotification(charge_point_model="One", charge_point_vendor="ACME"))
    assert boot.status == "Accepted"
    for connector_id in (0, 1):
        status = call.StatusNotification(connector_id, ChargePointErrorCode.no_error, ChargePointStatus.available)
        await station.call(status)
    authorized = await station.call(call.Authorize(id_tag="CARD"))
    assert authorized.id_tag_info["status"] == "Accepted"
    started = await station.call(
        call.StartTransaction(connector_id=1, id_tag="CARD", meter_start=1000, timestamp="2026-11-20T08:00:00Z")
    )
    for minute in range(1, minutes + 1):
        value = {
            "timestamp": f"2026-11-20T08:{minute:02}:00Z",
            "sampledValue": [
                {"value": str(1000 + 420 * minute), "measurand": "Energy.Active.Import.Register", "unit": "Wh"},
                {"value": "16", "measurand": "Current.Import", "unit": "A", "phase": "L1"},
            ],
        }
        await station.call(call.MeterValues(1, [value], started.transaction_id))
    stopped = await station.call(
        call.StopTransaction(
            meter_stop=5200,
            timestamp="2026-11-20T08:11:00Z",
            transaction_id=started.transaction_id,
            id_tag="CARD",
            reason=Reason.local,
        )
    )
    assert stopped.id_tag_info["status"] == "Accepted"
    return int(started.transaction_id)


def check(api: Api, station_id: str, number: int) -> None:
    (found,) = api.items("transactions", station_id=station_id)
    assert found["number"] == number
    assert found["transaction_id"] == str(number)
    assert (found["state"], found["energy_wh"], found["stopped_reason"]) == ("ended", 4200, "Local")
    assert (found["started_at"], found["ended_at"]) == ("2026-11-20T08:00:00Z", "2026-11-20T08:11:00Z")
    assert (found["meter_start_wh"], found["meter_stop_wh"], found["id_token"]) == (1000, 5200, "CARD")
    assert (found["evse_id"], found["connector_id"], found["flags"]) == (1, 1, [])
    values = api.items("transactions", str(number), "meter-values")
    assert len(values) == 10
    assert (
        values[0]["sampled_values"][1].items()
        >= {
            "value": "16",
            "measurand": "Current.Import",
            "unit": "A",
            "phase": "L1",
            "context": "Sample.Periodic",
            "location": "Outlet",
            "format": "Raw",
        }.items()
    )


@pytest.mark.requirement("M16-044", "M16-050", "M16-055")
async def test_a_session_from_boot_to_stop(system: LocalSystem, api: Api) -> None:
    api.put("id-tokens", "CARD")
    async with charge_point(system, "CP1") as station:
        number = await charge(station)
    check(api, "CP1", number)
    assert api.get("transactions")["items"][0]["number"] == number


@pytest.mark.requirement("M16-038")
async def test_every_status_of_every_connector_is_kept_with_its_history(system: LocalSystem, api: Api) -> None:
    statuses = [
        "Available", "Preparing", "Charging", "SuspendedEV", "SuspendedEVSE", "Finishing", "Reserved", "Unavailable",
        "Faulted",
    ]  # fmt: skip
    async with dial(system, "S38") as station:
        for connector_id in (1, 2):
            for minute, status in enumerate(statuses):
                error = "GroundFailure" if status == "Faulted" else "NoError"
                said = {"connectorId": connector_id, "status": status, "errorCode": error}
                await station.call("StatusNotification", **said, timestamp=f"2026-11-20T08:{minute:02}:00Z")
        await station.call("StatusNotification", connectorId=0, status="Unavailable", errorCode="NoError")
        found = api.get("stations", "S38")
    for evse_id, evse in enumerate(found["evses"], 1):
        (connector,) = evse["connectors"]
        assert (evse["evse_id"], connector["connector_id"]) == (evse_id, 1)
        assert (connector["status"], connector["reported_status"]) == ("Faulted", "Faulted")
        assert connector["error_code"] == "GroundFailure"
        assert connector["changed_at"] == "2026-11-20T08:08:00Z"
    assert len(found["evses"]) == 2
    assert found["availability"]["status"] == "Unavailable"
    history = api.items("stations", "S38", "events", type="status.changed")
    assert [event["data"]["reported_status"] for event in history if event["data"]["evse_id"] == 1] == statuses[::-1]


@pytest.mark.requirement("M16-039")
async def test_a_late_status_goes_into_the_history_only(system: LocalSystem, api: Api) -> None:
    said = {"connectorId": 1, "errorCode": "NoError"}
    async with dial(system, "S39") as station:
        await station.call("StatusNotification", **said, status="Charging", timestamp="2026-11-20T09:00:00Z")
        await station.call("StatusNotification", **said, status="Preparing", timestamp="2026-11-20T08:00:00Z")
    (evse,) = api.get("stations", "S39")["evses"]
    assert evse["connectors"][0]["reported_status"] == "Charging"
    late, _current = sorted(api.items("stations", "S39", "events", type="status.changed"), key=lambda one: one["at"])
    assert (late["data"]["reported_status"], late["data"]["late"]) == ("Preparing", True)


@pytest.mark.requirement("M16-040")
async def test_a_fault_is_kept_whole_raised_and_cleared(system: LocalSystem, api: Api) -> None:
    fault = {"errorCode": "OverCurrentFailure", "info": "phase 2", "vendorId": "ACME", "vendorErrorCode": "E42"}
    async with dial(system, "S40") as station:
        await station.call("StatusNotification", connectorId=1, status="Faulted", **fault)
        (evse,) = api.get("stations", "S40")["evses"]
        shown = evse["connectors"][0]
        assert (shown["status"], shown["error_code"], shown["info"]) == ("Faulted", "OverCurrentFailure", "phase 2")
        assert (shown["vendor_id"], shown["vendor_error_code"]) == ("ACME", "E42")
        await station.call("StatusNotification", connectorId=1, status="Available", errorCode="NoError")
    told = {event["type"] for event in api.items("stations", "S40", "events")}
    assert {"fault.raised", "fault.cleared"} <= told
    (evse,) = api.get("stations", "S40")["evses"]
    assert evse["connectors"][0]["error_code"] == "NoError"


@pytest.mark.requirement("M16-041")
@pytest.mark.parametrize("id_tag", ["GroupCard", "GROUPCARD", "groupcard"])
async def test_a_known_token_is_accepted_with_its_group_and_expiry(system: LocalSystem, api: Api, id_tag: str) -> None:
    api.put("id-tokens", "GroupCard", group_id="FLEET", expires_at="2099-01-01T00:00:00Z")
    async with dial(system, "A41") as station:
        answer = await station.call("Authorize", idTag=id_tag)
    expected = {"status": "Accepted", "parentIdTag": "FLEET", "expiryDate": "2099-01-01T00:00:00Z"}
    assert answer == {"idTagInfo": expected}


@pytest.mark.requirement("M16-042")
async def test_an_unknown_an_expired_and_a_blocked_token(system: LocalSystem, api: Api) -> None:
    api.put("id-tokens", "OLD", expires_at="2020-01-01T00:00:00Z")
    api.put("id-tokens", "STOLEN", status="Blocked")
    async with dial(system, "A42") as station:
        verdicts = [
            (await station.call("Authorize", idTag=tag))["idTagInfo"]["status"] for tag in ("X", "OLD", "STOLEN")
        ]
    assert verdicts == ["Invalid", "Expired", "Blocked"]


@pytest.mark.requirement("M16-043")
async def test_a_token_for_one_transaction_at_a_time_is_refused_at_another_station(
    system: LocalSystem, api: Api
) -> None:
    api.put("id-tokens", "SINGLE", concurrent=False)
    start = {"connectorId": 1, "idTag": "SINGLE", "meterStart": 0, "timestamp": "2026-11-20T08:00:00Z"}
    async with dial(system, "A43") as here, dial(system, "A43B") as there:
        first = await here.call("StartTransaction", **start)
        assert system.wait_idle()
        assert (await there.call("Authorize", idTag="SINGLE"))["idTagInfo"]["status"] == "ConcurrentTx"
        assert (await here.call("StartTransaction", **start)) == first
        assert first["idTagInfo"]["status"] == "Accepted"
