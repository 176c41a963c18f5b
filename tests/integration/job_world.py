"""What is around bulk jobs: their queue, stations that answer or do not, and the table's stream."""

import itertools
import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from functions.queue import run_jobs
from functions.stream import follow_up
from local.dynamodb.storage import Store
from shared.aws import gateway, outbox, timers
from shared.aws import jobs as queue
from shared.aws.jobs import Work
from shared.aws.timers import Timer
from shared.domain.stations import Station
from shared.store import stations
from tests.integration.api import Answer, call, get
from tests.integration.station import DirectStation

RESET = {"action": "Reset", "payload": {"type": "Soft"}}


class JobWorld:
    """A queue of jobs whose messages come when a test says so, and stations that were sent something."""

    def __init__(self, table: Store, patch: pytest.MonkeyPatch) -> None:
        self.messages: list[Work] = []
        self.frames: list[tuple[str, list[Any]]] = []
        """What went out, with the connection it went to."""
        self.changes: list[dict[str, Any]] = []
        self.timers: list[Timer] = []
        self.sequence = itertools.count(1)
        self.stations: dict[str, DirectStation] = {}
        table.watchers.append(self._watch)
        patch.setattr(queue, "give", self.messages.append)
        patch.setattr(gateway, "send", self._send)
        patch.setattr(timers, "set", self.timers.append)

    def _watch(self, old: Any, new: Any, *, expired: bool) -> None:
        item = new or old
        if item["pk"]["S"].startswith("CALL#"):
            change = {"Keys": {name: item[name] for name in ("pk", "sk")}, "SequenceNumber": str(next(self.sequence))}
            images = {"OldImage": old, "NewImage": new}
            self.changes.append({"dynamodb": change | {name: image for name, image in images.items() if image}})

    def _send(self, connection_id: str, text: str) -> str:
        self.frames.append((connection_id, json.loads(text)))
        return "sent"

    def connected(self, *station_ids: str) -> None:
        for station_id in station_ids:
            self.stations[station_id] = DirectStation(station_id)

    def deliver(self, work: Work, *, attempt: int = 1) -> bool:
        """Hand one message to the function; whether it is done with it."""
        record = {
            "messageId": "m1",
            "body": json.dumps(work._asdict()),
            "attributes": {"ApproximateReceiveCount": str(attempt)},
        }
        return run_jobs.handler({"Records": [record]}, None) == {"batchItemFailures": []}

    def expire(self) -> None:
        """The timers of all calls come, an hour from now."""
        later = datetime.now(UTC) + timedelta(hours=1)
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(outbox, "_now", lambda: later)
            for timer in self.timers:
                outbox.watch(timer.station_id, timer.call_id)
        self.flow()

    def clear(self) -> None:
        """Begin anew."""
        for seen in (self.messages, self.frames, self.changes, self.timers):
            seen.clear()

    def run(self, *, times: int = 1) -> None:
        """Deliver every message, each so often, until there is none; then what the stream has to tell."""
        while self.messages:
            work = self.messages.pop(0)
            for _ in range(times):
                assert self.deliver(work)
        self.flow(times=times)

    def flow(self, *, times: int = 1) -> None:
        """Deliver what the stream has to tell of calls, so often."""
        batch, self.changes = {"Records": self.changes}, []
        for _ in range(times):
            assert follow_up.handler(batch, None) == {"batchItemFailures": []}

    def answer(self, station_id: str, payload: Any) -> None:
        """What a station says to the call that it was sent last."""
        station = self.stations[station_id]
        message_id = next(frame[1] for to, frame in reversed(self.frames) if to == station.connection_id)
        station.text(json.dumps([3, message_id, payload]))
        self.flow()


def offline(*station_ids: str, **fields: Any) -> None:
    for station_id in station_ids:
        stations.create(Station(station_id, "Accepted", datetime.now(UTC))._replace(**fields))


def start(**order: Any) -> Answer:
    return call("POST", "/calls", body={**RESET, **order})


def started(**order: Any) -> str:
    answer = start(**order)
    assert answer.status == 202, answer
    job_id: str = answer.json["job_id"]
    return job_id


def counts(job_id: str) -> dict[str, int]:
    """The states of a job in which there are stations."""
    by_state: dict[str, int] = get(f"/jobs/{job_id}")["by_state"]
    return {state: number for state, number in by_state.items() if number}


def rows(job_id: str, **query: Any) -> dict[str, Any]:
    return {row["station_id"]: row for row in get(f"/jobs/{job_id}/calls", **query)["items"]}
