"""Lists that grow while one looks at them: nothing comes twice, nothing is missed."""

import datetime as dt
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from local.cli.follow import LATE, Follower, Watcher

BEGAN = dt.datetime(2026, 11, 23, 8, tzinfo=dt.UTC)
Item = dict[str, Any]


def item(second: float, name: str = "") -> Item:
    return {"at": (BEGAN + dt.timedelta(seconds=second)).isoformat(), "name": name}


class Log:
    """A list, newest first, in pages; `takes_from`: it can be asked from a moment on."""

    def __init__(self, *items: Item, size: int = 200, takes_from: bool = True) -> None:
        self.items = list(items)
        self.size = size
        self.takes_from = takes_from
        self.reads: list[tuple[dt.datetime | None, str | None]] = []

    def __call__(self, since: dt.datetime | None, cursor: str | None) -> dict[str, Any]:
        self.reads.append((since, cursor))
        found = sorted(self.items, key=lambda one: one["at"], reverse=True)
        if self.takes_from and since:
            found = [one for one in found if dt.datetime.fromisoformat(one["at"]) >= since]
        begin = int(cursor or 0)
        rest = str(begin + self.size) if len(found) > begin + self.size else None
        return {"items": found[begin : begin + self.size], "next_cursor": rest}


def names(items: list[Item]) -> list[str]:
    return [one["name"] for one in items]


def test_the_first_look_gives_the_newest_in_order() -> None:
    follower = Follower(Log(*(item(n, str(n)) for n in range(9))), first=3)
    assert names(follower.look()) == ["6", "7", "8"]


def test_a_later_look_gives_what_came_since() -> None:
    log = Log(*(item(n, str(n)) for n in range(300)))
    follower = Follower(log, first=3)
    follower.look()
    log.items += [item(301, "b"), item(300, "a")]
    assert names(follower.look()) == ["a", "b"]
    assert follower.look() == []


def test_since_gives_all_from_then_on() -> None:
    follower = Follower(
        Log(*(item(n, str(n)) for n in range(10)), size=2), first=1, since=BEGAN + dt.timedelta(seconds=5)
    )
    assert names(follower.look()) == ["5", "6", "7", "8", "9"]


def test_since_counts_where_a_list_cannot_be_asked_from_a_moment_on() -> None:
    log = Log(*(item(n, str(n)) for n in range(10)), size=2, takes_from=False)
    follower = Follower(log, first=1, since=BEGAN + dt.timedelta(seconds=7))
    assert names(follower.look()) == ["7", "8", "9"]
    assert len(log.reads) == 2, "it reads no further than it must"


def test_an_empty_list_may_begin_any_time() -> None:
    log = Log()
    follower = Follower(log, first=3)
    assert follower.look() == []
    log.items.append(item(-1000, "old but new here"))
    assert names(follower.look()) == ["old but new here"]


def test_a_line_that_comes_late_is_not_missed() -> None:
    log = Log(item(0, "0"), item(10, "10"))
    follower = Follower(log, first=5)
    follower.look()
    log.items.append(item(5, "late"))
    assert names(follower.look()) == ["late"]


def test_only_a_little_is_searched_again() -> None:
    log = Log(item(1000))
    follower = Follower(log, first=1)
    follower.look()
    follower.look()
    assert log.reads[-1] == (BEGAN + dt.timedelta(seconds=1000) - LATE, None)


def test_an_empty_page_need_not_be_the_last() -> None:
    pages = {None: ([], "a"), "a": ([item(1, "1")], "b"), "b": ([], None)}

    def read(_: dt.datetime | None, cursor: str | None) -> dict[str, Any]:
        items, rest = pages[cursor]
        return {"items": items, "next_cursor": rest}

    assert names(Follower(read, first=5).look()) == ["1"]


@given(
    looks=st.lists(st.lists(st.floats(0, 30, allow_nan=False), max_size=12), max_size=6),
    size=st.integers(1, 7),
    first=st.integers(1, 7),
    takes_from=st.booleans(),
)
def test_nothing_comes_twice_and_each_look_is_in_order(
    looks: list[list[float]], size: int, first: int, takes_from: bool
) -> None:
    """Seconds are between looks of a minute each, so what comes is never older than what was there."""
    log = Log(size=size, takes_from=takes_from)
    follower = Follower(log, first=first)
    given_out: list[Item] = []
    for number, seconds in enumerate(looks):
        new = [item(60 * number + second, f"{number}.{place}") for place, second in enumerate(seconds)]
        log.items += new
        seen = follower.look()
        assert seen == sorted(seen, key=lambda one: one["at"])
        if number > 0:
            assert sorted(names(seen)) == sorted(names(new))
        given_out += seen
    assert len(set(names(given_out))) == len(given_out)


def test_a_watcher_tells_what_changes() -> None:
    watcher = Watcher("id", lambda one: one["state"])
    first, second = {"id": "1", "state": "sent"}, {"id": "2", "state": "queued"}
    assert watcher.changed([first, second]) == [first, second]
    assert watcher.changed([first, second]) == []
    answered = {"id": "1", "state": "answered"}
    assert watcher.changed([answered, second]) == [answered]
