"""Reservations, from the operator's request to the start that uses them up, or to whatever else ends them."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from local.system import LocalSystem
from tests.end_to_end.answering import answer, ask, call, configured, made, nothing_comes, receive, refuse, seen
from tests.end_to_end.clients import Api, Station, dial

STATUSES = {
    "Accepted": "accepted",
    "Faulted": "refused",
    "Occupied": "refused",
    "Rejected": "refused",
    "Unavailable": "refused",
}


@pytest.fixture(scope="module", autouse=True)
def tokens(api: Api) -> None:
    api.put("id-tokens", "ANN", group_id="FLEET")
    api.put("id-tokens", "BEN", group_id="FLEET")
    api.put("id-tokens", "CAT")


def iso(at: datetime) -> str:
    return at.astimezone(UTC).replace(tzinfo=None).isoformat(timespec="seconds") + "Z"


def soon(**later: float) -> str:
    return iso(datetime.now(UTC) + timedelta(**(later or {"minutes": 15})))


async def reserve(api: Api, station: Station, status: str = "Accepted", **wanted: Any) -> int:
    """The number of a reservation that the station has answered like this."""
    body = {"id_token": "ANN", "evse_id": 1, "expires_at": soon()} | wanted
    reserved = await made(api, "POST", "stations", station.station_id, "reservations", body=body)
    frame = await receive(station, "ReserveNow")
    assert reserved["call"]["call_id"] == frame[1]
    assert frame[3]["reservationId"] == reserved["reservation_id"]
    await answer(api, station, frame, {"status": status})
    return int(reserved["reservation_id"])


async def reservation(api: Api, station: Station, number: int) -> Any:
    return await seen(api, "stations", station.station_id, "reservations", str(number))


async def start(station: Station, id_tag: str = "ANN", connector_id: int = 1, **more: Any) -> int:
    answered = await station.call(
        "StartTransaction", connectorId=connector_id, idTag=id_tag, meterStart=0, timestamp=soon(seconds=0), **more
    )
    assert answered["idTagInfo"]["status"] == "Accepted"
    return int(answered["transactionId"])


@pytest.mark.requirement("M16-086")
@pytest.mark.parametrize(("status", "state"), STATUSES.items())
async def test_only_an_accepted_reservation_is_kept(system: LocalSystem, api: Api, status: str, state: str) -> None:
    async with dial(system, f"R86{status}") as station:
        number = await reserve(api, station, status)
        found = await reservation(api, station, number)
    assert (found["state"], found["status"]) == (state, status)


@pytest.mark.requirement("M16-086")
async def test_a_station_that_knows_no_reservations_says_so(system: LocalSystem, api: Api) -> None:
    async with dial(system, "R86N") as station:
        body = {"id_token": "ANN", "evse_id": 1, "expires_at": soon()}
        reserved = await made(api, "POST", "stations", "R86N", "reservations", body=body)
        await refuse(api, station, await receive(station, "ReserveNow"))
        found = await reservation(api, station, reserved["reservation_id"])
    assert (found["state"], found["status"]) == ("refused", "NotSupported")


@pytest.mark.requirement("M16-087")
@pytest.mark.parametrize("named", [True, False], ids=["named", "forgotten"])
async def test_a_start_with_its_reservation_uses_it_up(system: LocalSystem, api: Api, *, named: bool) -> None:
    async with dial(system, f"R87{named}") as station:
        number = await reserve(api, station)
        more = {"reservationId": number} if named else {}
        transaction = await start(station, "ANN", 1, **more)
        found = await reservation(api, station, number)
    assert (found["state"], found["transaction_id"]) == ("used", str(transaction))


@pytest.mark.requirement("M16-088")
async def test_a_start_of_another_token_of_the_group_uses_it_up(system: LocalSystem, api: Api) -> None:
    async with dial(system, "R88") as station:
        number = await reserve(api, station)
        assert (await reservation(api, station, number))["group_id"] == "FLEET"
        await start(station, "CAT")
        assert (await reservation(api, station, number))["state"] == "accepted"
        transaction = await start(station, "BEN")
        found = await reservation(api, station, number)
    assert (found["state"], found["transaction_id"]) == ("used", str(transaction))


@pytest.mark.requirement("M16-089")
async def test_a_reservation_expires_by_itself(system: LocalSystem, api: Api) -> None:
    async with dial(system, "R89") as station:
        number = await reserve(api, station, expires_at=soon(seconds=5))
        found = await reservation(api, station, number)
        while datetime.now(UTC) < datetime.fromisoformat(found["expires_at"]):
            assert found["state"] == "accepted"
            found = await reservation(api, station, number)
        found = await reservation(api, station, number)
        assert (found["state"], found["ended_at"]) == ("expired", found["expires_at"])
        await start(station, "ANN")
        assert (await reservation(api, station, number))["state"] == "expired"


@pytest.mark.requirement("M16-090")
async def test_any_evse_is_not_reserved_where_the_station_cannot(system: LocalSystem, api: Api) -> None:
    async with dial(system, "R90") as station:
        await configured(api, station, ReserveConnectorZeroSupported="false")
        body = {"id_token": "ANN", "expires_at": soon()}
        refused = await ask(api, "POST", "stations", "R90", "reservations", body=body)
        assert refused.status_code == 409
        assert "ReserveConnectorZeroSupported" in refused.json()["detail"]
        payload = {"connectorId": 0, "expiryDate": soon(), "idTag": "ANN", "reservationId": 1}
        raw = {"action": "ReserveNow", "payload": payload}
        assert (await ask(api, "POST", "stations", "R90", "calls", body=raw)).status_code == 409
        assert await nothing_comes(station)


async def test_any_evse_is_reserved_where_the_station_can(system: LocalSystem, api: Api) -> None:
    async with dial(system, "R90T") as station:
        await configured(api, station, ReserveConnectorZeroSupported="true")
        number = await reserve(api, station, evse_id=0)
        await start(station, connector_id=2)
        assert (await reservation(api, station, number))["state"] == "used"


@pytest.mark.requirement("M16-091")
@pytest.mark.parametrize("status", ["Accepted", "Rejected"])
async def test_a_cancelled_reservation_is_closed(system: LocalSystem, api: Api, status: str) -> None:
    async with dial(system, f"R91{status}") as station:
        number = await reserve(api, station)
        await made(api, "DELETE", "stations", station.station_id, "reservations", str(number))
        frame = await receive(station, "CancelReservation")
        assert frame[3] == {"reservationId": number}
        cancelled = await answer(api, station, frame, {"status": status})
        assert cancelled["answer"] == {"status": status}
        assert (await reservation(api, station, number))["state"] == "cancelled"


@pytest.mark.requirement("M16-091")
async def test_a_cancellation_goes_before_what_waits(system: LocalSystem, api: Api) -> None:
    async with dial(system, "R91U") as station:
        number = await reserve(api, station)
        await call(api, station, "ClearCache")
        await call(api, station, "GetLocalListVersion")
        await made(api, "DELETE", "stations", "R91U", "reservations", str(number))
        await answer(api, station, await receive(station, "ClearCache"))
        await answer(api, station, await receive(station, "CancelReservation"))
        await answer(api, station, await receive(station, "GetLocalListVersion"), {"listVersion": 0})


@pytest.mark.parametrize(("status", "code"), [("Faulted", "GroundFailure"), ("Unavailable", "NoError")])
async def test_a_reservation_ends_with_the_connector_it_is_for(
    system: LocalSystem, api: Api, status: str, code: str
) -> None:
    async with dial(system, f"RX{status}") as station:
        mine, other = await reserve(api, station), await reserve(api, station, evse_id=2)
        await station.call("StatusNotification", connectorId=1, status="Reserved", errorCode="NoError")
        assert (await reservation(api, station, mine))["state"] == "accepted"
        await station.call("StatusNotification", connectorId=1, status=status, errorCode=code)
        assert (await reservation(api, station, mine))["state"] == "removed"
        assert (await reservation(api, station, other))["state"] == "accepted"
