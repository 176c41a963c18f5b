"""The latest lines of the functions, and what FilterLogEvents finds among them."""

import io
import time

import pytest

from local import cloudwatch_logs, logs
from local.cloudwatch_logs import FunctionLog
from shared.aws.telemetry import logger


def put(log: FunctionLog, *texts: str) -> None:
    for text in texts:
        log.put(text)


def find(log: FunctionLog, pattern: str = "", limit: int | None = None) -> list[list[str]]:
    """The texts of all pages."""
    pages, token = list[list[str]](), None
    while not pages or token:
        lines, token = log.find(None, None, pattern, limit, token)
        pages.append([line.text for line in lines])
    return pages


def test_lines_come_oldest_first_in_pages() -> None:
    log = FunctionLog()
    put(log, *"abcde")
    assert find(log, limit=2) == [["a", "b"], ["c", "d"], ["e"]]
    assert find(log, limit=5) == [["a", "b", "c", "d", "e"]]


def test_a_page_holds_as_much_as_the_service_gives(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cloudwatch_logs, "PAGE_CHARS", 10)
    log = FunctionLog()
    put(log, "x" * 6, "y" * 4, "z", "w" * 100)
    assert find(log) == [["x" * 6, "y" * 4], ["z"], ["w" * 100]]


def test_only_lines_that_match_are_found() -> None:
    log = FunctionLog()
    put(log, '{"station_id": "CP1"}', '{"station_id": "CP2"}', "no JSON")
    assert find(log, '{ $.station_id = "CP2" }') == [['{"station_id": "CP2"}']]


def test_lines_of_a_time_are_found_both_ends_included(monkeypatch: pytest.MonkeyPatch) -> None:
    log = FunctionLog()
    monkeypatch.setattr(time, "time", lambda: 1.0)
    put(log, "a")
    monkeypatch.setattr(time, "time", lambda: 2.0)
    put(log, "b", "c")
    a, b, c = log.find(None, None, "")[0]
    assert a.at_ms < b.at_ms <= c.at_ms
    assert log.find(b.at_ms, None, "")[0] == [b, c]
    assert log.find(None, a.at_ms, "")[0] == [a]
    assert log.find(a.at_ms, a.at_ms, "")[0] == [a]
    assert log.find(c.at_ms + 1, None, "")[0] == []


def test_a_clock_that_is_set_back_does_not_mix_the_lines(monkeypatch: pytest.MonkeyPatch) -> None:
    log = FunctionLog()
    put(log, "a")
    monkeypatch.setattr(time, "time", lambda: 1.0)
    put(log, "b")
    a, b = log.find(None, None, "")[0]
    assert (a.at_ms, a.number + 1) == (b.at_ms, b.number)


def test_the_oldest_lines_are_forgotten() -> None:
    by_number, by_size = FunctionLog(max_lines=2), FunctionLog(max_chars=4)
    put(by_number, *"abc")
    put(by_size, "aa", "bb", "c")
    assert find(by_number) == [["b", "c"]]
    assert find(by_size) == [["bb", "c"]]


def test_a_token_of_another_service_is_refused() -> None:
    with pytest.raises(ValueError, match="no-token"):
        FunctionLog().find(None, None, "", token="no-token")


def test_what_functions_log_is_copied_while_it_is_asked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    log, terminal = FunctionLog(), io.StringIO()
    monkeypatch.setattr(logger.registered_handler, "stream", terminal)
    with logs.copied(log.put):
        logger.info("first", extra={"station_id": "CP1"})
    logger.info("second")
    (line,) = log.find(None, None, '{ $.station_id = "CP1" }')[0]
    assert terminal.getvalue().splitlines()[0] == line.text
    assert len(terminal.getvalue().splitlines()) == 2
    assert len(log.find(None, None, "")[0]) == 1


def test_a_logger_that_writes_to_no_stream_is_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(type(logger), "registered_handler", property(lambda _: object()))
    with pytest.raises(TypeError, match="no stream"), logs.copied(print):
        pass
