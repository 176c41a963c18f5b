"""The message log: what functions log of messages, through the operator API."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import quote

import pytest

from shared.aws import message_search
from shared.aws.masking import MASK
from shared.aws.message_log import LINE, frames, line, log_sent
from shared.aws.paging import encode
from shared.domain.calls import Call
from shared.domain.stations import Options, Station
from shared.settings import settings
from shared.store import stations
from tests.integration.api import call, get, pages, wrong_fields
from tests.integration.log_group import LogGroup, client_error
from tests.integration.station import DirectStation

pytestmark = pytest.mark.usefixtures("table", "log")

ON, OFF = Options(message_log="on"), Options(message_log="off")
PATH = "/stations/CP1/messages"
NOW = datetime.now(UTC).replace(microsecond=0)


@pytest.fixture(autouse=True)
def now(monkeypatch: pytest.MonkeyPatch) -> None:
    """The search looks back from the clock, and a long run loads this module minutes before it comes to its tests."""
    monkeypatch.setitem(globals(), "NOW", datetime.now(UTC).replace(microsecond=0))


def shown(**query: object) -> list[Any]:
    items: list[Any] = get(PATH, **query)["items"]
    return items


def test_a_call_and_its_answer_are_shown_newest_first() -> None:
    DirectStation(options=ON).frame("Heartbeat", {}, "m1")
    answer, heartbeat = shown()
    assert (answer["direction"], answer["frame"][:2], answer["answered_in_ms"]) == ("out", [3, "m1"], None)
    assert (heartbeat["direction"], heartbeat["frame"]) == ("in", [2, "m1", "Heartbeat", {}])
    assert heartbeat["answered_in_ms"] >= 0
    assert (heartbeat["action"], heartbeat["message_id"], heartbeat["outcome"]) == ("Heartbeat", "m1", "answered")


def test_findings_are_shown_with_the_message_that_has_them() -> None:
    DirectStation(options=ON).send("StatusNotification", connectorId="1", errorCode="NoError", status="Available")
    answer, status = shown()
    assert answer["findings"] == []
    assert [finding["path"] for finding in status["findings"]] == ["connectorId"]
    assert status["findings"][0]["code"].startswith("Q-")


def test_what_is_ignored_or_no_json_is_shown_as_it_came() -> None:
    station = DirectStation(options=ON)
    station.text("no JSON at all")
    station.text('[3,"nobody asked",{}]')
    answer, broken = shown()
    assert (broken["frame"], broken["outcome"], broken["action"], broken["message_id"]) == (
        "no JSON at all",
        "ignored",
        "",
        "",
    )
    assert (answer["frame"], answer["outcome"]) == ([3, "nobody asked", {}], "ignored")


@pytest.mark.parametrize("text", ["[" * 50_000, '[2,"\\ud800","X",{}]', '[2,"1","' + "x" * 100_000 + '",{}]'])
def test_a_station_can_send_anything_and_it_is_shown(text: str) -> None:
    DirectStation(options=ON).text(text)
    assert shown()


def test_a_refused_call_is_shown_with_its_refusal() -> None:
    DirectStation(options=ON).frame("StatusNotification", {"connectorId": []})
    answer, status = shown()
    assert answer["frame"][0] == 4
    assert answer["outcome"] == status["outcome"] == answer["frame"][2]


@pytest.mark.parametrize("stage_logs", [True, False])
def test_the_station_says_whether_its_messages_are_logged_and_else_the_stage(
    monkeypatch: pytest.MonkeyPatch, stage_logs: bool
) -> None:
    monkeypatch.setenv("MESSAGE_LOG", "on" if stage_logs else "off")
    settings.cache_clear()
    logged = {}
    for name, options in {"on": ON, "off": OFF, "unset": Options()}.items():
        station = DirectStation(name, options=options)
        station.send("Heartbeat")
        station.text("no JSON")
        logged[name] = [
            item["action"] for item in get(f"/stations/{name}/messages")["items"] if item["direction"] == "in"
        ]
    assert logged == {"on": ["", "Heartbeat"], "off": [], "unset": ["", "Heartbeat"] if stage_logs else [""]}


# ---------------------------------------------------------------------- calls of ours


def made(action: str, payload: Any, *, logged: bool = True) -> Call:
    return Call("c1", "CP1", action, "1.6", payload, created_at=NOW, expires_at=NOW, logged=logged)


def sent(one: Call) -> None:
    log_sent(one, json.dumps([2, one.call_id, one.action, one.payload]), NOW, "sent")


def test_a_call_of_ours_is_shown_when_it_is_sent() -> None:
    stations.create(Station("CP1", "Accepted", NOW))
    sent(made("Reset", {"type": "Soft"}))
    (item,) = shown()
    assert (item["direction"], item["frame"]) == ("out", [2, "c1", "Reset", {"type": "Soft"}])
    assert (item["outcome"], item["message_id"], item["answered_in_ms"]) == ("sent", "c1", None)


def test_a_call_to_a_station_whose_messages_are_not_logged_is_not_shown(log: LogGroup) -> None:
    stations.create(Station("CP1", "Accepted", NOW))
    sent(made("Reset", {"type": "Soft"}, logged=False))
    assert json.loads(log.events[-1]["message"])["outcome"] == "sent"
    assert shown() == []


def test_a_password_that_we_set_is_masked() -> None:
    stations.create(Station("CP1", "Accepted", NOW))
    sent(made("ChangeConfiguration", {"key": "AuthorizationKey", "value": "hunter2"}))
    (item,) = shown()
    assert item["frame"][3] == {"key": "AuthorizationKey", "value": MASK}


# ---------------------------------------------------------------------- where and when


def test_an_unknown_station_has_no_messages() -> None:
    assert call("GET", "/stations/nobody/messages").status == 404


def test_a_station_without_messages_has_an_empty_list() -> None:
    stations.create(Station("CP1", "Accepted", NOW))
    assert get(PATH) == {"items": [], "next_cursor": None}


@pytest.mark.parametrize("other", ["CP10", "XCP1", "cp1", "CP"])
def test_messages_of_other_stations_are_not_shown(other: str) -> None:
    DirectStation(other, options=ON).send("Heartbeat")
    stations.create(Station("CP1", "Accepted", NOW))
    assert shown() == []


@pytest.mark.parametrize("station_id", ['a"b', "a\\b", "a*b", "*", '"', "%5", "a && b", "Säule 1", "{ }", "☃"])
def test_a_station_of_any_identity_is_found_and_no_other(station_id: str) -> None:
    DirectStation("other", options=ON).send("Heartbeat")
    DirectStation(station_id, options=ON).frame("Heartbeat", {}, "mine")
    found = get(f"/stations/{quote(station_id, safe='')}/messages")["items"]
    assert [item["message_id"] for item in found] == ["mine", "mine"]


def at(minutes: float) -> datetime:
    return NOW - timedelta(minutes=minutes)


def put(log: LogGroup, minutes_ago: float, number: int, action: str = "Heartbeat", ms: int = 0) -> None:
    """A line of a CALL and its answer, as it was written some minutes ago."""
    head = line("CP1", "1.6", action=action, message_id=f"m{number}", outcome="answered", since=NOW)
    came_at = at(minutes_ago) - timedelta(milliseconds=ms)
    body = frames(came_at, received=f'[2,"m{number}","{action}",{{}}]', sent=f'[3,"m{number}",{{}}]')
    log.put(json.dumps({"message": LINE, **head, "ms": ms, **body}), at(minutes_ago))


@pytest.fixture
def busy(log: LogGroup) -> LogGroup:
    """A message every seven minutes over 23 hours, every tenth a StatusNotification; the newest has number 0."""
    stations.create(Station("CP1", "Accepted", NOW))
    for number in range(23 * 60 // 7):
        put(log, 7 * number + 0.5, number, "StatusNotification" if number % 10 == 3 else "Heartbeat")
    return log


COUNT = 23 * 60 // 7


def numbers(items: list[Any], direction: str = "in") -> list[int]:
    return [int(item["message_id"][1:]) for item in items if item["direction"] == direction]


@pytest.mark.usefixtures("busy")
@pytest.mark.parametrize("limit", [1, 7, 50, 200])
def test_pages_follow_each_other_without_a_gap(limit: int) -> None:
    listed = pages(PATH, limit=limit)
    items = [item for page in listed for item in page]
    assert numbers(items, "in") == numbers(items, "out") == list(range(COUNT))
    assert [item["at"] for item in items] == sorted((item["at"] for item in items), reverse=True)
    assert max(map(len, listed)) == limit


@pytest.mark.usefixtures("busy")
def test_messages_of_one_action_are_picked_out() -> None:
    listed = pages(PATH, action="StatusNotification", limit=10)
    assert numbers([item for page in listed for item in page]) == list(range(3, COUNT, 10))


def iso(moment: datetime) -> str:
    return moment.isoformat().replace("+00:00", "Z")


@pytest.mark.usefixtures("busy")
def test_messages_of_a_time_are_picked_out() -> None:
    assert numbers(shown(from_=iso(at(35.5)), to=iso(at(7.5)), limit=200)) == [2, 3, 4, 5]
    assert numbers(shown(to=iso(at(7 * (COUNT - 2))), limit=200)) == [COUNT - 2, COUNT - 1]
    assert numbers(shown(from_=iso(at(0.5)), limit=200)) == [0]


def test_without_a_beginning_a_day_is_looked_back_and_with_one_as_far_as_it_says(log: LogGroup) -> None:
    stations.create(Station("CP1", "Accepted", NOW))
    put(log, 25 * 60, 1)
    assert shown() == []
    assert numbers(shown(from_=iso(at(26 * 60)))) == [1]
    assert numbers(shown(to=iso(at(2 * 60)))) == [1]
    assert numbers(shown(from_="1970-01-01T00:00:00Z")) == [1]


@pytest.mark.parametrize("query", [{"to": "0001-01-01T00:00:00Z"}, {"from_": "9999-12-31T23:59:59Z"}])
def test_times_that_no_log_has_are_empty(query: dict[str, str]) -> None:
    stations.create(Station("CP1", "Accepted", NOW))
    assert get(PATH, **query) == {"items": [], "next_cursor": None}


def test_a_call_that_took_long_stands_where_it_came(log: LogGroup) -> None:
    stations.create(Station("CP1", "Accepted", NOW))
    put(log, 1, 1, ms=10_000)
    put(log, 1 + 5 / 60, 2)
    for limit in (1, 2, 3, 50):
        items = [item for page in pages(PATH, limit=limit) for item in page]
        assert [(item["message_id"], item["direction"]) for item in items] == [
            ("m1", "out"),
            ("m2", "out"),
            ("m2", "in"),
            ("m1", "in"),
        ]


@pytest.mark.parametrize("query", [{"from": "2026-11-23T09:00:00Z", "to": "2026-11-23T08:00:00Z"}, {"to": "yesterday"}])
def test_a_time_that_cannot_be_is_refused(query: dict[str, str]) -> None:
    stations.create(Station("CP1", "Accepted", NOW))
    assert wrong_fields(call("GET", PATH, query=query)) == ["query to"]


@pytest.mark.parametrize("position", ["x", "1/2/3", "a/b/c/d", "1//x/5", "1//0/x", "1/2/3/4/5"])
def test_a_cursor_of_another_list_is_refused(position: str) -> None:
    stations.create(Station("CP1", "Accepted", NOW))
    assert wrong_fields(call("GET", PATH, query={"cursor": message_cursor(position)})) == ["query cursor"]


@pytest.mark.parametrize("position", ["99999999999999999999//0/5", "-5//0/5", "5/x/9/-5"])
def test_a_cursor_that_points_outside_of_time_finds_nothing_wrong(position: str) -> None:
    stations.create(Station("CP1", "Accepted", NOW))
    assert get(PATH, cursor=message_cursor(position))["items"] == []


def message_cursor(position: str) -> str:
    return encode(position)


# ---------------------------------------------------------------------- the search


def test_little_of_the_log_is_read_for_the_newest_messages(busy: LogGroup) -> None:
    assert numbers(shown(limit=2)) == [0]
    (request,) = busy.requests
    assert request["endTime"] - request["startTime"] <= 6 * 60_000
    assert request["filterPattern"] == '{ ($.station_id = "CP1") }'


def test_a_day_without_messages_is_looked_through_in_few_requests(log: LogGroup) -> None:
    stations.create(Station("CP1", "Accepted", NOW))
    assert shown() == []
    assert len(log.requests) == 5


def test_a_window_is_read_over_all_its_pages(busy: LogGroup) -> None:
    busy.page_size = 3
    assert numbers(shown(limit=200)) == list(range(100))


def test_a_search_that_takes_long_goes_on_from_where_it_was(busy: LogGroup) -> None:
    busy.seconds_per_request = message_search.PATIENCE_S / 1.5
    listed = pages(PATH, limit=200)
    assert len(listed) > 3
    assert numbers([item for page in listed for item in page]) == list(range(COUNT))


def test_a_window_that_cannot_be_read_in_time_is_made_smaller(busy: LogGroup) -> None:
    busy.page_size = 1
    busy.seconds_per_request = message_search.PATIENCE_S
    listed = pages(PATH, limit=200)
    assert numbers([item for page in listed for item in page]) == list(range(COUNT))


@pytest.mark.parametrize("code", message_search.THROTTLED)
def test_a_throttled_search_is_a_short_page(busy: LogGroup, code: str) -> None:
    busy.errors = [client_error(code)]
    page = get(PATH)
    assert page["items"] == []
    assert numbers(shown(cursor=page["next_cursor"], limit=10)) == list(range(5))


def test_a_search_that_is_not_allowed_is_our_fault(busy: LogGroup) -> None:
    busy.errors = [client_error("AccessDeniedException")]
    assert call("GET", PATH).status == 500


def test_a_page_is_no_bigger_than_a_function_may_answer(busy: LogGroup, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(message_search, "MAX_PAGE_BYTES", 1000)
    listed = pages(PATH, limit=200)
    assert numbers([item for page in listed for item in page]) == list(range(COUNT))
    assert max(map(len, listed)) < 10
