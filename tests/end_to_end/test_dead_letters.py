"""What nothing could handle waits, shows itself, and is done again or given up."""

import asyncio
import json
import time
from collections.abc import Callable
from typing import Any

import pytest

from functions.stream import follow_up
from local import functions, mappings
from local.identity import client
from local.system import LocalSystem
from shared.aws import outbox
from shared.settings import settings
from shared.store.changes import Change
from tests.end_to_end.clients import WAIT_S, Api, dial

Letter = dict[str, Any]


@pytest.fixture(autouse=True)
def no_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(mappings, "FIRST_PAUSE_S", 0.001)
    monkeypatch.setattr(mappings, "LONGEST_PAUSE_S", 0.001)
    monkeypatch.setattr(functions, "RETRY_PAUSES_S", (0.0, 0.0))


def letters_of(api: Api, *, some: bool = True) -> list[Letter]:
    """The dead letters, once there are some, or none."""
    deadline = time.monotonic() + WAIT_S
    while bool(found := api.items("dead-letters")) != some:
        assert time.monotonic() < deadline, found
    return found


def redrive(api: Api, **order: Any) -> dict[str, Any]:
    response = api.ask("POST", "dead-letters", "redrive", json=order)
    assert response.status_code == 200, response.text
    answer: dict[str, Any] = response.json()
    return answer


def at_once(queue_url: str) -> None:
    """Let messages come again at once, not after minutes."""
    client("sqs").set_queue_attributes(QueueUrl=queue_url, Attributes={"VisibilityTimeout": "0"})


@pytest.fixture
def broken(monkeypatch: pytest.MonkeyPatch) -> Callable[[], None]:
    """Changes of POISON cannot be followed, until this is called."""
    follow = follow_up._follow

    def fail(change: Change) -> None:
        if change.id == "POISON":
            raise RuntimeError("a fault of ours")
        follow(change)

    monkeypatch.setattr(follow_up, "_follow", fail)
    return lambda: monkeypatch.setattr(follow_up, "_follow", follow)


def test_changes_that_cannot_be_followed_keep_no_others_and_are_followed_later(
    system: LocalSystem, api: Api, broken: Callable[[], None]
) -> None:
    async def meet() -> None:
        async with dial(system, "POISON") as one, dial(system, "SOUND") as other:
            # A station that is changed is to connect again: its socket is closed by what follows from the change.
            await asyncio.to_thread(api.put, "stations", "POISON", password="x" * 16)
            await asyncio.to_thread(api.put, "stations", "SOUND", password="x" * 16)
            await other.closed()
            assert await one.is_alive()
            found = await asyncio.to_thread(letters_of, api)
            assert {(one["kind"], one["reason"]) for one in found} == {("changes", "RetryAttemptsExhausted")}
            assert all("FollowUp" in one["target"] for one in found)
            for letter in found:
                whole = await asyncio.to_thread(api.get, "dead-letters", letter["letter_id"])
                (record,) = json.loads(whole["content"])["Records"]
                assert "POISON" in record["dynamodb"]["Keys"]["pk"]["S"]
            again = await asyncio.to_thread(redrive, api)
            assert again["redriven"] == []
            assert [one["letter_id"] for one in again["failed"]] == [one["letter_id"] for one in found]
            broken()
            done = await asyncio.to_thread(redrive, api)
            assert (len(done["redriven"]), done["failed"], done["is_complete"]) == (len(found), [], True)
            await one.closed()
            assert await asyncio.to_thread(letters_of, api, some=False) == []

    asyncio.run(meet())


def test_a_message_that_no_function_can_take_goes_back_to_its_queue(
    system: LocalSystem, api: Api, monkeypatch: pytest.MonkeyPatch
) -> None:
    at_once(settings().timers_url)
    watched: list[str] = []

    def watch(station_id: str, _call_id: str | None) -> None:
        watched.append(station_id)
        if len(watched) <= 5:
            raise RuntimeError("a fault of ours")

    monkeypatch.setattr(outbox, "watch", watch)
    body = json.dumps({"station_id": "CP9", "call_id": None, "at": "2026-01-01T00:00:00Z"})
    client("sqs").send_message(QueueUrl=settings().timers_url, MessageBody=body)
    (letter,) = letters_of(api)
    assert (letter["kind"], letter["reason"]) == ("message", "MaxReceiveCountExceeded")
    assert "Timers" in letter["target"]
    assert api.get("dead-letters", letter["letter_id"])["content"] == body
    assert redrive(api, letter_ids=[letter["letter_id"]])["redriven"] == [letter["letter_id"]]
    assert system.wait_idle()
    assert len(watched) == 6
    assert letters_of(api, some=False) == []


def test_an_event_that_a_function_fails_at_comes_to_it_again(
    system: LocalSystem, api: Api, monkeypatch: pytest.MonkeyPatch
) -> None:
    events: list[Any] = []

    def note(event: Any) -> None:
        events.append(event)
        if len(events) <= 3:
            raise RuntimeError("a fault of ours")

    function = system.functions.with_handler("functions.files.note_upload.handler")
    monkeypatch.setitem(system.functions._handlers, function.name, lambda event, _context: note(event))
    system.functions.start(function, {"some": "event"})
    (letter,) = letters_of(api)
    assert (letter["kind"], letter["target"]) == ("event", function.name)
    assert letter["reason"] == "RuntimeError: a fault of ours"
    redrive(api)
    assert events == [{"some": "event"}] * 4
    assert letters_of(api, some=False) == []


def test_a_letter_that_need_not_be_done_is_given_up_with_a_reason(system: LocalSystem, api: Api) -> None:
    client("sqs").send_message(QueueUrl=settings().dead_letters_url, MessageBody="what is this?")
    (letter,) = letters_of(api)
    assert letter["kind"] == "unknown"
    assert redrive(api)["failed"][0]["letter_id"] == letter["letter_id"]
    assert api.ask("DELETE", "dead-letters", letter["letter_id"]).status_code == 422
    gone = api.ask("DELETE", "dead-letters", letter["letter_id"], params={"reason": "a test"})
    assert gone.status_code == 204
    assert api.ask("DELETE", "dead-letters", letter["letter_id"], params={"reason": "x"}).status_code == 404
    assert letters_of(api, some=False) == []
