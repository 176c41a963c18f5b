"""The local authorization list (block D): the id tokens that a station knows by itself, and how it is kept current.

A list has a version. A Full update replaces it, a Differential one adds, changes and removes entries. How many entries
one update may have is the station's to say, so a large list travels in parts whose versions rise.
"""

import datetime as dt
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import NamedTuple

from shared.domain.authorization import IdToken, Verdict, normalize, type_of

UNSUPPORTED = ("NotSupported", "NotImplemented")
"""The codes of CALLERRORs by which a station says that it has no local list."""
MOST_ENTRIES = 10_000
DEFAULT_PART = 100
"""How many entries an update has if the station never told how many it takes."""
LARGEST_VERSION = 2**31 - 1
"""Stations read numbers into 32 bits."""
MOST_RESENT = 2
"""How many Full lists follow by themselves before it takes an operator."""


class Entry(NamedTuple):
    """What a station is told of an id token in advance."""

    id_token: str
    status: Verdict
    expires_at: dt.datetime | None = None
    group_id: str | None = None
    token_type: str | None = None
    """Which kind of token it is, in OCPP 2.x's words; 1.6 knows none."""
    others: str | None = None
    """What else 2.x tells with it, as JSON in the words of the wire."""


class Removal(NamedTuple):
    """An id token that is taken from a list."""

    id_token: str
    token_type: str | None = None


Entries = Mapping[str, Entry]
"""A list: its entries by their normalised id tokens."""


class Update(NamedTuple):
    """One message to a station."""

    version: int
    is_full: bool
    entries: tuple[Entry, ...] = ()
    """Added or changed; in a Full update all there are."""
    removed: tuple[Removal, ...] = ()
    """What a Differential update removes."""


class LocalList(NamedTuple):
    """What we know of the list at a station."""

    station_id: str
    supported: bool | None = None
    """Whether the station has one at all; None: nobody asked."""
    version: int | None = None
    """The version that the station has; None: not known."""
    entries: Entries | None = None
    """What is in it; None: not known."""
    issued: int = 0
    """The highest version that we put into a call or heard of."""
    as_of: dt.datetime | None = None
    """When the call was made whose answer told this; what an earlier call tells changes nothing any more."""
    resent: int = 0
    """How many Full lists followed by themselves since an operator sent one."""
    resent_version: int | None = None
    """The version of the latest of those."""
    resent_for: str | None = None
    """The call whose failure it follows."""
    revision: int = 0

    @property
    def is_settled(self) -> bool:
        """Whether we know what the station has, and nothing that was sent is open."""
        return self.entries is not None and self.version == self.issued


class Wish(NamedTuple):
    """What the list at a station should be once everything that was sent has come to it."""

    version: int
    entries: Entries | None
    """None: it cannot be told, for what it was built upon is not known."""
    wished_at: dt.datetime


def entry_of(token: IdToken, longest_group: int, *, is_typed: bool = False) -> Entry:
    """What a station is told of a token; a group's name that its version has no room for is left out, and fractions of
    a second are, which not every station reads (quirk Q-08). `is_typed`: its version tells kinds of tokens apart."""
    fits = token.group_id is not None and len(token.group_id) <= longest_group
    expires_at = token.expires_at.replace(microsecond=0) if token.expires_at else None
    token_type = type_of(token) if is_typed else None
    return Entry(token.id_token, token.status, expires_at, token.group_id if fits else None, token_type)


def listed(entries: Iterable[Entry]) -> Entries:
    return {normalize(entry.id_token): entry for entry in entries}


def apply(entries: Entries, update: Update) -> Entries:
    """A list after an update, as the station that takes it has it."""
    removed = {normalize(one.id_token) for one in update.removed}
    kept = {} if update.is_full else {token: entry for token, entry in entries.items() if token not in removed}
    return {**kept, **listed(update.entries)}


def full(entries: Entries, version: int) -> Update:
    return Update(version, is_full=True, entries=tuple(entries.values()))


def difference(standing: Entries, wished: Entries, version: int) -> Update:
    """What makes one list of another, entry by entry."""
    return Update(
        version,
        is_full=False,
        entries=tuple(entry for token, entry in wished.items() if standing.get(token) != entry),
        removed=tuple(
            Removal(entry.id_token, entry.token_type) for token, entry in standing.items() if token not in wished
        ),
    )


def smallest(standing: Entries, wished: Entries, version: int) -> Update:
    """The update with the fewest entries that makes one list of another; Full, if it has no more than the other."""
    changed = difference(standing, wished, version)
    saves = len(changed.entries) + len(changed.removed) < len(wished)
    return changed if saves else full(wished, version)


def parts(
    update: Update, at_most: int, *, size: Callable[[Entry | Removal], int] | None = None, room: int = 0
) -> list[Update]:
    """An update as several with rising versions, none with more entries than that: a Full one goes on with
    Differentials. What is removed goes first, so that a list near its limit has room.

    With `size`, what each takes in bytes, none has more of them than `room`, unless a single entry has.
    """
    chunks: list[list[Entry | Removal]] = [[]]
    taken = 0
    queue: list[Entry | Removal] = [*update.removed, *update.entries]
    for one in queue:
        more = size(one) if size else 0
        if len(chunks[-1]) >= at_most or (chunks[-1] and taken + more > room):
            chunks.append([])
            taken = 0
        chunks[-1].append(one)
        taken += more
    return [
        Update(
            update.version + number,
            is_full=update.is_full and number == 0,
            entries=tuple(one for one in chunk if isinstance(one, Entry)),
            removed=tuple(one for one in chunk if isinstance(one, Removal)),
        )
        for number, chunk in enumerate(chunks)
    ]


def repeated(tokens: Sequence[str]) -> list[int]:
    """Where an id token stands again that stands further up."""
    seen: set[str] = set()
    found = []
    for number, token in enumerate(map(normalize, tokens)):
        if token in seen:
            found.append(number)
        seen.add(token)
    return found


# What is known of the list after something happened to it; None: nothing changes.


def accept(standing: LocalList, update: Update, base: int | None, made_at: dt.datetime) -> LocalList | None:
    """The station has taken an update, made at `made_at`, which was built upon the version `base`."""
    if standing.as_of is not None and standing.as_of > made_at:
        return None
    if update.version == standing.version:  # the same answer once more
        return None
    known = standing.entries if update.is_full or standing.version == base else None
    after = apply(known or {}, update) if update.is_full or known is not None else None
    return standing._replace(
        supported=True,
        version=update.version,
        entries=after,
        issued=max(standing.issued, update.version),
        as_of=made_at,
    )


def report(standing: LocalList, version: int, made_at: dt.datetime) -> LocalList | None:
    """The station has told its version: 0 is an empty list, -1 none at all (1.6 section 6.20). One beyond all versions
    is not believed: no list could be sent any more."""
    if version > LARGEST_VERSION:
        return None
    if standing.as_of is not None and standing.as_of > made_at:
        return None
    if version < 0:
        return lack(standing, made_at)
    entries: Entries | None = {} if version == 0 else standing.entries if version == standing.version else None
    return standing._replace(
        supported=True, version=version, entries=entries, issued=max(standing.issued, version), as_of=made_at
    )


def lack(standing: LocalList, made_at: dt.datetime) -> LocalList | None:
    """The station has no local list at all."""
    if standing.as_of is not None and standing.as_of > made_at:
        return None
    return standing._replace(supported=False, version=None, entries=None, as_of=made_at)


def resend(standing: LocalList, call_id: str) -> LocalList | None:
    """A Full list is to follow the failure of a call. None: enough have followed already.

    The same failure again asks for the same: `resent_for` tells.
    """
    if standing.resent_for == call_id:
        return standing
    if standing.resent >= MOST_RESENT:
        return None
    return standing._replace(resent=standing.resent + 1, resent_version=standing.issued + 1, resent_for=call_id)


def issue(standing: LocalList, first: int, last: int) -> LocalList | None:
    """The versions from `first` to `last` go into calls. None: the list has gone on beyond them."""
    if first <= standing.issued:
        return None
    if first == standing.resent_version:
        return standing._replace(issued=last)
    return standing._replace(issued=last, resent=0, resent_version=None, resent_for=None)
