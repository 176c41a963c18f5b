"""Lists that grow while one looks at them, newest first: what is new in them, in order and once."""

import datetime as dt
import json
from collections import OrderedDict
from collections.abc import Callable, Iterable, Iterator
from typing import Any

Json = dict[str, Any]
Read = Callable[[dt.datetime | None, str | None], Json]
"""Reads a page: of what is not older than a moment, as far as the list can tell (None: of all), after a cursor."""

LATE = dt.timedelta(seconds=60)
"""So far back one looks for lines that come late: those of a log do."""
REMEMBERED = 20_000
"""How many items are known again when they are seen again."""


class Follower:
    """Looks at a list again and again. Its items have `at`, and are known by all that is in them."""

    def __init__(self, read: Read, *, first: int, since: dt.datetime | None = None) -> None:
        """The first look gives all items since then, or the newest `first` ones."""
        self._read = read
        self._first = first
        self._floor = since
        """What is older was there before, or is not asked for; None: there is nothing older."""
        self._has_since = since is not None
        self._newest: dt.datetime | None = None
        self._seen: OrderedDict[str, None] = OrderedDict()
        self.look: Callable[[], list[Json]] = self._look_first
        """The items that are new since the last look, oldest first."""

    def _look_first(self) -> list[Json]:
        found: list[Json] = []
        for page in self._pages(self._floor):
            found += page["items"]
            if not self._has_since and len(found) >= self._first and page["next_cursor"] is not None:
                self._floor = _at(found[-1])
                break
            if self._floor is not None and found and _at(found[-1]) < self._floor:
                break
        new = self._take(found)
        self.look = self._look_again
        return new if self._has_since else new[-self._first :]

    def _look_again(self) -> list[Json]:
        found: list[Json] = []
        for page in self._pages(self._lately()):
            found += page["items"]
            if any(_key(item) in self._seen for item in page["items"]):
                break
        return self._take(found)

    def _lately(self) -> dt.datetime | None:
        late = self._newest - LATE if self._newest else None
        return max(filter(None, (self._floor, late)), default=None)

    def _pages(self, since: dt.datetime | None) -> Iterator[Json]:
        cursor: str | None = None
        while True:
            page = self._read(since, cursor)
            yield page
            cursor = page["next_cursor"]
            if cursor is None:
                return

    def _take(self, found: Iterable[Json]) -> list[Json]:
        """What of it is new, oldest first; from now on it is known."""
        new = {_key(item): item for item in found if self._floor is None or _at(item) >= self._floor}
        fresh = [(key, item) for key, item in reversed(new.items()) if key not in self._seen]
        for key, item in fresh:
            self._seen[key] = None
            self._newest = max(self._newest or _at(item), _at(item))
        while len(self._seen) > REMEMBERED:
            self._seen.popitem(last=False)
        return [item for _, item in fresh]


class Watcher:
    """Looks at the same things again and again; what changes in them is told by `state`."""

    def __init__(self, key: str, state: Callable[[Json], Any]) -> None:
        self._key = key
        self._state = state
        self._known: dict[str, Any] = {}

    def changed(self, things: Iterable[Json]) -> list[Json]:
        """The things that are new, or in another state than before."""
        found = [one for one in things if self._known.get(one[self._key], ...) != self._state(one)]
        self._known |= {one[self._key]: self._state(one) for one in found}
        return found


def _key(item: Json) -> str:
    return json.dumps(item, sort_keys=True)


def _at(item: Json) -> dt.datetime:
    return dt.datetime.fromisoformat(item["at"])
