"""LIVE items: tickets, the connections of consoles, and whether any of them watches.

Whether anybody watches is an item of its own, WATCHED, so that the functions on the stream need one small read to know.
It holds for a while and is renewed by each watch and each ping. The last console that leaves clears it, and that never
silences another one:

- a console that begins to watch writes first its connection, then WATCHED, under a new `renewal`;
- one that leaves removes its connection, reads WATCHED, then reads which connections there are, and clears WATCHED only
  if nobody watches and only under the `renewal` that it has read.

A connection that the leaving one does not see was written after it looked, so its console writes WATCHED later still:
either before the clearing, whose condition fails then, or after it. Both reads are consistent. Should WATCHED be wrong
all the same, it is right again with the next ping of any console (docs/adr/0035-live-feed.md).
"""

import datetime as dt
import time
from collections.abc import Callable
from typing import Generic, TypeVar

from shared.domain.live import WATCH_LASTS, Console, Watch
from shared.store import keys, table
from shared.store.dynamodb import ConditionFailed, DynamoDBError, Item

LOOKED_EVERY_S = 1.0
"""How old may be what a Lambda environment has read before."""

T = TypeVar("T")


class Remembered(Generic[T]):
    """Something that is read no more than once in LOOKED_EVERY_S within one Lambda environment."""

    def __init__(self, read: Callable[[], T]) -> None:
        self._read = read
        self._found: T | None = None
        self._read_at_s: float | None = None

    def __call__(self) -> T:
        now_s = time.monotonic()
        if self._found is None or self._read_at_s is None or now_s - self._read_at_s >= LOOKED_EVERY_S:
            self._found, self._read_at_s = self._read(), now_s
        return self._found

    def cache_clear(self) -> None:
        """Begin as a new Lambda environment does."""
        self._read_at_s = None


# ---------------------------------------------------------------------- tickets


def issue(hashed: str, principal: str, *, until: dt.datetime, expires_at: dt.datetime) -> None:
    """Keep a ticket, of which only the hash is known here: it lets somebody connect once, before it expires, until his
    token does."""
    table.put(
        {
            **keys.live_ticket(hashed)._asdict(),
            "principal": principal,
            "until": keys.stamp(until),
            "ticket_expires_at": keys.stamp(expires_at),
            "expires_at_s": _seconds(expires_at),
        }
    )


def redeem(hashed: str, connection_id: str, now: dt.datetime) -> Console | None:
    """The console that a ticket lets in, which is thereby used up; None if it was used, has expired or never was.

    Should the answer to the removal be lost, the second attempt finds nothing and the console needs another ticket.
    """
    values = {":now": keys.stamp(now)}
    try:
        item = table.delete(keys.live_ticket(hashed), condition="ticket_expires_at > :now", values=values)
    except ConditionFailed:
        return None
    until = keys.time(item["until"])
    return Console(connection_id, item["principal"], until) if until > now else None


# ---------------------------------------------------------------------- connections


def keep(console: Console) -> None:
    """Keep a connection, until it must end."""
    table.put(
        {
            **keys.live_connection(console.connection_id)._asdict(),
            "principal": console.principal,
            "until": keys.stamp(console.until),
            "expires_at_s": _seconds(console.until),
        }
    )


def find(connection_id: str) -> Console | None:
    item = table.get(keys.live_connection(connection_id))
    return _console(item) if item else None


def watch(connection_id: str, wanted: Watch, now: dt.datetime) -> bool:
    """Have a console told of something else from now on; False if its connection is over or not known."""
    sets = {"station_ids": wanted.station_ids, "types": wanted.types}
    given = {name: sorted(texts) for name, texts in sets.items() if texts is not None}
    left_out = [f"#{name}" for name in sets if name not in given]
    try:
        table.update(
            keys.live_connection(connection_id),
            f"SET {', '.join(('watches = :true', *(f'#{name} = :{name}' for name in given)))}"
            + (f" REMOVE {', '.join(left_out)}" if left_out else ""),
            {":true": True, ":now": keys.stamp(now), **{f":{name}": texts for name, texts in given.items()}},
            condition="#until > :now",
            names={"#until": "until", **{f"#{name}": name for name in sets}},
        )
    except ConditionFailed:
        return False
    renew(connection_id, now)
    return True


def forget(connection_id: str) -> None:
    """Remove a connection that is gone, and with the last one that watched the mark of events."""
    if not table.delete(keys.live_connection(connection_id)).get("watches"):
        return
    renewal = (table.get(keys.live_watched()) or {}).get("renewal")
    if renewal is None or any(console.watch for console in _all(consistent=True)):
        return
    try:
        table.delete(keys.live_watched(), condition="renewal = :seen", values={":seen": renewal})
    except ConditionFailed:
        return  # somebody has begun to watch meanwhile


def _read_consoles() -> list[Console]:
    return _all(consistent=False)


consoles = Remembered(_read_consoles)
"""The consoles that are connected; at most about a second old."""


def _all(*, consistent: bool) -> list[Console]:
    found: list[Console] = []
    last: Item | None = None
    while True:
        page = table.query(keys.LIVE_CONNECTIONS, after=last, consistent=consistent)
        found += map(_console, page.items)
        last = page.last
        if last is None:
            return found


def _console(item: Item) -> Console:
    watched = (frozenset(item[name]) if name in item else None for name in Watch._fields)
    return Console(
        connection_id=item["sk"],
        principal=item["principal"],
        until=keys.time(item["until"]),
        watch=Watch(*watched) if item.get("watches") else None,
    )


# ---------------------------------------------------------------------- whether anybody watches


def renew(connection_id: str, now: dt.datetime) -> None:
    """Have events marked for a while from now, because this console watches."""
    until = now + WATCH_LASTS
    table.put(
        {
            **keys.live_watched()._asdict(),
            "watched_until": keys.stamp(until),
            "renewal": f"{connection_id}#{keys.stamp(now)}",
            "expires_at_s": _seconds(until),
        }
    )


def _read_watched_until() -> str:
    """The time as it stands there; empty: nobody watches. If the table does not answer, somebody may."""
    try:
        item = table.get(keys.live_watched(), consistent=False)
    except DynamoDBError:
        return keys.END_OF_TIME
    return str(item["watched_until"]) if item else ""


watched_until = Remembered(_read_watched_until)
"""Until when events are marked, as text."""


def is_watched(now: dt.datetime) -> bool:
    """Whether any console watches, as far as this Lambda environment has heard within the last second. It never fails:
    an event is not lost because it could not be marked."""
    return watched_until() > keys.stamp(now)


def _seconds(at: dt.datetime) -> int:
    return int(at.timestamp())
