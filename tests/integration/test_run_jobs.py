"""Bulk jobs whose messages come twice, whose function dies, whose stations meet faults of ours."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from functions.queue import run_jobs
from local.dynamodb.storage import Store
from shared.aws import command
from shared.aws.jobs import Work
from shared.domain import jobs as jobs_domain
from shared.domain.calls import new_call_id
from shared.domain.jobs import Job, Row, pages
from shared.store import calls, dynamodb, jobs
from tests.integration.api import call, get
from tests.integration.job_world import JobWorld, counts, offline, rows, started

STATIONS = [f"CP{number}" for number in range(8)]
WRITES = ("PutItem", "UpdateItem", "DeleteItem")


class Died(BaseException):
    """A function that ends without a word, as when its time is up."""


@pytest.fixture(autouse=True)
def world(table: Store, monkeypatch: pytest.MonkeyPatch) -> JobWorld:
    return JobWorld(table, monkeypatch)


def calls_of(station_id: str) -> list[Any]:
    answer = call("GET", f"/stations/{station_id}/calls")
    return list(answer.json["items"]) if answer.status == 200 else []


def test_messages_and_changes_that_come_twice_change_nothing(world: JobWorld) -> None:
    named = [f"CP{number:02}" for number in range(60)]
    offline(*named[::2])
    world.connected("CP01", "CP03")
    job_id = started(stations=named)
    world.run(times=2)
    assert counts(job_id) == {"queued": 30, "sent": 2, "not_made": 28}
    assert len(world.frames) == 2
    assert [len(calls_of(station_id)) for station_id in named[:5]] == [1, 1, 1, 1, 1]


def test_a_page_that_comes_again_starts_no_second_chain(world: JobWorld) -> None:
    started(stations=[f"CP{number:02}" for number in range(60)])
    first = world.messages.pop(0)
    world.deliver(first)
    second = world.messages.pop(0)
    world.deliver(second)
    assert len(world.messages) == 1
    for work in (first, second, first):
        world.deliver(work)
    assert len(world.messages) <= 2, "at most the next page twice, as long as nobody has begun it"


def test_stations_are_chosen_once_though_they_change_meanwhile(world: JobWorld) -> None:
    offline("CP1", "CP2")
    job_id = started(selection={"station_id_prefix": "CP"})
    work = world.messages.pop(0)
    world.deliver(work)
    offline("CP3")
    world.deliver(work)
    world.run()
    assert (get(f"/jobs/{job_id}")["total"], sorted(rows(job_id))) == (2, ["CP1", "CP2"])


@given(
    deaths=st.lists(st.tuples(st.integers(1, 15), st.booleans()), max_size=4),
    cancelled_after=st.none() | st.integers(0, 3),
    chosen=st.booleans(),
)
@settings(max_examples=40)
def test_whenever_the_function_dies_each_station_is_called_once_and_the_job_ends(
    table: Store,
    world: JobWorld,
    monkeypatch: pytest.MonkeyPatch,
    deaths: list[tuple[int, bool]],
    cancelled_after: int | None,
    chosen: bool,
) -> None:
    for row in list(table.table.scan(None)):
        table.replace(row, None)
    world.clear()
    for module in (jobs_domain, run_jobs):
        monkeypatch.setattr(module, "STATIONS_PER_PAGE", 3)
    offline(*STATIONS[::2])
    world.connected(*STATIONS[1::2])
    order = {"selection": {"station_id_prefix": "CP"}} if chosen else {"stations": [*STATIONS, "NOBODY"]}
    job_id = started(**order, expires_in_s=600)
    todo = list(deaths)
    delivered = 0
    while world.messages:
        if cancelled_after is not None and delivered == cancelled_after:
            call("DELETE", f"/jobs/{job_id}")
        delivered += 1
        work = world.messages.pop(0)
        with monkeypatch.context() as patch:
            if todo:
                _die(patch, *todo.pop(0))
            try:
                is_done = world.deliver(work)
            except Died:
                is_done = False
        if not is_done:
            world.messages.append(work)
    world.flow()
    assert all(len(calls_of(station_id)) <= 1 for station_id in STATIONS)
    assert len({message_id for _, (_, message_id, *_) in world.frames}) == len(world.frames)
    for station_id in [one for one, row in rows(job_id).items() if row["state"] == "sent"]:
        world.answer(station_id, {"status": "Accepted"})
    world.expire()
    job = get(f"/jobs/{job_id}")
    assert (job["state"], sum(job["by_state"].values())) == ("done", job["total"])
    if cancelled_after is None:
        assert job["total"] == len(STATIONS) + (not chosen)
        assert all(calls_of(station_id) for station_id in STATIONS)


def _die(patch: pytest.MonkeyPatch, at: int, before: bool) -> None:
    """The function dies at its n-th write, before or after that is made."""
    transport = dynamodb._transport
    left = [at]

    def write(operation: str, body: bytes) -> tuple[int, bytes]:
        if operation not in WRITES:
            return transport(operation, body)
        left[0] -= 1
        if left[0] == 0 and not before:
            transport(operation, body)
        if left[0] == 0:
            raise Died
        return transport(operation, body)

    patch.setattr(dynamodb, "_transport", write)


def test_a_fault_that_one_station_meets_keeps_no_other_from_being_called(
    world: JobWorld, monkeypatch: pytest.MonkeyPatch
) -> None:
    offline("CP1", "CP2", "CP3")
    job_id = started(stations=["CP1", "CP2", "CP3"])
    target = command.target

    def faulty(station_id: str) -> command.Target:
        if station_id == "CP2":
            raise RuntimeError("a fault of ours")
        return target(station_id)

    monkeypatch.setattr(command, "target", faulty)
    (work,) = world.messages
    assert not world.deliver(work)
    world.flow()
    assert counts(job_id) == {"waiting": 1, "queued": 2}
    assert world.deliver(work, attempt=run_jobs.LAST_ATTEMPT)
    assert counts(job_id) == {"queued": 2, "not_made": 1}
    assert rows(job_id)["CP2"]["reason"] == "A fault of ours; the log has the reason"


def test_the_queue_lets_the_last_attempt_happen(world: JobWorld) -> None:
    record = {"messageId": "m1", "body": json.dumps(Work("gone")._asdict()), "attributes": {}}
    assert run_jobs.handler({"Records": [record]}, None) == {"batchItemFailures": [{"itemIdentifier": "m1"}]}
    assert world.deliver(Work("gone")), "a job that is forgotten is no work any more"


def test_what_is_too_late_is_not_sent(world: JobWorld, table: Store) -> None:
    world.connected("CP1", "CP2")
    job_id = started(stations=["CP1"], expires_in_s=600)
    job = jobs.find(job_id)
    assert job is not None
    late = job._replace(job_id=new_call_id(job.created_at), expires_at=datetime.now(UTC) - timedelta(seconds=1))
    jobs.create(late, {"type": "Soft"}, pages(["CP1"]))
    assert world.deliver(Work(late.job_id))
    assert world.frames == []
    assert counts(late.job_id) == {"expired": 1}


def test_a_job_of_one_second_has_time_to_be_sent(world: JobWorld) -> None:
    world.connected("CP1")
    job_id = started(stations=["CP1"], expires_in_s=1)
    world.run()
    assert counts(job_id) == {"sent": 1}


def test_what_is_known_of_a_station_only_goes_forward(table: Store) -> None:
    now = datetime.now(UTC)
    jobs.create(Job("j", "Reset", {}, now, now + timedelta(hours=1), total=1), {}, [])
    assert jobs.note_call("j", "CP1", "sent", now)
    assert not jobs.note_call("j", "CP1", "queued", now)
    assert jobs.note_call("j", "CP1", "answered", now)
    assert not jobs.note_call("j", "CP1", "sent", now)
    assert not jobs.refuse("j", Row("CP1", "not_made", now, "why"))
    assert counts("j") == {"answered": 1}


def test_calls_that_follow_from_that_of_a_job_are_none_of_it(world: JobWorld) -> None:
    world.connected("CP1")
    job_id = started(stations=["CP1"])
    world.run()
    (made,) = calls_of("CP1")
    kept = calls.find("CP1", made["call_id"])
    assert kept is not None
    calls.create(kept._replace(call_id="part", part_of=kept.call_id, state="answered"))
    world.flow()
    assert counts(job_id) == {"sent": 1}
