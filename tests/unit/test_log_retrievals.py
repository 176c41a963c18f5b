"""The retrieval of a log: whatever comes in whatever order, it comes to its end, and the file decides."""

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.domain import log_retrievals as domain
from shared.domain.diagnostics import Diagnostics, state_of, tally
from shared.domain.file_links import File
from shared.domain.file_transfers import LONGEST_NAME, harmless_name
from shared.domain.log_retrievals import FAILURES, Ending, Retrieval, Terms

BEGAN = dt.datetime(2026, 11, 23, 8, tzinfo=dt.UTC)
FILE = File(3, "0" * 64, BEGAN)


def at(seconds: int) -> dt.datetime:
    return BEGAN + dt.timedelta(seconds=seconds)


def waiting() -> Retrieval:
    """A retrieval whose machine waits for its station."""
    return Diagnostics("0" * 36, BEGAN, 1, terms=Terms(attempts=2)).retrieval("CP1")._replace(awaits="station")


def asked() -> Retrieval:
    turned = domain.give_turn(waiting(), "ref", at(1))
    assert turned is not None
    return turned


def uploading(file_name: str | None = "log.txt") -> Retrieval:
    """A retrieval whose machine waits for the upload, and whose station has answered."""
    one = asked()._replace(awaits="upload")
    return domain.take_answer(one, str(one.call_id), "Accepted", file_name, at(2))


def test_a_retrieval_waits_until_it_has_its_turn() -> None:
    assert domain.verdict(waiting()) is None
    assert domain.verdict(asked()) == "turn"
    assert domain.give_turn(asked(), "another", at(2)) is None


def test_one_that_is_cancelled_before_its_turn_gets_none() -> None:
    cancelled = domain.ask_to_cancel(waiting(), at(1))
    assert cancelled is not None
    assert domain.verdict(cancelled) == "cancelled"
    assert domain.give_turn(cancelled, "ref", at(2)) is None
    assert domain.conclude(cancelled, Ending("cancelled"), at(2)).state == "cancelled"


@pytest.mark.parametrize(
    ("status", "outcome"),
    [("Uploading", None), ("Uploaded", "uploaded"), *((failure, "failed") for failure in sorted(FAILURES))],
)
def test_what_a_station_reports_ends_the_wait_or_does_not(status: str, outcome: str | None) -> None:
    told = domain.take_status(uploading(), status, at(3))
    assert told is not None
    assert domain.verdict(told) == outcome


def test_a_report_that_came_before_the_answer_was_read_counts() -> None:
    told = domain.take_status(asked(), "UploadFailure", at(2))
    assert told is not None
    one = told._replace(awaits="upload")
    assert domain.verdict(one) is None
    assert domain.verdict(domain.take_answer(one, "call", "Accepted", "log.txt", at(3))) == "failed"


def test_a_file_counts_more_than_any_report() -> None:
    told = domain.take_status(uploading(), "UploadFailure", at(3))
    assert told is not None
    here = domain.take_file(told, "ref", FILE, at(4))
    assert here is not None
    assert domain.verdict(here) == "arrived"
    assert domain.conclude(here, Ending("failed"), at(5)).state == "succeeded"


@pytest.mark.parametrize(
    ("status", "request_id", "seconds"), [("Idle", None, 3), ("Uploaded", 1, 3), ("Uploaded", None, 0)]
)
def test_a_report_of_something_else_says_nothing(status: str, request_id: int | None, seconds: int) -> None:
    assert domain.take_status(uploading(), status, at(seconds), request_id) is None


def test_the_same_report_twice_is_one() -> None:
    told = domain.take_status(uploading(), "Uploading", at(3))
    assert told is not None
    assert domain.take_status(told, "Uploading", at(3)) is None


def test_no_name_is_nothing_unless_the_station_uploads_all_the_same() -> None:
    assert domain.verdict(uploading(None)) == "nothing"
    told = domain.take_status(uploading(None), "Uploading", at(3))
    assert told is not None
    assert domain.verdict(told) is None
    ended = domain.conclude(uploading(None), Ending("nothing"), at(3))
    assert (ended.state, ended.file) == ("succeeded", None)


def test_a_failed_attempt_is_followed_by_another_with_nothing_of_the_first() -> None:
    told = domain.take_status(uploading(), "UploadFailed", at(3))
    assert told is not None
    again = domain.conclude(told, Ending("failed"), at(4))
    assert (again.state, again.ref, again.status, again.awaits) == ("running", None, None, None)
    assert domain.conclude(again, Ending("failed"), at(5)) == again
    second = domain.give_turn(again._replace(awaits="station"), "ref2", at(6))
    assert second is not None
    assert (second.attempt, second.call_id != told.call_id) == (2, True)
    last = domain.conclude(second._replace(awaits="upload"), Ending(error="States.Timeout"), at(7))
    assert (last.state, last.reason) == ("failed", "Nothing came within 3600 s")


@pytest.mark.parametrize(
    ("retrieval", "ending", "reason"),
    [
        (waiting(), Ending(error="States.Timeout"), "The station was not online within 86400 s"),
        (asked(), Ending("turn", "refused", "NotImplemented"), "The station refused the request: NotImplemented"),
        (asked(), Ending("turn", "cancelled"), "The request was taken back before it was sent"),
        (asked(), Ending(error="Conflict", detail="It is Rejected"), "It is Rejected"),
        (asked(), Ending(error="Lambda.Unknown"), "A fault of ours: Lambda.Unknown"),
        (asked()._replace(attempt=2), Ending("turn", "answered"), "The station rejected the request"),
        (asked()._replace(attempt=2), Ending("turn", "timed_out", "NoAnswer"), "The station did not answer"),
        (
            asked()._replace(attempt=2),
            Ending("turn", "timed_out", "ConnectionLost"),
            "The connection ended before the answer",
        ),
        (asked()._replace(attempt=2), Ending("turn", "expired"), "The request could not be sent in time"),
        (
            uploading()._replace(attempt=2, awaits="file"),
            Ending("uploaded", error="States.Timeout"),
            "The station reported Uploaded, but nothing came",
        ),
    ],
)
def test_every_failure_has_its_reason(retrieval: Retrieval, ending: Ending, reason: str) -> None:
    ended = domain.conclude(retrieval, ending, at(9))
    assert (ended.state, ended.reason) == ("failed", reason)
    assert ended.history[-1].detail == reason


def test_a_file_that_comes_after_the_failure_makes_it_a_success() -> None:
    failed = domain.conclude(waiting(), Ending(error="States.Timeout"), at(5))
    here = domain.take_file(failed, "ref", FILE, at(6))
    assert here is not None
    assert here.state == "succeeded"
    assert "late" in (here.reason or "")
    assert domain.take_file(here, "ref2", FILE, at(7)) is None


def test_one_whose_workflow_was_lost_counts_as_failed_in_the_end() -> None:
    assert domain.seen_at(asked(), at(60)).state == "running"
    assert domain.seen_at(asked(), asked().due_at).state == "failed"


STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("status"), st.sampled_from(["Uploading", "Uploaded", "Idle", *sorted(FAILURES)])),
        st.tuples(st.just("answer"), st.sampled_from(["log.txt", ""])),
        st.tuples(st.just("file"), st.just("")),
        st.tuples(st.just("supersede"), st.just("")),
        st.tuples(st.just("cancel"), st.just("")),
    ),
    max_size=12,
)


def _step(one: Retrieval, kind: str, detail: str, now: dt.datetime) -> Retrieval | None:
    if kind == "status":
        return domain.take_status(one, detail, now)
    if kind == "answer":
        return domain.take_answer(one, "call", "Accepted", detail, now)
    if kind == "file":
        return domain.take_file(one, "ref", FILE, now)
    return domain.supersede(one, now) if kind == "supersede" else domain.ask_to_cancel(one, now)


@given(STEPS)
def test_whatever_comes_in_whatever_order_a_file_is_never_lost(steps: list[tuple[str, str]]) -> None:
    one, came = asked()._replace(awaits="upload"), False
    for second, (kind, detail) in enumerate(steps, start=2):
        step = _step(one, kind, detail, at(second))
        one = step or one
        came = came or kind == "file"
        outcome = domain.verdict(one)
        assert (outcome == "arrived") == came
    ended = domain.conclude(one._replace(attempt=2), Ending(domain.verdict(one)), at(99))
    assert not ended.is_open
    assert (ended.file is not None) == came
    assert ended.state == "succeeded" or not came
    assert domain.conclude(ended, Ending("failed"), at(100)) == ended


@pytest.mark.parametrize(
    ("given_name", "name"),
    [
        ("log.txt", "log.txt"),
        ("/var/log/../log.txt", "log.txt"),
        ("C:\\logs\\today.zip", "today.zip"),
        ("../..", None),
        ("", None),
        ("a\x00b\r\n.log", "ab.log"),
        ("gpj\u202ecod.exe", "gpjcod.exe"),
        ('what?*"<>|:.log', "what_______.log"),
    ],
)
def test_a_name_is_a_name_and_nothing_more(given_name: str, name: str | None) -> None:
    assert harmless_name(given_name) == name


@given(st.text())
def test_no_name_leaves_its_directory(name: str) -> None:
    harmless = harmless_name(name)
    assert harmless is None or (harmless not in (".", "..") and len(harmless) <= LONGEST_NAME)
    assert harmless is None or not set(harmless) & set('/\\\0<>:"|?*')


def test_a_long_name_keeps_its_suffix() -> None:
    assert (harmless_name("x" * 400 + ".tar.gz") or "").endswith("x.gz")


def test_a_collection_runs_until_all_have_ended() -> None:
    ended = domain.conclude(waiting(), Ending(error="States.Timeout"), at(5))
    done = ended._replace(state="succeeded")
    assert state_of(tally(2, [done])) == "running"
    assert state_of(tally(2, [done, done])) == "succeeded"
    assert state_of(tally(2, [done, ended])) == "failed"
    assert state_of(tally(2, [done, done._replace(state="cancelled")])) == "cancelled"
