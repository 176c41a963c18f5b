"""Frames in log lines, and messages out of them."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.aws.masking import MASK
from shared.aws.message_log import LINE, LONGEST, MAX_FRAME_CHARS, Message, frames, line, read

NOW = datetime(2026, 11, 23, 8, tzinfo=UTC)
SINCE = NOW - timedelta(milliseconds=40)
CALL = '[2,"m1","Heartbeat",{}]'
RESULT = '[3,"m1",{"currentTime":"2026-11-23T08:00:00Z"}]'
ERROR = '[4,"m1","InternalError","",{}]'


def messages(logged_at: datetime = NOW, station_id: str = "CP1", **fields: Any) -> list[Message]:
    """What is read of a line that has these fields, after it was written and found."""
    whole = line("CP1", "1.6", action="Heartbeat", message_id="m1", outcome="answered", since=NOW)
    text = json.dumps(whole | {"message": LINE, "ms": 40} | fields, ensure_ascii=False)
    assert len(text.encode()) < 256 * 1024
    return read(text, logged_at, station_id)


def test_a_call_and_its_answer_are_two_messages_newest_first() -> None:
    answer, call = messages(**frames(SINCE, received=CALL, sent=RESULT))
    assert (call.direction, call.frame, call.answered_in_ms) == ("in", json.loads(CALL), 40)
    assert (answer.direction, answer.frame, answer.answered_in_ms) == ("out", json.loads(RESULT), None)
    assert answer.at == NOW
    assert call.at == SINCE
    assert {(one.action, one.message_id, one.outcome) for one in (call, answer)} == {("Heartbeat", "m1", "answered")}


def test_findings_belong_to_what_the_station_sent() -> None:
    answer, call = messages(findings=["Q-07 timestamp"], **frames(SINCE, received=CALL, sent=ERROR))
    assert (call.findings, answer.findings) == (("Q-07 timestamp",), ())


def test_a_message_without_an_answer_is_one() -> None:
    (ignored,) = messages(outcome="ignored", **frames(SINCE, received="not JSON"))
    assert (ignored.direction, ignored.frame, ignored.answered_in_ms) == ("in", "not JSON", None)


def test_a_call_of_ours_is_one_message_from_when_it_was_begun_to_be_sent() -> None:
    (sent,) = messages(outcome="sent", **frames(SINCE, sent=CALL))
    assert (sent.direction, sent.answered_in_ms) == ("out", None)
    assert sent.at == SINCE


def test_an_answer_to_a_call_of_ours_says_how_long_the_station_took() -> None:
    (answer,) = messages(outcome="taken", answered_in_ms=1234, **frames(SINCE, received=RESULT))
    assert (answer.direction, answer.answered_in_ms) == ("in", 1234)


def test_a_line_without_frames_has_no_messages() -> None:
    assert messages() == []


@pytest.mark.parametrize("text", ["", "no JSON", "[]", "{}", '{"message": "call"}', '{"message": "connect"}'])
def test_what_is_no_line_of_a_message_has_none(text: str) -> None:
    assert read(text, NOW, "CP1") == []


def test_a_line_of_another_station_or_another_kind_has_no_messages() -> None:
    assert messages(station_id="CP10", **frames(SINCE, received=CALL)) == []
    assert messages(message="connect", **frames(SINCE, received=CALL)) == []


def test_no_message_is_older_than_it_can_be() -> None:
    (old,) = messages(**frames(NOW - timedelta(hours=1), received=CALL))
    assert old.at == NOW - LONGEST


def test_a_clock_ahead_of_ours_makes_no_time_after_the_line_and_no_negative_one() -> None:
    (early,) = messages(**frames(NOW + timedelta(seconds=5), received=CALL))
    assert early.at == NOW
    ahead = datetime.now(UTC) + timedelta(seconds=5)
    assert line("CP1", "1.6", action="", message_id="", outcome="", since=ahead)["ms"] == 0


@pytest.mark.parametrize("text", ["{}", "5", '"text"', "", '[2,"1","Heartbeat",{}', '[2,"1","X",{"a":NaN}]', "[1e999]"])
def test_what_is_no_array_is_shown_as_its_text(text: str) -> None:
    assert frames(SINCE, received=text)["received"] == text


def test_secrets_are_masked_both_ways() -> None:
    configuration = {"configurationKey": [{"key": "AuthorizationKey", "readonly": False, "value": "hunter2"}]}
    change = {"key": "AuthorizationKey", "value": "hunter2"}
    shown = frames(
        SINCE, received=json.dumps([3, "m1", configuration]), sent=json.dumps([2, "m2", "ChangeConfiguration", change])
    )
    assert "hunter2" not in json.dumps(shown)
    assert shown["sent"] == [2, "m2", "ChangeConfiguration", {"key": "AuthorizationKey", "value": MASK}]


@pytest.mark.parametrize("action", ["NotifyCustomerInformation", "NotifyCustomerInformation-Signed"])
@pytest.mark.parametrize("told", [{"data": "Jane Roe", "requestId": 7, "tbc": True}, ["Jane Roe"], "Jane Roe"])
def test_what_tells_of_a_customer_is_not_logged(action: str, told: Any) -> None:
    shown = {"data": MASK, "requestId": 7, "tbc": True} if isinstance(told, dict) else MASK
    text = json.dumps([2, "m1", action, told])
    assert frames(SINCE, received=text)["received"] == [2, "m1", action, shown]
    for cut in range(len(text)):
        assert "Jane" not in json.dumps(frames(SINCE, received=text[:cut]))


def test_of_a_long_frame_the_beginning_is_shown_and_its_length() -> None:
    text = json.dumps([2, "m1", "DataTransfer", {"data": "x" * 100_000}], separators=(",", ":"))
    (shown,) = messages(**frames(SINCE, received=text))
    assert shown.frame == text[:MAX_FRAME_CHARS]
    assert shown.frame_chars == len(text)


def test_a_secret_in_a_long_frame_is_masked_before_it_is_cut() -> None:
    payload = {"key": "AuthorizationKey", "value": "hunter2", "more": "x" * 100_000}
    shown = frames(SINCE, sent=json.dumps([2, "m1", "ChangeConfiguration", payload]))
    assert "hunter2" not in shown["sent"]
    assert shown["sent_chars"] > 100_000


def test_a_long_frame_that_is_short_without_its_secret_is_whole() -> None:
    shown = frames(SINCE, sent=json.dumps([2, "m1", "InstallKey", {"privateKey": "x" * 100_000}]))
    assert shown["sent"] == [2, "m1", "InstallKey", {"privateKey": MASK}]
    assert "sent_chars" not in shown


def test_halves_of_surrogate_pairs_become_question_marks() -> None:
    shown = frames(SINCE, received='[2,"m1","X",{"a":"\\ud800","b":"\\u00e4"}]', sent="\ud800")
    assert (shown["received"], shown["sent"]) == ([2, "m1", "X", {"a": "?", "b": "\u00e4"}], "?")
    assert line("CP1", "1.6", action="\ud800", message_id="\ud800", outcome="", since=NOW)["action"] == "?"


@pytest.mark.parametrize("depth", [100, 900, 60_000])
def test_frames_that_are_nested_too_deep_can_be_logged(depth: int) -> None:
    text = '[2,"m1","X",' + "[" * depth + "]" * depth + "]"
    (shown,) = messages(**frames(SINCE, received=text))
    assert shown.frame


def test_a_line_with_two_long_frames_of_the_worst_characters_is_one_log_event() -> None:
    assert messages(**frames(SINCE, received="\x01" * 128_000, sent='"\U0001f50c' * 64_000))


TEXTS = st.text() | st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
).map(lambda value: json.dumps([2, "m1", "X", value]))


@given(TEXTS, st.none() | TEXTS)
def test_whatever_travels_can_be_logged_and_read_back(received: str, sent: str | None) -> None:
    found = messages(**frames(SINCE, received=received, sent=sent))
    assert [one.direction for one in found] == (["out", "in"] if sent is not None else ["in"])
