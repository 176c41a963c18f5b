"""Reservations: asked for, answered, taken back, used, lost; through the commands and the API, on a table."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from local.dynamodb.storage import Store
from shared.aws import reservations as at_work
from shared.domain.authorization import IdToken
from shared.domain.availability import ConnectorStatus
from shared.domain.calls import Call
from shared.domain.configuration import Variable
from shared.domain.errors import Conflict, Invalid
from shared.domain.reservations import Reservation
from shared.domain.transactions import Transaction
from shared.store import calls, configuration, connections, outbox, reservations, tokens
from tests.integration.api import call as ask
from tests.integration.api import get, pages, wrong_fields
from tests.integration.called_station import CalledStation

PATH = "/stations/CP1/reservations"


def soon(minutes: float = 15) -> str:
    at = (datetime.now(UTC) + timedelta(minutes=minutes)).replace(microsecond=0)
    return at.isoformat().replace("+00:00", "Z")


@pytest.fixture
def station(table: Store, monkeypatch: pytest.MonkeyPatch) -> CalledStation:
    tokens.save(IdToken("ANN", group_id="FLEET"))
    return CalledStation(monkeypatch)


def reserve(station: CalledStation, **wanted: Any) -> Any:
    """A reservation made through the API, as it was answered."""
    answer = ask("POST", PATH, body={"id_token": "ANN", "evse_id": 1, "expires_at": soon()} | wanted)
    assert answer.status == 202, answer
    return answer.json


def accepted(station: CalledStation, **wanted: Any) -> Reservation:
    made = reserve(station, **wanted)
    station.answer(station.next("ReserveNow").call_id, {"status": "Accepted"})
    found = reservations.find("CP1", made["reservation_id"])
    assert found is not None
    return found


def state(reservation_id: int = 1) -> str:
    return str(get(f"{PATH}/{reservation_id}")["state"])


def raw(station: CalledStation, **payload: Any) -> Call:
    whole = {"connectorId": 1, "expiryDate": soon(), "idTag": "ANN", "reservationId": 7} | payload
    return station.order("ReserveNow", whole)


def test_a_reservation_is_pending_until_the_station_has_answered(station: CalledStation) -> None:
    expires_at = soon()
    made = reserve(station, expires_at=expires_at)
    received = station.next("ReserveNow")
    assert received.payload == {
        "connectorId": 1,
        "expiryDate": expires_at,
        "idTag": "ANN",
        "parentIdTag": "FLEET",
        "reservationId": 1,
    }
    assert (made["state"], made["call"]["call_id"]) == ("pending", received.call_id)
    assert made["call"]["expires_at"] <= expires_at.replace("Z", ".999999Z")
    station.answer(received.call_id, {"status": "Accepted"})
    kept = get(f"{PATH}/1")
    assert {name: kept[name] for name in ("state", "status", "evse_id", "group_id", "ended_at")} == {
        "state": "accepted",
        "status": "Accepted",
        "evse_id": 1,
        "group_id": "FLEET",
        "ended_at": None,
    }


@pytest.mark.parametrize("status", ["Faulted", "Occupied", "Rejected", "Unavailable"])
def test_a_refused_one_is_not_kept(station: CalledStation, status: str) -> None:
    reserve(station)
    station.answer(station.next("ReserveNow").call_id, {"status": status})
    found = get(f"{PATH}/1")
    assert (found["state"], found["status"]) == ("refused", status)
    assert reservations.open_at("CP1", datetime.now(UTC)) == []


def test_a_station_that_knows_no_reservations_refuses_them(station: CalledStation) -> None:
    reserve(station)
    station.refuse(station.next("ReserveNow").call_id, "NotSupported")
    found = get(f"{PATH}/1")
    assert (found["state"], found["status"]) == ("refused", "NotSupported")


def test_each_has_a_number_of_its_own_even_beside_those_that_callers_chose(station: CalledStation) -> None:
    raw(station, reservationId=2)
    assert [reserve(station)["reservation_id"] for _ in range(2)] == [1, 3]
    made = station.order("ReserveNow", {"connectorId": 1, "expiryDate": soon(), "idTag": "ANN"})
    assert made.payload["reservationId"] == 4
    assert [one["reservation_id"] for page in pages(PATH, limit=3) for one in page] == [4, 3, 2, 1]


def test_the_same_number_replaces_once_it_is_accepted(station: CalledStation) -> None:
    station.answer(raw(station).call_id, {"status": "Accepted"})
    later = raw(station, connectorId=2)
    assert get(f"{PATH}/7")["evse_id"] == 1
    station.answer(later.call_id, {"status": "Accepted"})
    assert (get(f"{PATH}/7")["evse_id"], state(7)) == (2, "accepted")
    refused = raw(station, connectorId=3)
    station.answer(refused.call_id, {"status": "Occupied"})
    assert (get(f"{PATH}/7")["evse_id"], state(7)) == (2, "accepted")


@pytest.mark.parametrize(
    ("payload", "path"),
    [
        ({"connectorId": -1}, "payload.connectorId"),
        ({"reservationId": -1}, "payload.reservationId"),
        ({"reservationId": 2**31}, "payload.reservationId"),
        ({"expiryDate": "2020-01-01T00:00:00Z"}, "payload.expiryDate"),
    ],
)
def test_what_a_station_would_refuse_is_not_sent(station: CalledStation, payload: dict[str, Any], path: str) -> None:
    with pytest.raises(Invalid) as refused:
        raw(station, **payload)
    assert refused.value.fields["path"] == path
    assert station.received == []


@pytest.mark.parametrize(
    ("wanted", "field"),
    [
        ({"id_token": "A" * 21}, "id_token"),
        ({"expires_at": "2020-01-01T00:00:00Z"}, "expires_at"),
        ({"expires_at": "2020-01-01"}, "expires_at"),
        ({"evse_id": -1}, "evse_id"),
        ({"reservation_id": 5}, "reservation_id"),
    ],
)
def test_a_wrong_field_is_named_in_our_words(station: CalledStation, wanted: dict[str, Any], field: str) -> None:
    answer = ask("POST", PATH, body={"id_token": "ANN", "expires_at": soon()} | wanted)
    assert answer.status == 422
    assert wrong_fields(answer) == [f"body {field}"]
    assert station.received == []


@pytest.mark.parametrize(("value", "status"), [("false", 409), ("FALSE", 409), ("true", 202), (None, 202)])
def test_any_evse_is_reserved_only_where_the_station_may_know_that(
    station: CalledStation, value: str | None, status: int
) -> None:
    if value:
        known = Variable("reserveconnectorzerosupported", value, is_known=True)
        configuration.note_read("CP1", known, datetime.now(UTC))
    answer = ask("POST", PATH, body={"id_token": "ANN", "expires_at": soon()})
    assert answer.status == status
    assert [one.payload["connectorId"] for one in station.received] == ([0] if status == 202 else [])


@pytest.mark.parametrize("status", ["Accepted", "Rejected"])
def test_cancelling_closes_it_whatever_the_station_says(station: CalledStation, status: str) -> None:
    accepted(station)
    answer = ask("DELETE", f"{PATH}/1")
    assert (answer.status, answer.json["state"]) == (202, "accepted")
    received = station.next("CancelReservation")
    assert received.payload == {"reservationId": 1}
    station.answer(received.call_id, {"status": status})
    assert state() == "cancelled"
    assert ask("DELETE", f"{PATH}/1").status == 409


def test_one_that_was_not_sent_is_taken_back_without_a_word(station: CalledStation) -> None:
    connections.disconnect("CP1", station.connection_id, datetime.now(UTC))
    made = reserve(station)
    answer = ask("DELETE", f"{PATH}/1")
    assert (answer.status, answer.json["state"], answer.json["call"]) == (200, "cancelled", None)
    assert station.call(made["call_id"]).state == "cancelled"
    assert station.received == []


def test_a_cancellation_does_not_overtake_what_it_cancels(station: CalledStation) -> None:
    connections.disconnect("CP1", station.connection_id, datetime.now(UTC))
    made = raw(station)
    station.order("CancelReservation", {"reservationId": 7})
    assert station.call(made.call_id).state == "cancelled"
    assert state(7) == "cancelled"


def test_one_that_is_accepted_after_it_was_cancelled_is_cancelled_at_the_station(station: CalledStation) -> None:
    made = reserve(station)
    call_id = station.next("ReserveNow").call_id
    calls.end(station.call(call_id), "timed_out", datetime.now(UTC))
    outbox.close("CP1", call_id)
    ask("DELETE", f"{PATH}/{made['reservation_id']}")
    station.answer(station.next("CancelReservation").call_id, {"status": "Rejected"})
    station.answer(call_id, {"status": "Accepted"})
    assert state() == "cancelled"
    station.answer(station.next("CancelReservation").call_id, {"status": "Accepted"})
    assert station.received == []


def test_one_whose_call_never_went_out_counts_as_cancelled(station: CalledStation) -> None:
    connections.disconnect("CP1", station.connection_id, datetime.now(UTC))
    made = reserve(station)
    assert ask("DELETE", f"/stations/CP1/calls/{made['call_id']}").status == 200
    assert state() == "cancelled"
    assert [one["state"] for one in get(PATH, state="cancelled")["items"]] == ["cancelled"]
    assert get(PATH, state="pending")["items"] == []


def test_the_same_request_makes_one_reservation(station: CalledStation) -> None:
    body = {"id_token": "ANN", "evse_id": 1, "expires_at": soon()}
    first, again = (ask("POST", PATH, body=body, headers={"idempotency-key": "k"}) for _ in range(2))
    assert (first.status, again.status) == (202, 202)
    assert first.json["reservation_id"] == again.json["reservation_id"]
    assert len(station.received) == 1


def start(station_id: str = "CP1", **changed: Any) -> Transaction:
    fields = {"evse_id": 1, "id_token": "ANN", "started_at": datetime.now(UTC), **changed}
    return Transaction("99", station_id, connector_id=1, state="active", **fields)


@pytest.mark.parametrize(
    "changed",
    [
        {"reservation_id": 1, "evse_id": 5, "id_token": "BEN"},
        {"reservation_id": 4711},
        {},
        {"id_token": "BEN", "group_id": "FLEET"},
    ],
)
def test_a_start_uses_it_up_once(station: CalledStation, changed: dict[str, Any]) -> None:
    accepted(station)
    for _ in range(2):
        at_work.consume(start(**changed))
    found = get(f"{PATH}/1")
    assert (found["state"], found["transaction_id"]) == ("used", "99")
    assert reservations.open_at("CP1", datetime.now(UTC)) == []


def test_a_start_of_somebody_else_leaves_it(station: CalledStation) -> None:
    accepted(station)
    at_work.consume(start(id_token="BEN"))
    at_work.consume(start("CP2"))
    assert state() == "accepted"


def test_a_start_before_the_answer_uses_it_all_the_same(station: CalledStation) -> None:
    reserve(station)
    at_work.consume(start(reservation_id=1))
    station.answer(station.next("ReserveNow").call_id, {"status": "Accepted"})
    assert state() == "used"


def test_it_ends_with_what_it_was_for(station: CalledStation) -> None:
    accepted(station)
    accepted(station, evse_id=2)
    at = datetime.now(UTC)
    at_work.remove_lost("CP1", [ConnectorStatus(1, 1, "Faulted", "Faulted", "GroundFailure", at, at)])
    assert (state(1), state(2)) == ("removed", "accepted")


def test_it_expires_by_itself(station: CalledStation) -> None:
    kept = accepted(station)
    past = datetime.now(UTC) - timedelta(seconds=1)
    reservations.change("CP1", 1, lambda one: one and one._replace(expires_at=past))
    found = get(f"{PATH}/1")
    assert found["state"] == "expired"
    assert found["ended_at"] == found["expires_at"] != kept.expires_at
    assert [one["state"] for one in get(PATH, state="expired")["items"]] == ["expired"]
    assert ask("DELETE", f"{PATH}/1").status == 409


def test_one_for_ever_is_found_among_those_that_stand(station: CalledStation) -> None:
    accepted(station, expires_at="9999-12-31T23:59:59Z")
    assert len(reservations.open_at("CP1", datetime.now(UTC))) == 1
    (made,) = calls.page("CP1", None, 1)[0]
    assert made.expires_at - made.created_at == timedelta(days=7)


def test_of_a_station_or_reservation_that_is_not_there_nothing_is_told(station: CalledStation) -> None:
    assert get(PATH)["items"] == []
    assert ask("GET", "/stations/CP2/reservations").status == 404
    assert ask("GET", f"{PATH}/1").status == 404
    assert ask("DELETE", f"{PATH}/1").status == 404
    answer = ask("POST", "/stations/CP2/reservations", body={"id_token": "ANN", "expires_at": soon()})
    assert answer.status == 404


def test_what_is_not_sent_leaves_no_reservation_behind(station: CalledStation) -> None:
    configuration.note_read("CP1", Variable("ReserveConnectorZeroSupported", "false", is_known=True), datetime.now(UTC))
    with pytest.raises(Conflict):
        raw(station, connectorId=0)
    assert get(PATH)["items"] == []


def test_open_reservations_of_all_stations_are_listed_by_their_expiry(station: CalledStation) -> None:
    for number, minutes in enumerate((30, 10, 20), 1):
        now = datetime.now(UTC)
        one = Reservation(number, f"CP{number}", 1, "ANN", now + timedelta(minutes=minutes), now, call_id="c")
        reservations.request(one, now)
    assert [[one["station_id"] for one in page] for page in pages("/reservations", limit=2)] == [
        ["CP2", "CP3"],
        ["CP1"],
    ]
    past = datetime.now(UTC) - timedelta(minutes=1)
    reservations.request(Reservation(4, "CP4", 1, "ANN", past, past, call_id="c"), past)
    assert len(get("/reservations")["items"]) == 3, "one that has expired is over"


def test_a_reservation_that_is_over_leaves_the_list_of_all_stations(station: CalledStation) -> None:
    accepted(station)
    assert [one["state"] for one in get("/reservations")["items"]] == ["accepted"]
    ask("DELETE", f"{PATH}/1")
    station.answer(station.next("CancelReservation").call_id, {"status": "Accepted"})
    assert get("/reservations")["items"] == []
