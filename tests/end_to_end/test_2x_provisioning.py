"""Stations of OCPP 2.0.1 and 2.1 connect, introduce themselves and tell their statuses (blocks A and B)."""

import asyncio
import base64
import json
from datetime import UTC, datetime
from typing import Any, get_args

import pytest
from websockets.exceptions import InvalidStatus

from local.system import LocalSystem
from shared.fleet import HEARTBEAT_INTERVAL_S
from shared.ocpp.messages import V2X
from shared.ocpp.v21.boot_notification import BootReasonEnumType
from tests.end_to_end.answering import answer, ask, call, receive, seen
from tests.end_to_end.clients import Api, Station, dial, dial_2x

both = pytest.mark.parametrize("version", V2X)
WHOLE = {
    "model": "Duo 22",
    "vendorName": "Acme",
    "serialNumber": "SN-1",
    "firmwareVersion": "1.2.3",
    "modem": {"iccid": "8949", "imsi": "2620"},
}


async def boot(station: Station, reason: str = "PowerUp") -> dict[str, Any]:
    return await station.call("BootNotification", chargingStation=WHOLE, reason=reason)


def status(evse_id: int = 1, connector_id: int = 1, word: str = "Available", at: str = "") -> dict[str, Any]:
    at = at or datetime.now(UTC).isoformat().replace("+00:00", "Z")
    return {"timestamp": at, "connectorStatus": word, "evseId": evse_id, "connectorId": connector_id}


# ---------------------------------------------------------------------- connecting


@pytest.mark.requirement("M20-001", "M21-001", "M21-002")
@pytest.mark.parametrize(
    ("offered", "chosen"),
    [
        (("ocpp2.0.1", "ocpp1.6"), "2.0.1"),
        (("ocpp2.1", "ocpp2.0.1"), "2.1"),
        (("ocpp2.2", "ocpp2.0.1"), "2.0.1"),
    ],
)
async def test_the_first_version_that_we_speak_is_chosen(
    system: LocalSystem, api: Api, offered: tuple[str, ...], chosen: str
) -> None:
    station_id = f"P1-{chosen}-{len(offered[0])}"
    async with dial(system, station_id, subprotocols=offered) as station:
        assert station.socket.subprotocol == f"ocpp{chosen}"
        assert (await boot(station))["status"] == "Accepted"
        assert (await seen(api, "stations", station_id))["ocpp_version"] == chosen


@pytest.mark.requirement("M20-002")
async def test_the_withdrawn_draft_is_not_spoken(system: LocalSystem) -> None:
    async with dial(system, "P2", subprotocols=("ocpp2.0",)) as station:
        assert station.socket.subprotocol is None
        await station.closed()


@pytest.mark.requirement("M20-003")
@both
async def test_a_password_is_asked_for_and_checked(system: LocalSystem, api: Api, version: str) -> None:
    station_id = f"P3-{version}"
    api.put("stations", station_id, password="a long enough passphrase")
    for user, password, is_let_in in (
        (station_id, "a long enough passphrase", True),
        ("P4", "a long enough passphrase", False),
        (station_id, "another long passphrase", False),
    ):
        headers = {"Authorization": "Basic " + base64.b64encode(f"{user}:{password}".encode()).decode()}
        connection = dial(system, station_id, subprotocols=(f"ocpp{version}",), headers=headers)
        if is_let_in:
            async with connection as station:
                assert (await boot(station))["status"] == "Accepted"
        else:
            with pytest.raises(InvalidStatus) as refused:
                async with connection:
                    pass
            assert refused.value.response.status_code == 401


@pytest.mark.requirement("M20-006")
@both
async def test_frames_are_plain_where_compression_was_not_negotiated(system: LocalSystem, version: str) -> None:
    async with dial_2x(system, f"P6-{version}", version) as station:
        assert "Sec-WebSocket-Extensions" not in station.socket.response.headers  # type: ignore[union-attr]  # open
        assert await station.is_alive()


@pytest.mark.requirement("M20-007")
@both
async def test_an_identity_has_48_characters_and_no_colon(system: LocalSystem, api: Api, version: str) -> None:
    longest = version.ljust(48, "I")
    async with dial_2x(system, longest, version):
        assert (await seen(api, "stations", longest))["online"]
    for identity in (f"{longest}I", f"A:{version}"):
        with pytest.raises(InvalidStatus) as refused:
            async with dial(system, identity, subprotocols=(f"ocpp{version}",)):
                pass
        assert refused.value.response.status_code == 404
        told = await ask(api, "PUT", "stations", identity, body={"pinned_version": version})
        assert (told.status_code, told.json()["errors"][0]["path"]) == (422, "station_id")


# ---------------------------------------------------------------------- frames


@pytest.mark.requirement("M20-008")
@both
@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("not json", "FormatViolation"),
        ('{"a": 1}', "RpcFrameworkError"),
        (json.dumps([2, "x" * 40, "Heartbeat", {}]), "RpcFrameworkError"),
    ],
)
async def test_an_id_that_cannot_be_read_is_answered_as_minus_one(
    system: LocalSystem, version: str, text: str, code: str
) -> None:
    async with dial_2x(system, f"P8-{version}", version) as station:
        await station.send(text)
        frame = await station.receive()
        assert frame[:3] == [4, "-1", code]
        assert await station.is_alive()


@pytest.mark.requirement("M20-009")
@both
async def test_an_unknown_message_type_is_answered_by_2_0_1_alone(system: LocalSystem, version: str) -> None:
    async with dial_2x(system, f"P9-{version}", version) as station:
        await station.send('[9, "m9", "Heartbeat", {}]')
        if version == "2.0.1":
            assert (await station.receive())[:3] == [4, "m9", "MessageTypeNotSupported"]
        assert await station.is_alive()


@pytest.mark.requirement("M20-010", "M20-011")
@both
async def test_what_is_wrong_with_a_request_is_named_in_the_words_of_2_x(system: LocalSystem, version: str) -> None:
    async with dial_2x(system, f"P10-{version}", version) as station:
        missing = await station.frame("BootNotification", {"reason": "PowerUp"})
        assert missing[2] == "OccurrenceConstraintViolation"
        unknown = await station.frame("BootNotification", {"reason": "Boredom", "chargingStation": WHOLE})
        assert unknown[2] == "PropertyConstraintViolation"
        wrong = await station.frame("BootNotification", {"reason": 1, "chargingStation": WHOLE})
        assert wrong[2] in ("TypeConstraintViolation", "PropertyConstraintViolation")


@both
async def test_not_implemented_is_told_from_not_supported(system: LocalSystem, version: str) -> None:
    async with dial_2x(system, f"P11-{version}", version) as station:
        assert (await station.frame("Reset", {"type": "Immediate"}))[2] == "NotSupported"
        assert (await station.frame("StartTransaction", {}))[2] == "NotImplemented"
        assert (await station.frame("MakeCoffee", {}))[2] == "NotImplemented"


@pytest.mark.requirement("M20-012", "P01")
@both
async def test_custom_data_is_ignored_wherever_it_stands(system: LocalSystem, version: str) -> None:
    custom = {"vendorId": "com.acme", "anything": [1, {"deep": True}]}
    async with dial_2x(system, f"P12-{version}", version) as station:
        await station.call("StatusNotification", **status(), customData=custom)
        await station.call("Heartbeat", customData=custom)
        answer = await station.call(
            "BootNotification",
            chargingStation={**WHOLE, "customData": custom, "modem": {"iccid": "1", "customData": custom}},
            reason="PowerUp",
        )
        assert answer["status"] == "Accepted"
        begun = {"eventType": "Started", "triggerReason": "CablePluggedIn", "seqNo": 0, "customData": custom}
        info = {"transactionId": f"T12-{version}", "customData": custom}
        await station.call("TransactionEvent", **begun, timestamp=status()["timestamp"], transactionInfo=info)


@pytest.mark.requirement("M20-013")
@both
async def test_a_signed_message_is_taken_for_what_it_holds(system: LocalSystem, api: Api, version: str) -> None:
    station_id = f"P13-{version}"
    async with dial_2x(system, station_id, version) as station:
        payload = base64.urlsafe_b64encode(json.dumps(status(word="Faulted")).encode()).decode().rstrip("=")
        signed = {"payload": payload, "protected": "eyJhbGciOiJFUzI1NiJ9", "signature": "c2lnbmF0dXJl"}
        assert (await station.frame("StatusNotification-Signed", signed))[0] == 3
        assert (await station.frame("StatusNotification-Signed", {"payload": "?"}))[2] == "FormatViolation"
        (evse,) = (await seen(api, "stations", station_id))["evses"]
        assert evse["connectors"][0]["status"] == "Faulted"


@pytest.mark.requirement("M21-006")
async def test_our_answer_may_be_called_unusable(system: LocalSystem, api: Api) -> None:
    async with dial_2x(system, "P14", "2.1") as station:
        await station.frame("Heartbeat", {}, "beat-1")
        await station.send([5, "beat-1", "FormatViolation", "cannot read it", {}])
        assert await station.is_alive()
        logged = await seen(api, "stations", "P14", "messages")
        assert [5, "beat-1", "FormatViolation", "cannot read it", {}] in [one["frame"] for one in logged["items"]]


@pytest.mark.requirement("M21-007")
async def test_an_answer_that_is_none_is_called_so_in_2_1(system: LocalSystem, api: Api) -> None:
    async with dial_2x(system, "P15", "2.1") as station:
        made = await call(api, station, "DataTransfer", {"vendorId": "com.acme"})
        frame = await receive(station, "DataTransfer")
        await station.send(json.dumps([3, frame[1], {"data": "no status"}]))
        assert (await station.receive())[:3] == [5, made["call_id"], "FormatViolation"]
        assert await station.is_alive()


# ---------------------------------------------------------------------- booting


@pytest.mark.requirement("M20-014", "M20-019", "B01")
@both
async def test_a_boot_is_accepted_and_kept_whole_with_its_reason(system: LocalSystem, api: Api, version: str) -> None:
    station_id = f"B14-{version}"
    async with dial(system, station_id, subprotocols=(f"ocpp{version}",)) as station:
        for reason in get_args(BootReasonEnumType):
            answer = await boot(station, reason)
            assert (answer["status"], answer["interval"]) == ("Accepted", HEARTBEAT_INTERVAL_S)
            assert answer["currentTime"].endswith("Z")
            found = await seen(api, "stations", station_id)
            assert found["boot_reason"] == reason
    kept = {"vendor": "Acme", "model": "Duo 22", "serial_number": "SN-1", "firmware_version": "1.2.3"}
    assert {name: found[name] for name in kept} == kept
    assert (found["iccid"], found["imsi"]) == ("8949", "2620")


@both
async def test_a_boot_that_was_triggered_is_no_restart(system: LocalSystem, api: Api, version: str) -> None:
    station_id = f"B15-{version}"
    async with dial_2x(system, station_id, version) as station:
        booted_at = (await seen(api, "stations", station_id))["booted_at"]
        await boot(station, "Triggered")
        assert (await seen(api, "stations", station_id))["booted_at"] == booted_at


@pytest.mark.requirement("M20-016", "B02")
@both
async def test_a_pending_station_may_only_boot(system: LocalSystem, api: Api, version: str) -> None:
    station_id = f"B16-{version}"
    api.put("stations", station_id, registration="Pending")
    async with dial(system, station_id, subprotocols=(f"ocpp{version}",)) as station:
        assert (await boot(station))["status"] == "Pending"
        assert (await station.frame("StatusNotification", status()))[2] == "SecurityError"
        assert (await station.frame("Heartbeat", {}))[2] == "SecurityError"


@pytest.mark.requirement("M20-015", "M20-017", "B02")
@both
async def test_a_pending_station_is_set_up_and_sends_what_it_is_asked_for(
    system: LocalSystem, api: Api, version: str
) -> None:
    station_id = f"B15P-{version}"
    api.put("stations", station_id, registration="Pending")
    async with dial(system, station_id, subprotocols=(f"ocpp{version}",)) as station:
        await boot(station)
        made = await call(api, station, "GetBaseReport", {"reportBase": "FullInventory"})
        frame = await receive(station, "GetBaseReport")
        await answer(api, station, frame)
        page = {"requestId": frame[3]["requestId"], "generatedAt": "2026-11-23T08:00:00Z", "seqNo": 0}
        assert await station.call("NotifyReport", **page) == {}
        reported = await seen(api, "stations", station_id, "reports", str(frame[3]["requestId"]))
        assert (reported["state"], reported["call_id"]) == ("complete", made["call_id"])
        token = {"idToken": "CARD", "type": "Central"}
        start = {"action": "RequestStartTransaction", "payload": {"idToken": token, "evseId": 1}}
        refused = await asyncio.to_thread(lambda: api.ask("POST", "stations", station_id, "calls", json=start))
        assert refused.status_code == 409

        evse = {"id": 1, "connectorId": 1}
        for requested in ("BootNotification", "StatusNotification"):
            payload = {"requestedMessage": requested} | ({"evse": evse} if requested[0] == "S" else {})
            await call(api, station, "TriggerMessage", payload)
            await answer(api, station, await receive(station, "TriggerMessage"))
        assert (await boot(station, "Triggered"))["status"] == "Pending"
        assert await station.call("StatusNotification", **status()) == {}
        assert (await station.frame("Heartbeat", {}))[2] == "SecurityError"


@pytest.mark.requirement("M20-018", "B03")
@both
async def test_to_a_rejected_station_nothing_is_sent(system: LocalSystem, api: Api, version: str) -> None:
    station_id = f"B18-{version}"
    api.put("stations", station_id, registration="Rejected")
    async with dial(system, station_id, subprotocols=(f"ocpp{version}",)) as station:
        assert (await boot(station))["status"] == "Rejected"
        assert (await station.frame("StatusNotification", status()))[2] == "SecurityError"
        body = {"action": "TriggerMessage", "payload": {"requestedMessage": "BootNotification"}}
        asked = await asyncio.to_thread(lambda: api.ask("POST", "stations", station_id, "calls", json=body))
        assert asked.status_code == 409
        assert (await boot(station))["status"] == "Rejected"


@pytest.mark.requirement("M20-020", "B04")
@both
async def test_a_station_comes_back_without_a_boot(system: LocalSystem, api: Api, version: str) -> None:
    station_id = f"B20-{version}"
    async with dial_2x(system, station_id, version):
        pass
    async with dial(system, station_id, subprotocols=(f"ocpp{version}",)) as station:
        await station.call("StatusNotification", **status())
        assert (await seen(api, "stations", station_id))["registration"] == "Accepted"
