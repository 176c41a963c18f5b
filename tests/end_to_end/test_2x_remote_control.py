"""An operator acts on a station of OCPP 2.0.1 or 2.1 from afar: what it is sent, what it answers, what it does then."""

from typing import Any

import pytest

from local.system import LocalSystem
from shared.ocpp.messages import V2X
from tests.end_to_end.answering import ACCEPTED, answer, ask, call, receive, refuse, seen
from tests.end_to_end.clients import Api, Station, dial, dial_2x

REJECTED = {"status": "Rejected", "statusInfo": {"reasonCode": "Blocked", "additionalInfo": "by the owner"}}
AT = "2026-11-23T08:00:00Z"

pytestmark = pytest.mark.parametrize("version", V2X)


async def status(station: Station, said: str, evse_id: int = 1, connector_id: int = 1) -> None:
    await station.call(
        "StatusNotification", timestamp=AT, connectorStatus=said, evseId=evse_id, connectorId=connector_id
    )


async def again(api: Api, made: Any) -> Any:
    """A call as it stands now."""
    return await seen(api, "stations", made["station_id"], "calls", made["call_id"])


async def refused_payload(api: Api, station: Station, action: str, payload: Any) -> str:
    """The path of the field that the API refuses."""
    response = await ask(
        api, "POST", "stations", station.station_id, "calls", body={"action": action, "payload": payload}
    )
    assert response.status_code == 422, response.text
    path: str = response.json()["errors"][0]["path"]
    return path


# ---------------------------------------------------------------------- Reset


@pytest.mark.requirement("M20-033", "B11")
async def test_a_reset_is_done_when_the_station_boots(system: LocalSystem, api: Api, version: str) -> None:
    async with dial_2x(system, f"RESET-{version}", version) as station:
        made = await call(api, station, "Reset", {"type": "Immediate"})
        frame = await receive(station, "Reset")
        assert frame[3] == {"type": "Immediate"}
        assert (await answer(api, station, frame))["outcome"]["state"] == "pending"
        booted = {"model": "Duo", "vendorName": "Acme"}
        await station.call("BootNotification", chargingStation=booted, reason="RemoteReset")
        assert (await again(api, made))["outcome"]["state"] == "done"


@pytest.mark.requirement("M20-033", "B12")
async def test_a_reset_that_is_scheduled_waits_for_its_boot_and_one_that_is_rejected_does_not(
    system: LocalSystem, api: Api, version: str
) -> None:
    async with dial_2x(system, f"ON-IDLE-{version}", version) as station:
        made = await call(api, station, "Reset", {"type": "OnIdle"})
        await answer(api, station, await receive(station, "Reset"), {"status": "Scheduled"})
        assert (await again(api, made))["outcome"]["state"] == "pending"
        await call(api, station, "Reset", {"type": "Immediate"})
        ended = await answer(api, station, await receive(station, "Reset"), REJECTED)
        assert (ended["answer"], ended["outcome"]) == (REJECTED, None)
        await station.call(
            "BootNotification", chargingStation={"model": "Duo", "vendorName": "Acme"}, reason="ScheduledReset"
        )
        assert (await again(api, made))["outcome"]["state"] == "done"


@pytest.mark.requirement("M20-034", "B11")
async def test_a_reset_of_an_evse_awaits_no_boot(system: LocalSystem, api: Api, version: str) -> None:
    async with dial_2x(system, f"EVSE-{version}", version) as station:
        assert await refused_payload(api, station, "Reset", {"type": "OnIdle", "evseId": 0}) == "payload.evseId"
        await call(api, station, "Reset", {"type": "OnIdle", "evseId": 2})
        frame = await receive(station, "Reset")
        assert frame[3] == {"type": "OnIdle", "evseId": 2}
        ended = await answer(api, station, frame)
        assert (ended["state"], ended["outcome"]) == ("answered", None)


@pytest.mark.requirement("M21-013", "B13")
async def test_a_reset_that_resumes_is_of_2_1(system: LocalSystem, api: Api, version: str) -> None:
    async with dial_2x(system, f"RESUME-{version}", version) as station:
        if version == "2.0.1":
            assert await refused_payload(api, station, "Reset", {"type": "ImmediateAndResume"}) == "payload.type"
            return
        made = await call(api, station, "Reset", {"type": "ImmediateAndResume"})
        await answer(api, station, await receive(station, "Reset"))
        await station.call(
            "BootNotification", chargingStation={"model": "Duo", "vendorName": "Acme"}, reason="RemoteReset"
        )
        assert (await again(api, made))["outcome"]["state"] == "done"


# ---------------------------------------------------------------------- ClearCache, UnlockConnector


@pytest.mark.requirement("M20-047", "C11")
@pytest.mark.parametrize("said", [ACCEPTED, REJECTED])
async def test_the_cache_is_cleared_or_not(system: LocalSystem, api: Api, version: str, said: Any) -> None:
    async with dial_2x(system, f"CACHE-{version}-{said['status']}", version) as station:
        await call(api, station, "ClearCache")
        frame = await receive(station, "ClearCache")
        assert frame[3] == {}
        assert (await answer(api, station, frame, said))["answer"] == said


@pytest.mark.requirement("M20-083", "F05")
async def test_every_answer_to_an_unlock_is_shown(system: LocalSystem, api: Api, version: str) -> None:
    async with dial_2x(system, f"UNLOCK-{version}", version) as station:
        for said in ("Unlocked", "UnlockFailed", "OngoingAuthorizedTransaction", "UnknownConnector"):
            await call(api, station, "UnlockConnector", {"evseId": 1, "connectorId": 2})
            frame = await receive(station, "UnlockConnector")
            assert frame[3] == {"evseId": 1, "connectorId": 2}
            assert (await answer(api, station, frame, {"status": said}))["answer"] == {"status": said}
        wrong = {"evseId": 1, "connectorId": 0}
        assert await refused_payload(api, station, "UnlockConnector", wrong) == "payload.connectorId"


@pytest.mark.requirement("M20-110")
async def test_a_station_that_does_not_support_an_action_is_shown_so(
    system: LocalSystem, api: Api, version: str
) -> None:
    async with dial_2x(system, f"NOT-{version}", version) as station:
        await call(api, station, "ClearCache")
        ended = await refuse(api, station, await receive(station, "ClearCache"), "NotSupported")
        assert (ended["state"], ended["error"]["code"]) == ("refused", "NotSupported")
        (known,) = (await seen(api, "stations", station.station_id, "capabilities"))["items"]
        assert (known["action"], known["code"]) == ("ClearCache", "NotSupported")


# ---------------------------------------------------------------------- TriggerMessage


TRIGGERED = (
    *("BootNotification", "LogStatusNotification", "FirmwareStatusNotification", "Heartbeat", "MeterValues"),
    *("SignChargingStationCertificate", "SignV2GCertificate", "TransactionEvent", "SignCombinedCertificate"),
    "PublishFirmwareStatusNotification",
)


@pytest.mark.requirement("M20-084", "F06")
async def test_every_message_can_be_triggered(system: LocalSystem, api: Api, version: str) -> None:
    async with dial_2x(system, f"TRIGGER-{version}", version) as station:
        places: tuple[dict[str, Any], ...] = ({}, {"evse": {"id": 1}})
        for wanted in TRIGGERED + (("SignV2G20Certificate",) if version == "2.1" else ()):
            for place in places if wanted in ("MeterValues", "TransactionEvent") else ({},):
                await call(api, station, "TriggerMessage", {"requestedMessage": wanted, **place})
                frame = await receive(station, "TriggerMessage")
                assert frame[3] == {"requestedMessage": wanted, **place}
                await answer(api, station, frame)


@pytest.mark.requirement("M20-084", "F06")
async def test_a_status_is_triggered_of_one_connector(system: LocalSystem, api: Api, version: str) -> None:
    wanted = {"requestedMessage": "StatusNotification"}
    async with dial_2x(system, f"STATUS-{version}", version) as station:
        for place, path in (
            ({}, "payload.evse"),
            ({"evse": {"id": 1}}, "payload.evse.connectorId"),
            ({"evse": {"id": 0, "connectorId": 1}}, "payload.evse.id"),
            ({"evse": {"id": 1, "connectorId": 0}}, "payload.evse.connectorId"),
        ):
            assert await refused_payload(api, station, "TriggerMessage", wanted | place) == path
        payload = wanted | {"evse": {"id": 1, "connectorId": 2}}
        await call(api, station, "TriggerMessage", payload)
        frame = await receive(station, "TriggerMessage")
        assert frame[3] == payload
        await answer(api, station, frame)
        await status(station, "Occupied", connector_id=2)
        assert (await seen(api, "stations", station.station_id))["evses"][0]["connectors"][0]["status"] == "Occupied"


@pytest.mark.requirement("M20-085", "F06")
@pytest.mark.parametrize("said", ["Rejected", "NotImplemented"])
async def test_a_trigger_that_is_not_followed_is_shown_so(
    system: LocalSystem, api: Api, version: str, said: str
) -> None:
    async with dial_2x(system, f"NOT-TRIGGERED-{version}-{said}", version) as station:
        await call(api, station, "TriggerMessage", {"requestedMessage": "SignCombinedCertificate"})
        ended = await answer(api, station, await receive(station, "TriggerMessage"), {"status": said})
        assert ended["answer"] == {"status": said}


@pytest.mark.requirement("M21-024", "F06")
async def test_a_vendors_own_message_is_triggered_in_2_1(system: LocalSystem, api: Api, version: str) -> None:
    custom = {"requestedMessage": "CustomTrigger", "customTrigger": "DumpCache"}
    async with dial_2x(system, f"CUSTOM-{version}", version) as station:
        if version == "2.0.1":
            assert (await refused_payload(api, station, "TriggerMessage", custom)).startswith("payload.")
            return
        for wrong in ({"requestedMessage": "CustomTrigger"}, custom | {"requestedMessage": "Heartbeat"}):
            assert await refused_payload(api, station, "TriggerMessage", wrong) == "payload.customTrigger"
        await call(api, station, "TriggerMessage", custom)
        frame = await receive(station, "TriggerMessage")
        assert frame[3] == custom
        ended = await answer(api, station, frame, {"status": "NotImplemented"})
        assert ended["answer"] == {"status": "NotImplemented"}


# ---------------------------------------------------------------------- ChangeAvailability


async def wished(api: Api, station: Station) -> dict[tuple[int, int], tuple[str, str]]:
    """What each connector is to be, and whether it is."""
    shown = await seen(api, "stations", station.station_id)
    found = {
        (evse["evse_id"], connector["connector_id"]): connector["wished_availability"]
        for evse in shown["evses"]
        for connector in evse["connectors"]
    }
    return {place: (one["availability"], one["state"]) for place, one in found.items() if one}


@pytest.mark.requirement("M20-089", "G03")
async def test_an_evse_is_put_out_of_service_with_all_its_connectors(
    system: LocalSystem, api: Api, version: str
) -> None:
    async with dial_2x(system, f"G03-{version}", version) as station:
        for place in ((1, 1), (1, 2), (2, 1)):
            await status(station, "Available", *place)
        payload = {"operationalStatus": "Inoperative", "evse": {"id": 1}}
        made = await call(api, station, "ChangeAvailability", payload)
        frame = await receive(station, "ChangeAvailability")
        assert frame[3] == payload
        assert (await answer(api, station, frame))["outcome"]["state"] == "pending"
        await status(station, "Unavailable", 1, 1)
        assert (await again(api, made))["outcome"]["state"] == "pending"
        assert await wished(api, station) == {
            (1, 1): ("Inoperative", "met"),
            (1, 2): ("Inoperative", "pending"),
        }
        await status(station, "Unavailable", 1, 2)
        assert (await again(api, made))["outcome"]["state"] == "done"


@pytest.mark.requirement("M20-089", "G03")
async def test_a_connector_goes_out_of_service_once_its_transaction_has_ended(
    system: LocalSystem, api: Api, version: str
) -> None:
    async with dial_2x(system, f"G03S-{version}", version) as station:
        await status(station, "Occupied")
        payload = {"operationalStatus": "Inoperative", "evse": {"id": 1, "connectorId": 1}}
        made = await call(api, station, "ChangeAvailability", payload)
        frame = await receive(station, "ChangeAvailability")
        assert frame[3] == payload
        await answer(api, station, frame, {"status": "Scheduled"})
        assert await wished(api, station) == {(1, 1): ("Inoperative", "scheduled")}
        await status(station, "Unavailable")
        assert (await again(api, made))["outcome"]["state"] == "done"
        payload["operationalStatus"] = "Operative"
        made = await call(api, station, "ChangeAvailability", payload)
        await answer(api, station, await receive(station, "ChangeAvailability"))
        await status(station, "Available")
        assert (await again(api, made))["outcome"]["state"] == "done"


@pytest.mark.requirement("M20-089", "G04")
async def test_a_whole_station_goes_out_of_service_and_back(system: LocalSystem, api: Api, version: str) -> None:
    async with dial_2x(system, f"G04-{version}", version) as station:
        await status(station, "Available")
        await status(station, "Faulted", 2)
        for wish, said in (("Inoperative", "Unavailable"), ("Operative", "Available")):
            made = await call(api, station, "ChangeAvailability", {"operationalStatus": wish})
            frame = await receive(station, "ChangeAvailability")
            assert frame[3] == {"operationalStatus": wish}
            await answer(api, station, frame)
            await status(station, said)
            assert (await again(api, made))["outcome"]["state"] == "done"
        await call(api, station, "ChangeAvailability", {"operationalStatus": "Inoperative"})
        ended = await answer(api, station, await receive(station, "ChangeAvailability"), REJECTED)
        assert (ended["answer"], ended["outcome"]) == (REJECTED, None)
        path = await refused_payload(
            api, station, "ChangeAvailability", {"operationalStatus": "Operative", "evse": {"id": 0}}
        )
        assert path == "payload.evse.id"


# ---------------------------------------------------------------------- before a station is accepted


START = {"idToken": {"idToken": "TAG", "type": "Central"}}


@pytest.mark.requirement("B02", "B03")
@pytest.mark.parametrize("registration", ["Pending", "Rejected"])
async def test_a_station_that_is_not_accepted_is_not_sent_what_it_must_not_be(
    system: LocalSystem, api: Api, version: str, registration: str
) -> None:
    station_id = f"{registration}-{version}"
    await ask(api, "PUT", "stations", station_id, body={"registration": registration})
    async with dial(system, station_id, subprotocols=(f"ocpp{version}",)) as station:
        for action, payload in (
            ("RequestStartTransaction", START),
            ("RequestStopTransaction", {"transactionId": "T-1"}),
        ):
            order = {"action": action, "payload": payload}
            refused = await ask(api, "POST", "stations", station_id, "calls", body=order)
            assert refused.status_code == 409, refused.text
            assert registration in refused.json()["detail"]
        order = {"action": "TriggerMessage", "payload": {"requestedMessage": "BootNotification"}}
        made = await ask(api, "POST", "stations", station_id, "calls", body=order)
        booted = {"chargingStation": {"model": "Duo", "vendorName": "Acme"}, "reason": "PowerUp"}
        if registration == "Pending":
            assert made.status_code == 202
            await answer(api, station, await receive(station, "TriggerMessage"))
        else:
            assert made.status_code == 409
        assert (await station.call("BootNotification", **booted))["status"] == registration
