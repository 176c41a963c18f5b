"""Reservations at stations of OCPP 2.0.1 and 2.1, through the same resource as those of 1.6."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from local.system import LocalSystem
from shared.ocpp.messages import V2X
from tests.end_to_end.answering import ACCEPTED, answer, ask, call, made, receive, seen
from tests.end_to_end.clients import Api, Station, dial_2x

EXPIRES_AT = (datetime.now(UTC) + timedelta(hours=1)).strftime("%Y-%m-%dT%H:%M:%S.000Z")
TAG = {"idToken": "TAG", "type": "ISO14443"}
GROUP = {"idToken": "FAMILY", "type": "Central"}

pytestmark = pytest.mark.parametrize("version", V2X)


@pytest.fixture(scope="module", autouse=True)
def tokens(api: Api) -> None:
    for id_token in ("ANN", "BEN"):
        api.put("id-tokens", id_token, group_id="FAMILY")


async def reserve(api: Api, station: Station, **order: Any) -> Any:
    body = {"id_token": "TAG", "expires_at": EXPIRES_AT, **order}
    return await made(api, "POST", "stations", station.station_id, "reservations", body=body)


async def reserved(api: Api, station: Station, said: str = "Accepted", **order: Any) -> int:
    """The id of a reservation that the station has answered so."""
    kept = await reserve(api, station, **order)
    await answer(api, station, await receive(station, "ReserveNow"), {"status": said})
    number: int = kept["reservation_id"]
    return number


async def shown(api: Api, station: Station, reservation_id: int) -> Any:
    return await seen(api, "stations", station.station_id, "reservations", str(reservation_id))


async def begin(station: Station, id_token: str, **info: Any) -> None:
    """A transaction begins on EVSE 1."""
    await station.call(
        "TransactionEvent",
        eventType="Started",
        timestamp=datetime.now(UTC).isoformat().replace("+00:00", "Z"),
        triggerReason="Authorized",
        seqNo=0,
        transactionInfo={"transactionId": f"T-{station.station_id}"},
        evse={"id": 1, "connectorId": 1},
        idToken={"idToken": id_token, "type": "ISO14443"},
        **info,
    )


@pytest.mark.requirement("M20-091", "H01")
@pytest.mark.parametrize(
    ("order", "said"),
    [
        ({"evse_id": 2}, {"evseId": 2}),
        ({}, {}),
        ({"connector_type": "cCCS2"}, {"connectorType": "cCCS2"}),
        ({"evse_id": 1, "group_id": "FAMILY"}, {"evseId": 1, "groupIdToken": GROUP}),
        ({"token_type": "KeyCode"}, {"idToken": TAG | {"type": "KeyCode"}}),
    ],
    ids=["evse", "any", "type", "group", "token"],
)
async def test_a_reservation_is_made(
    system: LocalSystem, api: Api, version: str, order: dict[str, Any], said: dict[str, Any]
) -> None:
    async with dial_2x(system, f"H01-{version}-{'-'.join(order)}", version) as station:
        kept = await reserve(api, station, **order)
        frame = await receive(station, "ReserveNow")
        assert frame[3]["id"] == kept["reservation_id"] == 1
        assert frame[3] == {"id": 1, "idToken": TAG, "expiryDateTime": frame[3]["expiryDateTime"], **said}
        assert frame[3]["expiryDateTime"][:19] == EXPIRES_AT[:19]
        await answer(api, station, frame)
        found = await shown(api, station, 1)
        assert (found["state"], found["status"], found["evse_id"]) == ("accepted", "Accepted", order.get("evse_id", 0))
        assert (found["connector_type"], found["group_id"]) == (order.get("connector_type"), order.get("group_id"))


@pytest.mark.requirement("M20-091", "H01")
async def test_what_is_wrong_is_named_in_the_words_of_who_asked(system: LocalSystem, api: Api, version: str) -> None:
    async with dial_2x(system, f"H01W-{version}", version) as station:
        body = {"id_token": "TAG", "expires_at": "2020-01-01T00:00:00Z"}
        refused = await ask(api, "POST", "stations", station.station_id, "reservations", body=body)
        assert refused.json()["errors"][0]["path"] == "expires_at"
        payload = {"idToken": TAG, "expiryDateTime": EXPIRES_AT, "evseId": 0}
        order = {"action": "ReserveNow", "payload": payload}
        refused = await ask(api, "POST", "stations", station.station_id, "calls", body=order)
        assert refused.json()["errors"][0]["path"] == "payload.evseId"


@pytest.mark.requirement("M20-092", "H01")
async def test_every_refusal_is_shown(system: LocalSystem, api: Api, version: str) -> None:
    async with dial_2x(system, f"H01N-{version}", version) as station:
        for said in ("Faulted", "Occupied", "Rejected", "Unavailable"):
            found = await shown(api, station, await reserved(api, station, said))
            assert (found["state"], found["status"]) == ("refused", said)


@pytest.mark.requirement("M20-091", "H01")
async def test_the_same_id_replaces_a_reservation(system: LocalSystem, api: Api, version: str) -> None:
    async with dial_2x(system, f"H01R-{version}", version) as station:
        number = await reserved(api, station, evse_id=1)
        payload = {"id": number, "idToken": TAG, "expiryDateTime": EXPIRES_AT, "evseId": 2}
        await call(api, station, "ReserveNow", payload)
        await answer(api, station, await receive(station, "ReserveNow"))
        found = await shown(api, station, number)
        assert (found["state"], found["evse_id"]) == ("accepted", 2)


@pytest.mark.requirement("M20-093", "H01")
async def test_a_connector_is_shown_as_reserved(system: LocalSystem, api: Api, version: str) -> None:
    async with dial_2x(system, f"H01S-{version}", version) as station:
        await reserved(api, station, evse_id=1)
        now = datetime.now(UTC).isoformat().replace("+00:00", "Z")
        await station.call("StatusNotification", timestamp=now, connectorStatus="Reserved", evseId=1, connectorId=1)
        connector = (await seen(api, "stations", station.station_id))["evses"][0]["connectors"][0]
        assert connector["status"] == "Reserved"


@pytest.mark.requirement("M20-094", "H04")
async def test_a_station_tells_how_a_reservation_has_ended(system: LocalSystem, api: Api, version: str) -> None:
    ends = {"Expired": "expired", "Removed": "removed"} | ({"NoTransaction": "unused"} if version == "2.1" else {})
    async with dial_2x(system, f"H04-{version}", version) as station:
        for said, state in ends.items():
            number = await reserved(api, station)
            await station.call("ReservationStatusUpdate", reservationId=number, reservationUpdateStatus=said)
            found = await shown(api, station, number)
            assert (found["state"], found["ended_at"] is not None) == (state, True)
        await station.call("ReservationStatusUpdate", reservationId=4711, reservationUpdateStatus="Expired")
        told = await seen(api, "stations", station.station_id, "events", type="reservation.status")
        assert [one["data"]["status"] for one in reversed(told["items"])] == [*ends, "Expired"]


@pytest.mark.requirement("M20-095", "H03")
@pytest.mark.parametrize("names_it", [True, False])
async def test_a_reservation_is_used_by_its_group(system: LocalSystem, api: Api, version: str, names_it: bool) -> None:
    async with dial_2x(system, f"H03-{version}-{names_it}", version) as station:
        number = await reserved(api, station, id_token="ANN", evse_id=1)
        await begin(station, "BEN", **({"reservationId": number} if names_it else {}))
        found = await shown(api, station, number)
        assert (found["state"], found["group_id"]) == ("used", "FAMILY")
        assert found["transaction_id"] == f"T-{station.station_id}"


@pytest.mark.requirement("M20-096", "H02")
@pytest.mark.parametrize("said", ["Accepted", "Rejected"])
async def test_a_cancelled_reservation_is_over(system: LocalSystem, api: Api, version: str, said: str) -> None:
    async with dial_2x(system, f"H02-{version}-{said}", version) as station:
        number = await reserved(api, station)
        path = ("stations", station.station_id, "reservations", str(number))
        cancelled = await made(api, "DELETE", *path)
        assert cancelled["state"] == "accepted"
        frame = await receive(station, "CancelReservation")
        assert frame[3] == {"reservationId": number}
        await answer(api, station, frame, {"status": said})
        assert (await shown(api, station, number))["state"] == "cancelled"


@pytest.mark.requirement("M20-096", "H02")
async def test_a_reservation_that_is_cancelled_before_its_answer_is_cancelled_at_the_station(
    system: LocalSystem, api: Api, version: str
) -> None:
    async with dial_2x(system, f"H02L-{version}", version) as station:
        number = (await reserve(api, station))["reservation_id"]
        reserve_frame = await receive(station, "ReserveNow")
        await made(api, "DELETE", "stations", station.station_id, "reservations", str(number))
        await station.send([3, reserve_frame[1], ACCEPTED])
        await answer(api, station, await receive(station, "CancelReservation"))
        assert (await shown(api, station, number))["state"] == "cancelled"
