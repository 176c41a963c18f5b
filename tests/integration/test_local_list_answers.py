"""What a station's answers tell of its local authorization list, and what callers may send of it; on a table."""

from datetime import UTC, datetime
from typing import Any

import pytest

from local.dynamodb.storage import Store
from shared.domain.authorization import IdToken
from shared.domain.errors import Invalid
from shared.store import calls, outbox, tokens
from tests.integration.api import get
from tests.integration.called_station import CalledStation
from tests.integration.local_list_calls import ACCEPTED, PATH, entry, has, put, raw, settle, takes


@pytest.fixture
def station(table: Store, monkeypatch: pytest.MonkeyPatch) -> CalledStation:
    for name in "ABCDEF":
        tokens.save(IdToken(name))
    return CalledStation(monkeypatch)


def ask_version(station: CalledStation, version: int) -> Any:
    station.perform("GetLocalListVersion", {}, {"listVersion": version})
    found = get(PATH)
    return found["supported"], found["version"], found["entries"]


def test_a_late_answer_is_not_taken_for_news(station: CalledStation) -> None:
    first = put("A")["call"]["call_id"]
    station.next("SendLocalList")
    calls.end(station.call(first), "timed_out", datetime.now(UTC))
    outbox.close("CP1", first)
    put("B")
    settle(station)
    assert station.answer(first, ACCEPTED).late_answer == ACCEPTED
    assert has() == (2, ["B"])


@pytest.mark.parametrize("answer", [{"status": "NotSupported"}, "NotSupported", "NotImplemented"])
def test_a_station_without_a_list_is_known_as_such(station: CalledStation, answer: Any) -> None:
    takes("SendLocalListMaxLength", "1")
    put("A", "B")
    call_id = station.next("SendLocalList").call_id
    if isinstance(answer, str):
        station.refuse(call_id, answer)
    else:
        station.answer(call_id, answer)
    assert station.received == []
    found = get(PATH)
    assert (found["supported"], found["version"], found["entries"]) == (False, None, None)


def test_the_version_of_a_station_tells_what_is_known(station: CalledStation) -> None:
    assert ask_version(station, 0) == (True, 0, [])
    assert ask_version(station, 57) == (True, 57, None)
    assert ask_version(station, -1) == (False, None, None)
    put("A")
    assert settle(station) == [(58, "Full", ["A"])]
    assert ask_version(station, 58)[:2] == (True, 58)
    assert has() == (58, ["A"])
    assert ask_version(station, 0) == (True, 0, [])
    assert get(PATH)["in_sync"] is False
    put("A")
    assert settle(station) == [(59, "Full", ["A"])]


def test_another_error_tells_nothing_of_the_list(station: CalledStation) -> None:
    made = station.order("GetLocalListVersion", {})
    station.refuse(made.call_id, "InternalError")
    assert get(PATH)["supported"] is None


def test_callers_own_lists_are_checked_and_known(station: CalledStation) -> None:
    raw(station, 10, "Full", [entry("X"), entry("Y", "Blocked")])
    raw(station, 11, "Differential", [{"idTag": "x"}, entry("Z", "ConcurrentTx")])
    settle(station)
    assert has() == (11, ["Y", "Z"])
    with pytest.raises(Invalid) as refused:
        raw(station, 11)
    assert refused.value.fields["path"] == "payload.listVersion"
    assert "above 11" in refused.value.reason


@pytest.mark.parametrize("version", [0, -1])
def test_a_version_is_above_0(station: CalledStation, version: int) -> None:
    with pytest.raises(Invalid):
        raw(station, version)
    assert station.received == []


@pytest.mark.parametrize(
    ("kind", "entries", "paths"),
    [
        ("Full", [entry("X"), entry("x")], ["payload.localAuthorizationList[1].idTag"]),
        ("Full", [entry("X"), {"idTag": "Y"}], ["payload.localAuthorizationList[1].idTagInfo"]),
        ("Differential", [{"idTag": "X"}, entry("X")], ["payload.localAuthorizationList[1].idTag"]),
    ],
)
def test_entries_that_contradict_each_other_are_not_sent(
    station: CalledStation, kind: str, entries: list[Any], paths: list[str]
) -> None:
    with pytest.raises(Invalid) as refused:
        raw(station, 1, kind, entries)
    assert [path for path, _ in refused.value.fields["errors"]] == paths


def test_a_difference_upon_a_list_that_nobody_knows_leaves_it_unknown(station: CalledStation) -> None:
    raw(station, 5, "Differential", [entry("X")])
    assert settle(station) == [(5, "Differential", ["X"])]
    assert has() == (5, None)
    assert get(PATH)["wished"]["entries"] is None


def test_thousands_of_entries_are_kept(station: CalledStation) -> None:
    takes("SendLocalListMaxLength", "1000")
    entries = [entry(f"{number:020d}") for number in range(5000)]
    raw(station, 1, "Full", entries)
    assert len(settle(station)) == 5
    assert len(get(PATH)["entries"]) == 5000
