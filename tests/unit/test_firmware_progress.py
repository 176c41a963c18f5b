"""What a station tells of a firmware update comes to the same, in whatever order and however often it comes."""

import datetime as dt
import itertools
from typing import Any, get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.domain.firmware_progress import (
    CONCLUDE,
    FAILED,
    FETCHING,
    INSTALLED,
    LONGEST_HISTORY,
    failed,
    is_updated,
    note_boot,
    note_call,
    note_status,
    verdict,
)
from shared.domain.firmware_updates import Awaited, Update, UpdateState
from shared.ocpp.v16.firmware_status_notification import FirmwareStatusNotificationRequestStatus
from shared.ocpp.v16.signed_firmware_status_notification import FirmwareStatusEnumType

START = dt.datetime(2026, 11, 1, tzinfo=dt.UTC)
OLD, NEW = "1.0.0", "2.0.0"
STATUSES = get_args(FirmwareStatusEnumType)
ASKED = Update(
    *("u1", "CP1", "c1", NEW, START),
    state="running",
    place=None,
    attempt=1,
    call_id="call-1",
    sent_at=START,
    signed=True,
    request_id=7,
    task_token="token",
    awaits="download",
)

Fact = tuple[str, Any, dt.datetime]


def at(minutes: float) -> dt.datetime:
    return START + dt.timedelta(minutes=minutes)


def told(update: Update, facts: list[Fact]) -> Update:
    for kind, value, when in facts:
        if kind == "boot":
            update = note_boot(update, value, when)
        elif kind == "call":
            update = note_call(update, "call-1", value[0], value[1], when)
        else:
            update = note_status(update, value, when)
    return update


def in_a_row(*values: str) -> list[Fact]:
    """Statuses a minute apart; `boot 2.0.0` is a boot."""
    facts: list[Fact] = []
    for number, value in enumerate(values, start=1):
        kind, _, version = value.partition(" ")
        facts.append(("boot", version, at(number)) if kind == "boot" else ("status", value, at(number)))
    return facts


def over(update: Update, awaits: Awaited) -> dict[str, Any] | None:
    return verdict(update._replace(awaits=awaits))


facts = st.lists(
    st.tuples(st.just("status"), st.sampled_from(STATUSES), st.integers(1, 60).map(at))
    | st.tuples(st.just("boot"), st.sampled_from([OLD, NEW, None]), st.integers(1, 60).map(at))
    | st.tuples(
        st.just("call"),
        st.sampled_from([("answered", "Accepted"), ("timed_out", None), ("answered", "AcceptedCanceled")]),
        st.integers(1, 60).map(at),
    ),
    max_size=12,
)


@given(facts)
def test_a_success_is_a_boot_with_the_new_version_and_nothing_else(given_facts: list[Fact]) -> None:
    update = told(ASKED, given_facts)
    boots = sorted((one for one in given_facts if one[0] == "boot"), key=lambda one: one[2])
    latest = {one[1] for one in boots if one[2] == boots[-1][2]}
    assert is_updated(update) == (update.version_reported == NEW)
    assert not is_updated(update) or NEW in latest
    if is_updated(update):
        assert failed(update) is None
        assert all(over(update, phase) == {"next": CONCLUDE} for phase in get_args(Awaited))


@given(facts, st.data())
def test_what_comes_twice_changes_nothing(given_facts: list[Fact], data: st.DataObject) -> None:
    update = told(ASKED, given_facts)
    again = data.draw(st.sampled_from(given_facts)) if given_facts else None
    if again and again[0] != "call":
        repeated = told(update, [again])
        kept = ("status", "status_at", "downloaded_at", "installed_at", "booted_at", "version_reported")
        assert [getattr(repeated, name) for name in kept] == [getattr(update, name) for name in kept]


@given(st.permutations(in_a_row("Downloading", "Downloaded", "Installing", "Installed", f"boot {NEW}")))
def test_the_order_in_which_we_learn_does_not_matter(shuffled: list[Fact]) -> None:
    update = told(ASKED, shuffled)
    assert (update.status, is_updated(update)) == ("Installed", True)
    assert update.installed_at == at(4)
    assert [entry.at for entry in update.history] == sorted(entry.at for entry in update.history)


@given(st.permutations(in_a_row("Downloading", "Installed", f"boot {OLD}")))
def test_the_old_version_after_the_installation_is_a_failure_in_any_order(shuffled: list[Fact]) -> None:
    update = told(ASKED, shuffled)
    reason = failed(update)
    assert reason is not None
    assert OLD in reason
    assert NEW in reason


@given(st.sets(st.sampled_from(["Downloading", "Downloaded", "SignatureVerified", "Installing", "InstallRebooting"])))
def test_what_is_missing_is_implied_by_what_follows(missing: set[str]) -> None:
    whole = ["Downloading", "Downloaded", "SignatureVerified", "Installing", "InstallRebooting", "Installed"]
    update = told(ASKED, in_a_row(*(one for one in whole if one not in missing)))
    assert over(update, "download") == {"next": "go on"}
    assert over(update, "install") == {"next": "go on"}
    assert over(update, "boot") is None


@given(facts)
def test_an_attempt_that_is_over_is_over_in_every_phase(given_facts: list[Fact]) -> None:
    update = told(ASKED, given_facts)
    if failed(update):
        assert all(over(update, phase) == {"next": CONCLUDE} for phase in ("sign", "download", "install", "boot"))
    else:
        assert over(update, "boot") in (None, {"next": CONCLUDE})
        assert bool(over(update, "download")) or not over(update, "install")


@pytest.mark.parametrize("status", STATUSES)
def test_every_status_of_the_security_extension_is_understood(status: str) -> None:
    update = note_status(ASKED, status, at(1), request_id=7)
    if status == "Idle":
        assert update == ASKED
    elif status in FAILED:
        assert status in str(failed(update))
    else:
        assert failed(update) is None
        assert bool(update.downloaded_at) == (status not in FETCHING)
        assert bool(update.installed_at) == (status == INSTALLED)


def test_the_statuses_of_the_core_are_among_them() -> None:
    assert set(get_args(FirmwareStatusNotificationRequestStatus)) <= set(STATUSES)


def test_a_status_of_another_request_is_not_ours() -> None:
    assert note_status(ASKED, "InvalidSignature", at(1), request_id=8) == ASKED


def test_a_plain_status_is_of_the_update_under_way() -> None:
    assert note_status(ASKED, "Downloading", at(1)).status == "Downloading"


def test_what_was_told_before_the_request_is_not_of_it() -> None:
    assert note_status(ASKED, "DownloadFailed", at(-1)) == ASKED
    assert note_boot(ASKED, NEW, at(-1)) == ASKED


@pytest.mark.parametrize("state", ["queued", "succeeded", "failed", "cancelled"])
def test_only_an_update_under_way_takes_facts(state: Any) -> None:
    unasked: dict[str, Any] = {"attempt": 0, "call_id": None, "sent_at": None} if state == "queued" else {}
    update = ASKED._replace(state=state, **unasked)
    assert told(update, [*in_a_row("Installed", f"boot {NEW}"), ("call", ("answered", None), at(3))]) == update


def test_a_status_that_is_repeated_is_newer_than_what_came_between() -> None:
    update = told(ASKED, in_a_row("Downloading", "Downloading", "Downloading"))
    assert (update.status_at, len(update.history)) == (at(3), 1)
    assert note_status(update, "DownloadFailed", at(2)).status == "Downloading"


def test_a_station_that_tries_again_by_itself_goes_on() -> None:
    update = told(ASKED, in_a_row("Downloading", "DownloadFailed"))
    assert failed(update) == "The station could not download the firmware (DownloadFailed)"
    update = told(ASKED, in_a_row("Downloading", "DownloadFailed", "Downloading"))
    assert failed(update) is None
    assert over(update, "download") is None


def test_a_station_that_starts_over_after_it_could_not_install_may_fail_to_download() -> None:
    update = told(ASKED, in_a_row("Downloaded", "InstallationFailed", "Downloading", "DownloadFailed"))
    assert failed(update) == "The station could not download the firmware (DownloadFailed)"


def test_a_late_failure_of_a_phase_that_is_over_is_none() -> None:
    assert failed(told(ASKED, in_a_row("Downloaded", "DownloadFailed"))) is None
    assert failed(told(ASKED, in_a_row("Installed", "InstallationFailed"))) is None


def test_a_boot_before_the_installation_is_noted_only() -> None:
    update = told(ASKED, in_a_row("Installing", f"boot {OLD}"))
    assert (failed(update), update.version_reported) == (None, OLD)
    update = told(update, [("status", "Installed", at(3))])
    assert failed(update) is None
    assert over(update, "boot") is None


def test_a_station_that_does_not_tell_its_version_cannot_be_verified() -> None:
    update = told(ASKED, [*in_a_row("Installed"), ("boot", None, at(2))])
    assert "without telling its version" in str(failed(update))


@pytest.mark.parametrize(
    ("state", "answer", "text"),
    [
        ("answered", "Accepted", None),
        ("answered", "AcceptedCanceled", None),
        ("answered", None, None),
        ("timed_out", None, None),
        ("timed_out", "Rejected", "rejected"),
        ("answered", "Rejected", "rejected"),
        ("answered", "InvalidCertificate", "InvalidCertificate"),
        ("answered", "RevokedCertificate", "revoked"),
        ("refused", "InternalError", "InternalError"),
        ("expired", None, "offline"),
        ("cancelled", None, "taken back"),
    ],
)
def test_an_answer_may_end_an_attempt(state: Any, answer: str | None, text: str | None) -> None:
    reason = failed(note_call(ASKED, "call-1", state, answer, at(1)))
    assert reason is None if text is None else text in str(reason)
    assert note_call(ASKED, "another", state, answer, at(1)) == ASKED


def test_a_station_that_has_not_answered_is_listened_to() -> None:
    update = told(ASKED, [("call", ("timed_out", None), at(1))])
    assert over(update, "sign") is None
    assert over(told(update, in_a_row("Downloading")), "sign") == {"next": "go on"}
    assert over(told(update, [("call", ("timed_out", "Accepted"), at(2))]), "sign") == {"next": "go on"}


def test_an_update_that_has_ended_lets_its_machine_go() -> None:
    ends: tuple[UpdateState, ...] = ("succeeded", "failed", "cancelled")
    for phase, state in itertools.product(get_args(Awaited), ends):
        assert over(ASKED._replace(state=state), phase) == {"next": CONCLUDE}


def test_nobody_is_woken_who_does_not_wait() -> None:
    assert verdict(ASKED._replace(task_token=None, state="failed")) is None
    assert verdict(ASKED._replace(awaits=None, state="failed")) is None


def test_the_turn_says_how_to_go_on() -> None:
    assert over(ASKED._replace(state="queued", attempt=0), "turn") is None
    assert over(ASKED._replace(attempt=0), "turn") is None
    assert over(ASKED, "turn") == {"next": "SignedUpdateFirmware"}
    assert over(ASKED._replace(signed=False), "turn") == {"next": "UpdateFirmware"}
    assert over(ASKED._replace(failure="It failed"), "turn") is None
    assert over(ASKED._replace(call_state="answered", status="Downloading"), "turn") == {"next": "follow"}


def test_a_history_has_an_end() -> None:
    flapping = itertools.islice(itertools.cycle(["Downloading", "DownloadPaused"]), 3 * LONGEST_HISTORY)
    assert len(told(ASKED, in_a_row(*flapping)).history) == LONGEST_HISTORY


@pytest.mark.parametrize("told", [("Downloading", "DownloadFailed"), ("DownloadFailed", "Downloading")])
def test_of_two_statuses_of_the_same_moment_the_further_one_counts(told: tuple[str, str]) -> None:
    update = ASKED
    for status in told:
        update = note_status(update, status, at(1))
    assert update.status == "DownloadFailed"
    assert note_status(update, "Downloading", at(2)).status == "Downloading"
