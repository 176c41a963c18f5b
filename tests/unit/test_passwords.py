"""Passwords while they are changed: whatever gets lost on the way, the station can connect with the one that it has."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from functools import cache

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from shared.domain import passwords
from shared.domain.credentials import hash_password
from shared.domain.errors import Conflict
from shared.domain.passwords import CURRENT, MOST_PENDING, Passwords, PasswordState, PendingPassword

AT = datetime(2026, 11, 23, 8, tzinfo=UTC)


@cache
def hashed(password: str) -> str:
    return hash_password(password)


def pending(name: str, state: PasswordState = "open", at: datetime = AT) -> PendingPassword:
    return PendingPassword(name, hashed(name), at, state)


def booted(known: Passwords) -> Passwords:
    return known._replace(booted_at=AT + timedelta(minutes=1))


def lets_in(known: Passwords, name: str) -> str | None:
    return passwords.match(known, name.encode(), accept_hex=True)


OLD = Passwords(hashed("old"))
ASKED = passwords.propose(OLD, pending("new"))


def test_while_nobody_knows_either_lets_the_station_in() -> None:
    assert lets_in(ASKED, "old") == CURRENT
    assert lets_in(ASKED, "new") == "new"
    assert lets_in(ASKED, "other") is None


@pytest.mark.parametrize(
    ("step", "old", "new"),
    [
        (lambda known: passwords.accept(known, "new", AT, in_time=True), None, CURRENT),
        (lambda known: passwords.accept(passwords.give_up(known, "new", AT), "new", AT, in_time=False), None, CURRENT),
        (lambda known: passwords.refuse(known, "new"), CURRENT, None),
        (lambda known: passwords.await_boot(known, "new"), CURRENT, "new"),
        (lambda known: passwords.use(passwords.await_boot(known, "new"), CURRENT), CURRENT, "new"),
        (lambda known: passwords.use(passwords.await_boot(known, "new"), "new"), None, CURRENT),
        (lambda known: passwords.give_up(known, "new", AT), CURRENT, "new"),
        (lambda known: passwords.use(passwords.give_up(known, "new", AT), CURRENT), CURRENT, "new"),
        (lambda known: passwords.use(booted(passwords.give_up(known, "new", AT)), CURRENT), CURRENT, None),
        (lambda known: passwords.use(passwords.give_up(known, "new", AT), "new"), None, CURRENT),
        (lambda known: passwords.use(known, CURRENT), CURRENT, "new"),
        (lambda known: passwords.use(known, "new"), None, CURRENT),
        (lambda known: passwords.override(known, hashed("mine")), None, None),
        (lambda known: passwords.accept(passwords.override(known, None), "new", AT, in_time=True), None, CURRENT),
    ],
    ids=[
        "accepted",
        "accepted late",
        "refused",
        "accepted for the next boot",
        "not yet booted again",
        "booted again",
        "no answer",
        "no answer, and the old one is used, perhaps until the next boot",
        "no answer, and the old one is used after a boot",
        "no answer, and the new one is used",
        "the old one is used while the call is under way",
        "the new one is used before the answer comes",
        "the operator sets another one",
        "the operator removes it, and the station takes the new one",
    ],
)
def test_what_happens_decides_which_one_lets_it_in(
    step: Callable[[Passwords], Passwords], old: str | None, new: str | None
) -> None:
    known = step(ASKED)
    assert (lets_in(known, "old"), lets_in(known, "new")) == (old, new)
    assert step(known) == known or old != CURRENT or new is not None


def test_a_late_answer_that_a_later_change_may_have_overtaken_locks_nobody_out() -> None:
    both = passwords.give_up(passwords.propose(ASKED, pending("newer")), "new", AT)
    known = passwords.accept(passwords.accept(both, "newer", AT, in_time=True), "new", AT, in_time=False)
    assert (lets_in(known, "old"), lets_in(known, "new"), lets_in(known, "newer")) == (None, "new", CURRENT)
    assert lets_in(passwords.use(booted(known), CURRENT), "new") is None


def test_a_password_that_is_used_until_the_next_boot_says_nothing_of_the_one_after() -> None:
    both = passwords.give_up(passwords.propose(ASKED, pending("newer")), "new", AT)
    known = passwords.use(passwords.await_boot(both, "newer"), "new")
    assert (lets_in(known, "old"), lets_in(known, "new"), lets_in(known, "newer")) == (None, CURRENT, "newer")
    assert lets_in(passwords.use(known, "newer"), "new") is None


def test_a_station_that_has_no_password_yet_is_given_one() -> None:
    known = passwords.propose(Passwords(None), pending("first"))
    assert lets_in(known, "first") == "first"
    assert passwords.accept(known, "first", AT, in_time=True) == Passwords(hashed("first"))


def test_too_many_changes_at_a_time_are_refused() -> None:
    known = OLD
    for number in range(MOST_PENDING):
        known = passwords.propose(known, pending(f"p{number}"))
    with pytest.raises(Conflict):
        passwords.propose(known, pending("more"))
    later = passwords.propose(known, pending("later", at=AT + timedelta(days=9)))
    assert [one.password_id for one in later.pending] == ["later"]
    aside = passwords.override(known, hashed("mine"))
    assert [one.password_id for one in passwords.propose(aside, pending("more")).pending] == ["more"]


def test_the_same_proposal_again_is_none() -> None:
    assert passwords.propose(ASKED, pending("new")) == ASKED


def quick_match(known: Passwords, name: str) -> str | None:
    """As `match`, where a hash is the password itself: comparing real ones takes most of a thousand steps' time."""
    if known.current == name:
        return CURRENT
    return next((one.password_id for one in known.candidates if one.password_hash == name), None)


class Changing(RuleBasedStateMachine):
    """A station that takes its calls in their order, on one connection at a time, and the line to it.

    A call that it has not read when the connection ends is lost; so may its answers be, or come late.
    """

    def __init__(self) -> None:
        super().__init__()
        self.known = Passwords("p0")
        self.held = "p0"
        self.after_boot: str | None = None
        self.count = 0
        self.now = AT
        self.queued: list[str] = []
        self.outstanding: str | None = None
        self.unread: list[str] = []
        """Calls that are on the line to the station, the outstanding one last."""
        self.answers: list[tuple[str, str]] = []
        """Answers that the station has given and that have not come."""

    @rule()
    @precondition(lambda self: len(self.known.candidates) < MOST_PENDING)
    def change(self) -> None:
        self.count += 1
        name = f"p{self.count}"
        self.known = passwords.propose(self.known, PendingPassword(name, name, AT))
        self.queued.append(name)
        self._send()

    def _send(self) -> None:
        if self.queued and not self.outstanding:
            self.outstanding = self.queued.pop(0)
            self.unread.append(self.outstanding)

    @rule()
    @precondition(lambda self: self.queued)
    def take_back(self) -> None:
        self.known = passwords.refuse(self.known, self.queued.pop())

    @rule(verdict=st.sampled_from(["Accepted", "RebootRequired", "Rejected"]))
    @precondition(lambda self: self.unread)
    def read(self, verdict: str) -> None:
        name = self.unread.pop(0)
        if verdict == "Accepted":
            self.held, self.after_boot = name, None
        elif verdict == "RebootRequired":
            self.after_boot = name
        self.answers.append((name, verdict))

    @rule(data=st.data())
    @precondition(lambda self: self.answers)
    def answer(self, data: st.DataObject) -> None:
        """Answers come in any order: one may wait in a station that is offline, or in a function of ours."""
        name, said = data.draw(st.sampled_from(self.answers))
        self.answers.remove((name, said))
        in_time = name == self.outstanding
        if said == "Accepted":
            self.known = passwords.accept(self.known, name, self.now, in_time=in_time)
        elif said == "RebootRequired":
            self.known = passwords.await_boot(self.known, name)
        else:
            self.known = passwords.refuse(self.known, name)
        if in_time:
            self.outstanding = None
            self._send()

    @rule()
    @precondition(lambda self: self.answers)
    def lose_an_answer(self) -> None:
        self.answers.pop(0)

    @rule()
    @precondition(lambda self: self.outstanding)
    def time_out(self) -> None:
        assert self.outstanding is not None
        self.known = passwords.give_up(self.known, self.outstanding, self.now)
        self.outstanding = None
        self._send()

    @rule(boots=st.booleans())
    def connect(self, boots: bool) -> None:
        """The connection ended, what the station had not read is lost, and it dials again."""
        self.now += timedelta(seconds=1)
        if boots and self.after_boot:
            self.held, self.after_boot = self.after_boot, None
        self.unread.clear()
        used = quick_match(self.known, self.held)
        assert used is not None
        self.known = passwords.use(self.known, used)
        if self.outstanding:
            self.time_out()
        if boots:
            self.now += timedelta(seconds=1)
            self.known = self.known._replace(booted_at=self.now)

    @invariant()
    def the_station_can_connect(self) -> None:
        assert quick_match(self.known, self.held) is not None

    @invariant()
    def few_hashes_are_compared(self) -> None:
        assert len(self.known.pending) <= MOST_PENDING


Changing.TestCase.settings = settings(max_examples=400, stateful_step_count=30)
TestAStationCanAlwaysConnect = Changing.TestCase
