"""How a station is asked to update its firmware, how often, and with which end."""

import datetime as dt
from typing import Any

import pytest

from shared.domain.calls import request_id_of
from shared.domain.firmware_attempts import (
    ASKED_IN_VAIN_AT_MOST,
    FOLLOWED_AT_MOST,
    TIMEOUT,
    Conclusion,
    Fault,
    Way,
    begin,
    choose,
    conclude,
    give_up,
    may_try,
    resume,
    unknown_to,
    within_s,
)
from shared.domain.firmware_updates import Command, Entry, Terms, Update

START = dt.datetime(2026, 11, 1, tzinfo=dt.UTC)
PLAIN: Command = "UpdateFirmware"
SIGNED: Command = "SignedUpdateFirmware"
PLAINLY, BY_SIGNATURE = Way(PLAIN, "1.6", signed=False), Way(SIGNED, "1.6", signed=True)
FIRST = Update("u1", "CP1", "c1", "2.0.0", START, state="running", place=None, task_token="token", awaits="turn")
ASKED = FIRST._replace(attempt=1, call_id="call-1", sent_at=START, signed=False, awaits="download")
FAILED = ASKED._replace(status="DownloadFailed", status_at=START)


def concluded(update: Update, terms: Terms = Terms(), **given: Any) -> Conclusion:  # noqa: B008  # immutable
    asked = {"campaign": "running", "way": PLAINLY, "fault": None, "was_asked": True} | given
    return conclude(update, terms, **asked)


def after(minutes: int) -> dt.datetime:
    return START + dt.timedelta(minutes=minutes)


# ---------------------------------------------------------------------- how to ask


@pytest.mark.parametrize(
    ("signing", "has_signature", "unknown", "command"),
    [
        ("auto", False, (), PLAIN),
        ("auto", True, (), SIGNED),
        ("auto", True, (SIGNED,), PLAIN),
        ("auto", True, (PLAIN,), SIGNED),
        ("auto", False, (PLAIN,), None),
        ("auto", True, (PLAIN, SIGNED), None),
        ("never", True, (), PLAIN),
        ("never", True, (PLAIN,), SIGNED),
        ("never", False, (PLAIN,), None),
        ("required", True, (), SIGNED),
        ("required", True, (SIGNED,), None),
        ("required", False, (), None),
    ],
)
def test_a_station_is_asked_in_a_way_that_it_knows(
    signing: Any, has_signature: bool, unknown: tuple[str, ...], command: str | None
) -> None:
    way = choose(Terms(signing=signing), has_signature=has_signature, unknown=frozenset(unknown))
    assert (way and way.command) == command


@pytest.mark.parametrize("version", ["2.0.1", "2.1"])
@pytest.mark.parametrize(
    ("signing", "has_signature", "signed"),
    [("auto", True, True), ("auto", False, False), ("never", True, False), ("required", True, True)],
)
def test_from_2_0_1_on_one_request_serves_signed_firmware_and_other(
    version: str, signing: Any, has_signature: bool, signed: bool
) -> None:
    way = choose(Terms(signing=signing), has_signature=has_signature, ocpp_version=version)
    assert way == (PLAIN, version, signed)
    assert way is not None
    asked = begin(FIRST, way, "call-1", "1.0.0", after(1))
    assert asked is not None
    assert (asked.command, asked.request_id) == (PLAIN, request_id_of("call-1"))
    assert choose(Terms(signing="required"), has_signature=False, ocpp_version=version) is None


def test_what_it_has_just_refused_is_known_before_it_is_remembered() -> None:
    refused = ASKED._replace(call_state="refused", answer="NotSupported", signed=True)
    assert unknown_to(refused, frozenset()) == {SIGNED}
    assert unknown_to(refused._replace(answer="InternalError"), frozenset()) == frozenset()


# ---------------------------------------------------------------------- attempts


def test_an_attempt_has_a_call_and_a_request_of_its_own() -> None:
    first = begin(FIRST, BY_SIGNATURE, "call-1", "1.0.0", after(1))
    assert first is not None
    assert (first.attempt, first.call_id, first.request_id) == (1, "call-1", request_id_of("call-1"))
    assert (first.version_before, first.sent_at, first.history[-1].event) == ("1.0.0", after(1), "asked")
    assert begin(first, BY_SIGNATURE, "call-2", "1.0.0", after(2)) is None
    given_up = give_up(first._replace(status="DownloadFailed", status_at=after(2)), "It failed", after(3))
    second = begin(given_up, PLAINLY, "call-2", "1.0.0", after(4))
    assert second is not None
    assert (second.attempt, second.call_id, second.request_id, second.status) == (2, "call-2", None, None)
    assert (second.failure, second.failed_at) == (None, None)


def test_an_attempt_is_given_up_once() -> None:
    once = give_up(FAILED, "It failed", after(1))
    assert give_up(once, "Again", after(2)) == once
    assert give_up(FAILED._replace(state="failed"), "It failed", after(1)).failure is None


def test_another_way_to_ask_is_no_attempt_more() -> None:
    refused = give_up(ASKED._replace(call_state="refused", answer="NotSupported"), "It does not know", after(1))
    again = begin(refused, BY_SIGNATURE, "call-2", None, after(2))
    assert again is not None
    assert again.attempt == 1
    assert may_try(refused, Terms(attempts=1))


def test_what_was_not_sent_is_no_attempt_but_has_an_end() -> None:
    update, asked = ASKED._replace(call_state="expired"), 1
    while may_try(update, Terms(attempts=1)):
        again = begin(give_up(update, "expired", after(asked)), PLAINLY, f"call-{asked}", None, after(asked))
        assert again is not None
        assert again.attempt == 1
        update, asked = again._replace(call_state="expired"), asked + 1
    assert asked == 1 + 1 + ASKED_IN_VAIN_AT_MOST


def test_a_station_that_goes_on_by_itself_is_followed_for_a_while() -> None:
    given_up = give_up(FAILED, "It failed", after(1))
    assert resume(given_up, after(3)) is None
    going_on = given_up._replace(status="Downloading", status_at=after(2))
    followed = resume(going_on, after(3))
    assert followed is not None
    assert (followed.failure, followed.attempt, followed.call_id) == (None, 1, "call-1")
    many = tuple(Entry(after(2), "followed") for _ in range(FOLLOWED_AT_MOST))
    assert resume(going_on._replace(history=many), after(3)) is None


def test_a_time_to_download_or_to_install_moves_the_deadlines() -> None:
    usual = within_s(Terms(), START)
    assert (usual["download"], usual["install"], usual["boot"], usual["sign"]) == (3_600, 3_600, 1_800, 300)
    later = within_s(Terms(retrieve_at=after(60), install_at=after(120)), START)
    assert (later["download"], later["install"], later["sign"]) == (7_200, 7_200, 3_900)


# ---------------------------------------------------------------------- after an attempt


def test_a_boot_with_the_new_version_is_a_success() -> None:
    updated = ASKED._replace(booted_at=after(1), version_reported="2.0.0")
    assert concluded(updated._replace(installed_at=START)) == Conclusion("succeeded")
    silent = concluded(updated)
    assert silent.state == "succeeded"
    assert "did not tell" in str(silent.reason)
    assert concluded(updated, campaign="cancelled").state == "succeeded"
    assert concluded(updated, fault=Fault(TIMEOUT)).state == "succeeded"


def test_a_failure_is_tried_again_as_often_as_wished() -> None:
    terms = Terms(attempts=2, retry_after_s=90)
    assert concluded(FAILED, terms) == Conclusion(
        None, "The station could not download the firmware (DownloadFailed)", 90
    )
    assert concluded(FAILED._replace(attempt=2), terms).state == "failed"


def test_concluding_the_same_attempt_twice_comes_to_the_same() -> None:
    terms = Terms(attempts=2)
    assert concluded(give_up(FAILED, "It failed", after(1)), terms) == concluded(FAILED, terms)


def test_a_station_that_tries_again_by_itself_gets_the_time_for_it() -> None:
    terms = Terms(attempts=1, retries=3, retry_interval_s=300)
    assert concluded(FAILED, terms)[::2] == (None, 300)
    ended = concluded(give_up(FAILED, "It failed", after(1)), terms, was_asked=False)
    assert (ended.state, "DownloadFailed" in str(ended.reason)) == ("failed", True)


@pytest.mark.parametrize("answer", ["Rejected", "InvalidCertificate", "RevokedCertificate"])
def test_what_would_be_refused_again_is_not_tried_again(answer: str) -> None:
    ended = concluded(ASKED._replace(call_state="answered", answer=answer))
    assert ended.state == "failed"
    assert answer in str(ended.reason)


def test_a_signature_that_does_not_fit_will_not_fit_again() -> None:
    ended = concluded(ASKED._replace(status="InvalidSignature", status_at=after(1)))
    assert (ended.state, "InvalidSignature" in str(ended.reason)) == ("failed", True)


def test_after_a_cancellation_nothing_is_tried_again() -> None:
    ended = concluded(FAILED, campaign="cancelled")
    assert ended.state == "cancelled"
    assert "DownloadFailed" in str(ended.reason)
    assert concluded(FIRST, campaign="cancelled", was_asked=False).state == "cancelled"


def test_a_station_that_cannot_be_asked_fails_with_the_reason() -> None:
    refused = ASKED._replace(call_state="refused", answer="NotSupported")
    assert concluded(refused, way=BY_SIGNATURE) == Conclusion(None, "The station refused the request (NotSupported)", 0)
    assert "NotSupported" in str(concluded(refused, way=None).reason)
    required = concluded(FIRST, Terms(signing="required"), way=None, was_asked=False)
    assert (required.state, "signature" in str(required.reason)) == ("failed", True)


@pytest.mark.parametrize(
    ("update", "was_asked", "text"),
    [
        (FIRST._replace(state="queued"), False, "turn did not come within 7 d"),
        (ASKED._replace(awaits="turn"), True, "Nothing became of the request"),
        (ASKED._replace(awaits="sign"), True, "did not answer"),
        (ASKED._replace(awaits="download", status="Downloading"), True, "within 1 h; it told Downloading last"),
        (ASKED._replace(awaits="install"), True, "did not install the firmware within 1 h"),
        (ASKED._replace(awaits="boot"), True, "did not boot within 30 min"),
        (give_up(FAILED, "It failed", START)._replace(awaits="turn"), False, "It failed"),
    ],
)
def test_a_phase_that_takes_too_long_has_a_reason(update: Update, was_asked: bool, text: str) -> None:
    ended = concluded(update, Terms(attempts=1), fault=Fault(TIMEOUT), was_asked=was_asked)
    assert ended.state == "failed"
    assert text in str(ended.reason)


@pytest.mark.parametrize(("name", "state"), [("Invalid", "failed"), ("NotFound", "failed"), ("Conflict", None)])
def test_what_our_own_checks_refuse_is_tried_again_only_if_that_may_change(name: str, state: str | None) -> None:
    ended = concluded(ASKED, fault=Fault(name, "A location has at most 512 characters"))
    assert (ended.state, ended.reason) == (state, f"A location has at most 512 characters ({name})")


@pytest.mark.parametrize("state", ["succeeded", "failed", "cancelled"])
def test_what_has_ended_stays_as_it_ended(state: Any) -> None:
    assert concluded(ASKED._replace(state=state, reason="so")) == Conclusion(state, "so")
