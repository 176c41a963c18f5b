"""Local authorization lists: sent in parts, built upon each other, made good where a part fails; on a table."""

from datetime import UTC, datetime

import pytest

from local.dynamodb.storage import Store
from shared.domain.authorization import IdToken
from shared.domain.errors import Invalid
from shared.store import connections, tokens
from tests.integration.api import call as ask
from tests.integration.api import get, wrong_fields
from tests.integration.called_station import CalledStation
from tests.integration.local_list_calls import ACCEPTED, PATH, entry, has, put, raw, settle, takes


@pytest.fixture
def station(table: Store, monkeypatch: pytest.MonkeyPatch) -> CalledStation:
    for name in "ABCDEF":
        tokens.save(IdToken(name))
    return CalledStation(monkeypatch)


def test_of_a_station_that_was_never_asked_nothing_is_known(station: CalledStation) -> None:
    assert get(PATH) == {
        "station_id": "CP1",
        "supported": None,
        "version": None,
        "entries": None,
        "in_sync": None,
        "wished": None,
    }
    assert ask("GET", "/stations/CP2/local-list").status == 404
    assert ask("PUT", "/stations/CP2/local-list", body={"id_tokens": []}).status == 404


def test_what_is_not_known_is_replaced_whole_and_then_only_what_differs_is_sent(station: CalledStation) -> None:
    made = put("A", "B", "C", "D")
    assert made["in_sync"] is None
    assert settle(station) == [(1, "Full", ["A", "B", "C", "D"])]
    assert has() == (1, ["A", "B", "C", "D"])
    tokens.save(IdToken("B", "Blocked"))
    made = put("B", "C", "D", "E")
    assert made["in_sync"] is False
    assert settle(station) == [(2, "Differential", ["-A", "B", "E"])]
    assert has() == (2, ["B", "C", "D", "E"])
    assert get(PATH)["in_sync"] is True


def test_what_takes_no_fewer_entries_than_the_whole_list_goes_as_a_whole(station: CalledStation) -> None:
    put("A", "B", "C")
    settle(station)
    put("D", "E", "C")
    assert settle(station) == [(2, "Full", ["D", "E", "C"])]


def test_what_the_station_has_is_not_sent_again(station: CalledStation) -> None:
    put("A", "B")
    settle(station)
    answer = ask("PUT", PATH, body={"id_tokens": ["b", "A"]})
    assert (answer.status, answer.json["call"]) == (200, None)
    assert station.received == []


def test_a_list_is_emptied_by_a_full_one_without_entries(station: CalledStation) -> None:
    put("A", "B")
    settle(station)
    put()
    received = station.next("SendLocalList")
    assert received.payload == {"listVersion": 2, "updateType": "Full"}
    station.answer(received.call_id, ACCEPTED)
    assert has() == (2, [])


def test_an_entry_tells_status_expiry_and_group(station: CalledStation) -> None:
    expires_at = datetime(2030, 1, 1, 12, 0, 0, 250_000, UTC)
    tokens.save(IdToken("A", "Blocked", expires_at, "FLEET"))
    tokens.save(IdToken("B", group_id="G" * 21))
    put("A", "B")
    received = station.next("SendLocalList")
    assert received.payload["localAuthorizationList"] == [
        {
            "idTag": "A",
            "idTagInfo": {"status": "Blocked", "expiryDate": "2030-01-01T12:00:00Z", "parentIdTag": "FLEET"},
        },
        {"idTag": "B", "idTagInfo": {"status": "Accepted"}},
    ]
    station.answer(received.call_id, ACCEPTED)
    assert get(PATH)["in_sync"] is True
    assert put("A", "B")["call"] is None


def test_a_large_list_goes_in_parts_of_which_one_is_full(station: CalledStation) -> None:
    takes("SendLocalListMaxLength", "2")
    made = put("A", "B", "C", "D", "E")
    assert len(made["call"]["parts"]) == 2
    assert settle(station) == [
        (1, "Full", ["A", "B"]),
        (2, "Differential", ["C", "D"]),
        (3, "Differential", ["E"]),
    ]
    assert has() == (3, ["A", "B", "C", "D", "E"])


def test_a_list_is_no_longer_than_the_station_takes(station: CalledStation) -> None:
    takes("LocalAuthListMaxLength", "2")
    put("A", "B")
    settle(station)
    answer = ask("PUT", PATH, body={"id_tokens": ["A", "B", "C"]})
    assert answer.status == 422
    assert wrong_fields(answer) == ["body id_tokens"]
    with pytest.raises(Invalid):
        raw(station, 2, "Differential", [entry("C")])
    assert station.received == []
    raw(station, 2, "Differential", [entry("C"), {"idTag": "A"}])
    assert settle(station) == [(2, "Differential", ["-A", "C"])]


@pytest.mark.parametrize("status", ["Failed", "VersionMismatch"])
def test_a_full_list_follows_a_difference_that_failed(station: CalledStation, status: str) -> None:
    put("A", "B", "C")
    settle(station)
    put("A", "B", "D")
    assert settle(station, status) == [
        (2, "Differential", ["-C", "D"]),
        (3, "Full", ["A", "B", "D"]),
    ]
    assert has() == (3, ["A", "B", "D"])


def test_a_full_list_follows_a_difference_that_was_refused(station: CalledStation) -> None:
    put("A", "B", "C")
    settle(station)
    put("A", "B", "D")
    station.refuse(station.next("SendLocalList").call_id, "InternalError")
    assert settle(station) == [(3, "Full", ["A", "B", "D"])]


def test_after_a_part_that_failed_no_later_part_is_sent(station: CalledStation) -> None:
    takes("SendLocalListMaxLength", "1")
    put("A", "B", "C")
    assert settle(station, "Accepted", "Failed") == [
        (1, "Full", ["A"]),
        (2, "Differential", ["B"]),
        (4, "Full", ["A"]),
        (5, "Differential", ["B"]),
        (6, "Differential", ["C"]),
    ]
    assert has() == (6, ["A", "B", "C"])


def test_after_a_full_list_that_failed_no_later_part_is_sent(station: CalledStation) -> None:
    takes("SendLocalListMaxLength", "1")
    made = put("A", "B")
    assert settle(station, "Failed") == [(1, "Full", ["A"])]
    assert station.call(made["call"]["parts"][0]).state == "cancelled"
    assert get(PATH)["in_sync"] is None


def test_a_station_that_has_a_later_version_is_asked_for_it(station: CalledStation) -> None:
    put("A")
    station.answer(station.next("SendLocalList").call_id, {"status": "VersionMismatch"})
    station.answer(station.next("GetLocalListVersion").call_id, {"listVersion": 57})
    put("A")
    assert settle(station) == [(58, "Full", ["A"])]


def test_a_full_list_follows_only_so_often(station: CalledStation) -> None:
    takes("SendLocalListMaxLength", "1")
    put("A", "B")
    sent = settle(station, *["Accepted", "Failed"] * 10)
    assert [kind for _, kind, _ in sent] == ["Full", "Differential"] * 3
    assert has() == (5, ["A"])
    put("A", "B")
    assert settle(station) == [(7, "Full", ["A"]), (8, "Differential", ["B"])]


def test_after_a_part_that_was_lost_the_list_is_made_good(station: CalledStation) -> None:
    takes("SendLocalListMaxLength", "2")
    made = put("A", "B", "C", "D", "E")
    first = station.next("SendLocalList")
    assert ask("DELETE", f"/stations/CP1/calls/{made['call']['parts'][0]}").status == 200
    station.answer(first.call_id, ACCEPTED)
    assert settle(station) == [
        (3, "Differential", ["E"]),
        (4, "Full", ["A", "B"]),
        (5, "Differential", ["C", "D"]),
        (6, "Differential", ["E"]),
    ]
    assert has() == (6, ["A", "B", "C", "D", "E"])


def test_a_later_list_takes_the_place_of_one_that_waits(station: CalledStation) -> None:
    connections.disconnect("CP1", station.connection_id, datetime.now(UTC))
    first = put("A", "B")["call"]["call_id"]
    second = put("C")["call"]["call_id"]
    assert (station.call(first).state, station.call(second).state) == ("cancelled", "queued")


def test_a_list_that_failed_is_not_sent_beside_a_full_one_that_waits(station: CalledStation) -> None:
    put("A", "B", "C")
    settle(station)
    put("A", "B", "D")
    put("E")
    assert settle(station, "Failed") == [(2, "Differential", ["-C", "D"]), (3, "Full", ["E"])]
    assert has() == (3, ["E"])


@pytest.mark.parametrize(
    ("id_tokens", "wrong"),
    [
        (["A", "a"], ["id_tokens[1]"]),
        (["A", "NOBODY"], ["id_tokens[1]"]),
        (["A", "A" * 21], ["id_tokens[1]", "id_tokens[1]"]),
        ([""], ["id_tokens[0]"]),
    ],
)
def test_tokens_that_cannot_be_in_a_list_are_named(
    station: CalledStation, id_tokens: list[str], wrong: list[str]
) -> None:
    answer = ask("PUT", PATH, body={"id_tokens": id_tokens})
    assert answer.status == 422
    assert wrong_fields(answer) == [f"body {path}" for path in wrong]
    assert station.received == []
