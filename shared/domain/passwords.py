"""A station's password while it is being changed by the station itself (block A, rule T-82): who is let in with what.

A new password is pending from before it is sent until it is known whether the station uses it. The answer tells, if it
comes; if not, the station's next connection does. Until then either password lets it in, so that the station can always
connect with the one that it really has. Only salted hashes are kept.
"""

import datetime as dt
from typing import Literal, NamedTuple

from shared.domain.credentials import verify
from shared.domain.errors import Conflict

PasswordState = Literal["open", "awaited", "over", "aside"]
"""open: the call may still be answered. awaited: the station uses it from its next boot on. over: the call has ended
without an answer. aside: the station has shown that it uses another one, or the operator has set one; it lets nobody
in, unless the station says after all that it took it."""

MOST_PENDING = 5
"""More would make guessing a wrong password costly for us: each is a hash to compute."""
LONGEST = dt.timedelta(days=8)
"""No call is under way for longer: it waits for a week at most."""
CURRENT = "current"
"""What stands for the password that is no pending one."""


class PendingPassword(NamedTuple):
    """A password that the station has been asked to use, or will be."""

    password_id: str
    password_hash: str
    asked_at: dt.datetime
    state: PasswordState = "open"
    ended_at: dt.datetime | None = None
    """When its call was over without an answer."""


class Passwords(NamedTuple):
    """The hash of a station's password, None if it has none, and the pending ones in the order in which they came."""

    current: str | None
    pending: tuple[PendingPassword, ...] = ()
    booted_at: dt.datetime | None = None
    """When the station booted last."""

    @property
    def candidates(self) -> tuple[PendingPassword, ...]:
        """The pending ones that let the station in."""
        return tuple(one for one in self.pending if one.state != "aside")

    def find(self, password_id: str) -> PendingPassword | None:
        return next((one for one in self.pending if one.password_id == password_id), None)


def match(passwords: Passwords, presented: bytes, *, accept_hex: bool) -> str | None:
    """Which password a station presents: CURRENT, the id of a pending one, or None for one that lets nobody in."""
    if passwords.current is not None and verify(presented, passwords.current, accept_hex=accept_hex):
        return CURRENT
    fitting = (one for one in passwords.candidates if verify(presented, one.password_hash, accept_hex=accept_hex))
    return next((one.password_id for one in fitting), None)


def propose(passwords: Passwords, new: PendingPassword) -> Passwords:
    """A new password is about to be sent. Raises Conflict if too many are pending."""
    if passwords.find(new.password_id):
        return passwords
    kept = passwords.pending
    if len(kept) >= MOST_PENDING:
        kept = passwords.candidates
    if len(kept) >= MOST_PENDING:
        kept = tuple(one for one in kept if new.asked_at - one.asked_at <= LONGEST)
    if len(kept) >= MOST_PENDING:
        raise Conflict(f"{MOST_PENDING} changes of the password are under way; wait until the station has answered one")
    return passwords._replace(pending=(*kept, new))


def accept(passwords: Passwords, password_id: str, at: dt.datetime, *, in_time: bool) -> Passwords:
    """The station says that it has taken a password.

    It answers calls in their order, so an answer in time means that it uses this one and none from before. One that
    comes late may have been overtaken by a later change: then both stay valid until the station has used one.
    """
    new = passwords.find(password_id)
    if new is None:
        return passwords
    is_only_one = passwords.candidates == (new,)
    if in_time or is_only_one:
        return _settled(passwords, new, "over", "awaited")
    return _replaced(passwords, new._replace(state="over", ended_at=at))


def await_boot(passwords: Passwords, password_id: str) -> Passwords:
    """The station will use a password from its next boot on; until then it has the one from before."""
    new = passwords.find(password_id)
    return _replaced(passwords, new._replace(state="awaited")) if new else passwords


def refuse(passwords: Passwords, password_id: str) -> Passwords:
    """The station has not taken a password, or was never sent it."""
    return passwords._replace(pending=tuple(one for one in passwords.pending if one.password_id != password_id))


def give_up(passwords: Passwords, password_id: str, at: dt.datetime) -> Passwords:
    """The call with a password has ended, and nobody knows whether the station has taken it."""
    one = passwords.find(password_id)
    is_open = one is not None and one.state == "open"
    return _replaced(passwords, one._replace(state="over", ended_at=at)) if one and is_open else passwords


def use(passwords: Passwords, password_id: str) -> Passwords:
    """The station has connected with a password (see `match`): this one it has.

    It has not taken one whose call was over before its latest boot, if it still uses the password from before.
    """
    if password_id == CURRENT:
        return passwords._replace(pending=tuple(_without_use(one, passwords.booted_at) for one in passwords.pending))
    new = passwords.find(password_id)
    if new is None:
        return passwords
    # One that it has from before its next boot says nothing of what it will have then.
    return _settled(passwords, new, *(("over", "awaited") if new.state == "awaited" else ("over",)))


def _without_use(one: PendingPassword, booted_at: dt.datetime | None) -> PendingPassword:
    is_over = one.ended_at is not None and booted_at is not None and one.ended_at < booted_at
    return one._replace(state="aside") if one.state == "over" and is_over else one


def override(passwords: Passwords, password_hash: str | None) -> Passwords:
    """The operator has set the password, or removed it: nothing else lets the station in."""
    aside = _set_aside(passwords.pending, "open", "awaited", "over")
    return passwords._replace(current=password_hash, pending=aside)


def _settled(passwords: Passwords, new: PendingPassword, *void: PasswordState) -> Passwords:
    """The station uses this one, and none that are in these states. One that may yet be sent stays."""
    others = tuple(one for one in passwords.pending if one != new)
    return passwords._replace(current=new.password_hash, pending=_set_aside(others, *void))


def _set_aside(pending: tuple[PendingPassword, ...], *states: PasswordState) -> tuple[PendingPassword, ...]:
    return tuple(one._replace(state="aside") if one.state in states else one for one in pending)


def _replaced(passwords: Passwords, changed: PendingPassword) -> Passwords:
    pending = (changed if one.password_id == changed.password_id else one for one in passwords.pending)
    return passwords._replace(pending=tuple(pending))
