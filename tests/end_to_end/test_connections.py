"""Connecting, and what a connection has to bear."""

import asyncio
import json
from typing import Any

import pytest
from websockets.exceptions import InvalidStatus

from local.system import LocalSystem
from tests.end_to_end.clients import WAIT_S, Api, dial

LATER_ERRORS = {"FormationViolation", "GenericError", "InternalError", "ProtocolError"}


@pytest.mark.requirement("M16-001")
async def test_a_station_that_offers_1_6_speaks_1_6(system: LocalSystem, api: Api) -> None:
    async with dial(system, "C001") as station:
        assert station.socket.subprotocol == "ocpp1.6"
        found = api.get("stations", "C001")
        assert (found["online"], found["ocpp_version"], found["registration"]) == (True, "1.6", "Accepted")
        assert found["connected_at"].endswith("Z")
    assert api.is_offline("C001")


@pytest.mark.requirement("M16-002")
async def test_the_first_common_subprotocol_is_chosen(system: LocalSystem) -> None:
    async with dial(system, "C002", subprotocols=("ocpp9.9", "ocpp1.6")) as station:
        assert station.socket.subprotocol == "ocpp1.6"
        assert await station.is_alive()


@pytest.mark.requirement("M16-003")
async def test_without_a_common_subprotocol_the_handshake_completes_and_the_socket_is_closed(
    system: LocalSystem, api: Api
) -> None:
    async with dial(system, "C003", subprotocols=("ocpp9.9",)) as station:
        assert station.socket.subprotocol is None
        assert await station.closed() is not None
    assert api.ask("GET", "stations", "C003").status_code == 404


@pytest.mark.requirement("M16-004")
async def test_a_station_that_offers_nothing_speaks_the_version_assumed_for_it(system: LocalSystem, api: Api) -> None:
    async with dial(system, "C004", subprotocols=()) as station:
        assert station.socket.subprotocol is None
        assert await station.is_alive()
    api.patch("stations", "C004", assume_version="")
    async with dial(system, "C004", subprotocols=()) as station:
        await station.closed()


@pytest.mark.requirement("M16-006")
@pytest.mark.parametrize(
    ("path", "station_id"),
    [("RDAM%20123", "RDAM 123"), ("a%2Fb", "a/b"), ("RDAM%7C7", "RDAM|7"), ("%E2%82%AC", "€"), ("100%2525", "100%25")],
)
async def test_an_identity_is_decoded_exactly_once(system: LocalSystem, api: Api, path: str, station_id: str) -> None:
    async with dial(system, station_id, path=path) as station:
        await station.call("BootNotification", chargePointVendor="V", chargePointModel=path)
        found = api.get("stations", station_id)
    assert (found["station_id"], found["model"]) == (station_id, path)


@pytest.mark.parametrize("path", ["%2E", "%2E%2E"])
async def test_no_station_is_called_by_dots_alone(system: LocalSystem, path: str) -> None:
    with pytest.raises(InvalidStatus) as refused:
        async with dial(system, "dots", path=path):
            pass
    assert refused.value.response.status_code == 404


@pytest.mark.requirement("M16-015")
async def test_the_newest_connection_wins(system: LocalSystem, api: Api) -> None:
    async with dial(system, "C015") as old, dial(system, "C015") as new:
        await old.closed()
        assert await new.is_alive()
        assert api.get("stations", "C015")["online"] is True
    assert api.is_offline("C015")


@pytest.mark.requirement("M16-016")
async def test_two_calls_at_once_are_both_answered(system: LocalSystem) -> None:
    async with dial(system, "C016") as station:
        for message_id in ("a", "b"):
            await station.send([2, message_id, "Heartbeat", {}])
        answers = [await station.receive() for _ in range(2)]
    assert {answer[1] for answer in answers} == {"a", "b"}
    assert all(answer[0] == 3 for answer in answers)


@pytest.mark.requirement("M16-019")
@pytest.mark.parametrize("frame", [[3, "unknown", {}], [4, "unknown", "GenericError", "", {}]])
async def test_an_answer_to_nothing_is_ignored(system: LocalSystem, frame: list[Any]) -> None:
    async with dial(system, "C019") as station:
        await station.send(frame)
        assert await station.is_alive()


@pytest.mark.requirement("M16-021")
@pytest.mark.parametrize("text", ["", "nonsense", "{", "[]", "[2]", "{}", "null", '[2,"x"', '[2,"x","Heartbeat"]'])
async def test_a_broken_frame_does_no_harm(system: LocalSystem, text: str) -> None:
    async with dial(system, "C021") as station:
        await station.send(text)
        await station.send([2, "after", "Heartbeat", {}])
        answer = await station.receive()
        if answer[1] != "after":
            assert answer[0] == 4
            assert answer[2] in LATER_ERRORS
            answer = await station.receive()
        assert answer[:2] == [3, "after"]


@pytest.mark.requirement("M16-022")
async def test_an_unknown_action_is_not_implemented(system: LocalSystem) -> None:
    async with dial(system, "C022") as station:
        assert (await station.frame("MakeCoffee", {}))[::2] == [4, "NotImplemented", {}]
        assert (await station.frame("$connect", {}))[2] == "NotImplemented"
        assert (await station.frame("heartbeat", {}))[2] == "NotImplemented"


@pytest.mark.requirement("M16-023")
async def test_an_action_that_only_we_may_send_is_not_supported(system: LocalSystem) -> None:
    async with dial(system, "C023") as station:
        assert (await station.frame("Reset", {"type": "Soft"}))[2] == "NotSupported"


@pytest.mark.requirement("M16-024")
async def test_a_missing_field_is_refused_in_1_6s_own_spelling(system: LocalSystem) -> None:
    async with dial(system, "C024") as station:
        refused = await station.frame("Authorize", {})
    assert refused[0] == 4
    assert refused[2] == "OccurenceConstraintViolation"
    assert "idTag" in refused[3]


@pytest.mark.requirement("M16-025")
async def test_a_number_sent_as_text_is_read_unless_the_station_is_strict(system: LocalSystem, api: Api) -> None:
    said = {"connectorId": "1", "status": "Available", "errorCode": "NoError"}
    async with dial(system, "C025") as station:
        assert (await station.frame("StatusNotification", said))[0] == 3
    (evse,) = api.get("stations", "C025")["evses"]
    assert evse["evse_id"] == 1
    api.patch("stations", "C025", strict=True)
    async with dial(system, "C025") as station:
        assert (await station.frame("StatusNotification", said))[2] == "TypeConstraintViolation"


@pytest.mark.requirement("M16-026")
async def test_an_unknown_property_is_taken_with_a_finding_unless_the_station_is_strict(
    system: LocalSystem, api: Api
) -> None:
    async with dial(system, "C026") as station:
        assert (await station.frame("Heartbeat", {"vendorExtra": 1}))[0] == 3
    (finding,) = api.items("stations", "C026", "findings")
    assert finding["code"] == "Q-52"
    api.patch("stations", "C026", strict=True)
    async with dial(system, "C026") as station:
        assert (await station.frame("Heartbeat", {"vendorExtra": 1}))[2] == "FormationViolation"


@pytest.mark.requirement("M16-027")
async def test_an_unknown_message_type_is_ignored(system: LocalSystem) -> None:
    async with dial(system, "C027") as station:
        await station.send([9, "x", "Heartbeat", {}])
        assert await station.is_alive()


@pytest.mark.requirement("M16-029")
async def test_pings_are_answered(system: LocalSystem) -> None:
    async with dial(system, "C029") as station:
        for _ in range(3):
            await asyncio.wait_for(await station.socket.ping(), WAIT_S)
        assert await station.is_alive()


async def test_a_handshake_cannot_be_smuggled_in(system: LocalSystem) -> None:
    """The station's own version of our headers does not count."""
    async with dial(system, "C901", headers={"x-idlewatt-station": "SOMEBODY"}) as station:
        await station.call("BootNotification", chargePointVendor="V", chargePointModel="M")
    assert Api(system).ask("GET", "stations", "SOMEBODY").status_code == 404


async def test_a_path_without_an_identity_is_not_found(system: LocalSystem) -> None:
    with pytest.raises(InvalidStatus) as refused:
        async with dial(system, "", path=""):
            pass
    assert refused.value.response.status_code == 404


async def test_a_message_id_of_a_retry_is_answered_again(system: LocalSystem) -> None:
    async with dial(system, "C902") as station:
        first = await station.frame("Heartbeat", {}, "same")
        assert (await station.frame("Heartbeat", {}, "same"))[:2] == first[:2]


async def test_a_message_beyond_the_platforms_limit_ends_the_connection_and_nothing_else(system: LocalSystem) -> None:
    async with dial(system, "C903") as station:
        await station.send(json.dumps([2, "big", "DataTransfer", {"vendorId": "V", "data": "x" * 140_000}]))
        assert await station.closed() == 1009
    async with dial(system, "C903") as station:
        assert await station.is_alive()
