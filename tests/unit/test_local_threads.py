"""Threads of the local system: used again, as many as are needed, and no more than allowed."""

import threading

from local.threads import Threads

WAIT_S = 10


def test_a_thread_that_is_done_is_used_again() -> None:
    threads, used = Threads("t"), list[str]()
    for _ in range(3):
        done = threading.Event()

        def note(done: threading.Event = done) -> None:
            used.append(threading.current_thread().name)
            done.set()

        threads.run(note)
        assert done.wait(WAIT_S)
    threads.close()
    assert len(set(used)) <= 2  # one may be asked before it has come back for more


def test_work_that_waits_for_other_work_is_never_in_its_way() -> None:
    threads, inner_done, outer_done = Threads("t"), threading.Event(), threading.Event()

    def outer() -> None:
        threads.run(inner_done.set)
        if inner_done.wait(WAIT_S):
            outer_done.set()

    threads.run(outer)
    assert outer_done.wait(WAIT_S)
    threads.close()


def test_beyond_the_most_work_waits_and_what_waits_at_the_end_is_forgotten() -> None:
    threads, go_on, began = Threads("t", most=1), threading.Event(), threading.Event()
    ran: list[int] = []

    def first() -> None:
        began.set()
        go_on.wait(WAIT_S)

    threads.run(first)
    assert began.wait(WAIT_S)
    threads.run(lambda: ran.append(1))
    assert ran == []
    threads.close()
    go_on.set()
    threads.run(lambda: ran.append(2))
    assert ran == []
