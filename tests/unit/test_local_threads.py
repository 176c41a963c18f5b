"""Threads of the local system: used again, few at once, and never all of them waiting."""

import threading
from functools import partial

import pytest

from local import threads as local_threads
from local.threads import Threads

WAIT_S = 30


def _wait(event: threading.Event) -> None:
    event.wait(WAIT_S)


@pytest.fixture
def never_stalled(monkeypatch: pytest.MonkeyPatch) -> None:
    """However slow this machine is, nobody takes its threads for stalled."""
    monkeypatch.setattr(local_threads, "STALLED_S", 10 * WAIT_S)


def test_a_thread_that_is_done_is_used_again() -> None:
    threads, used = Threads("t", 2), list[str]()
    for _ in range(3):
        done = threading.Event()

        def note(done: threading.Event = done) -> None:
            used.append(threading.current_thread().name)
            done.set()

        threads.run(note)
        assert done.wait(WAIT_S)
    threads.close()
    assert len(set(used)) <= 2  # one may be asked before it has come back for more


@pytest.mark.usefixtures("never_stalled")
def test_work_that_steps_aside_lets_other_work_go_on() -> None:
    threads, inner_done, outer_done = Threads("t", 1), threading.Event(), threading.Event()

    def outer() -> None:
        threads.run(inner_done.set)
        with threads.aside():
            assert inner_done.wait(WAIT_S)
        outer_done.set()

    threads.run(outer)
    assert outer_done.wait(WAIT_S)
    threads.close()


def test_work_that_waits_without_saying_so_is_never_in_its_way() -> None:
    threads, inner_done, outer_done = Threads("t", 1), threading.Event(), threading.Event()

    def outer() -> None:
        threads.run(inner_done.set)
        if inner_done.wait(WAIT_S):
            outer_done.set()

    threads.run(outer)
    assert outer_done.wait(WAIT_S)
    threads.close()


@pytest.mark.usefixtures("never_stalled")
def test_as_many_as_may_work_at_once_after_one_stepped_aside() -> None:
    """Who comes back from waiting does not take another's place for good."""
    threads, lock, both = Threads("t", 1), threading.Lock(), threading.Barrier(2, timeout=WAIT_S)
    at_work = most = 0

    def wait() -> None:
        with threads.aside():
            both.wait()

    for _ in range(2):
        threads.run(wait)
    done = [threading.Event() for _ in range(50)]

    def count(event: threading.Event) -> None:
        nonlocal at_work, most
        with lock:
            at_work += 1
            most = max(most, at_work)
        with lock:
            at_work -= 1
        event.set()

    for event in done:
        threads.run(partial(count, event))
    assert all(event.wait(WAIT_S) for event in done)
    threads.close()
    assert most == 1


@pytest.mark.usefixtures("never_stalled")
def test_what_is_urgent_goes_first_and_what_is_not_has_its_turn() -> None:
    threads, go_on, ended, ran = Threads("t", 1), threading.Event(), threading.Event(), list[str]()
    threads.run(partial(_wait, go_on))
    for number in range(2):
        threads.run(partial(ran.append, f"later {number}"), urgent=False)
    for number in range(9):
        threads.run(partial(ran.append, f"urgent {number}"))
    threads.run(ended.set, urgent=False)
    go_on.set()
    assert ended.wait(WAIT_S)
    threads.close()
    assert ran.index("urgent 0") < ran.index("later 0") < ran.index("urgent 8")
    assert ran.index("later 0") < ran.index("later 1")


@pytest.mark.usefixtures("never_stalled")
def test_beyond_the_most_work_waits_and_what_waits_at_the_end_is_forgotten() -> None:
    threads, go_on, began = Threads("t", 1), threading.Event(), threading.Event()
    ran: list[int] = []

    def first() -> None:
        began.set()
        go_on.wait(WAIT_S)

    threads.run(first)
    assert began.wait(WAIT_S)
    threads.run(lambda: ran.append(1))
    threads.close()
    go_on.set()
    threads.run(lambda: ran.append(2))
    assert ran == []
