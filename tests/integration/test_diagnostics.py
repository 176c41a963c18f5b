"""Collections of logs: what the API keeps, and what follows in the stream."""

import datetime as dt
from itertools import pairwise
from typing import Any

import pytest

from functions.workflows import end_retrieval
from local.dynamodb.storage import Store
from shared.aws import files, gateway, timers, workflow
from shared.domain.calls import follow_up_id
from shared.domain.events import Event
from shared.domain.file_links import File
from shared.domain.log_retrievals import Retrieval
from shared.domain.stations import Station
from shared.store import events, keys, retrievals, stations
from shared.store import table as table_module
from tests.integration.api import Answer, call, get, pages, wrong_fields
from tests.integration.station import DirectStation
from tests.integration.stream import Stream, watched

NOW = dt.datetime.now(dt.UTC)
FILE = File(3, "0" * 64, NOW)


class Workflows:
    """The state machine, which a test plays: what was started, and what it was woken with."""

    def __init__(self) -> None:
        self.started: list[tuple[str, dict[str, Any]]] = []
        self.woken: list[tuple[str, dict[str, Any]]] = []

    def start(self, _machine: str, name: str, given: dict[str, Any]) -> None:
        self.started.append((name, given))

    def wake(self, task_token: str, output: dict[str, Any]) -> bool:
        self.woken.append((task_token, output))
        return True

    def outcomes(self) -> list[tuple[str, str]]:
        return [(token, output["outcome"]) for token, output in self.woken]


@pytest.fixture
def machine(monkeypatch: pytest.MonkeyPatch) -> Workflows:
    made = Workflows()
    monkeypatch.setattr(workflow, "start", made.start)
    monkeypatch.setattr(workflow, "wake", made.wake)
    monkeypatch.setattr(timers, "set", lambda _timer: None)
    monkeypatch.setattr(gateway, "send", lambda _connection, _text: "sent")
    monkeypatch.setattr(files, "presigned", lambda key, name, _s: f"https://files.example/{key}?{name}")
    return made


@pytest.fixture
def stream(table: Store, machine: Workflows, monkeypatch: pytest.MonkeyPatch) -> Stream:
    assert machine
    return watched(table, monkeypatch)


def collect(*station_ids: str, key: str | None = None, **order: Any) -> Answer:
    headers = {"idempotency-key": key} if key else {}
    given = {"stations": list(station_ids), **order} if station_ids else order
    return call("POST", "/diagnostics", body=given, headers=headers)


def register(*station_ids: str) -> None:
    for station_id in station_ids:
        stations.create(Station(station_id, "Accepted", NOW))


def register_token(one: Retrieval, token: str, awaits: str, **more: str) -> None:
    """What a waiting state writes."""
    sets = {"task_token": token, "awaits": awaits, **more}
    table_module.update(
        keys.retrieval(one.station_id, one.retrieval_id),
        f"SET {', '.join(f'{name} = :{name}' for name in sets)} ADD revision :one",
        {f":{name}": value for name, value in sets.items()} | {":one": 1},
    )


def retrieval(diagnostics_id: str, station_id: str = "CP1") -> Retrieval:
    found = retrievals.find(station_id, follow_up_id(diagnostics_id, station_id))
    assert found is not None
    return found


def test_each_station_has_a_workflow_and_one_that_is_unknown_has_failed(stream: Stream, machine: Workflows) -> None:
    register("CP1", "CP2")
    made = collect("CP2", "CP1", "CP1", "CP9", **{"from": "2026-11-01T00:00:00Z"}).json
    stream.flow()
    assert (made["state"], made["total"], made["oldest_at"]) == ("running", 3, "2026-11-01T00:00:00Z")
    assert {row["station_id"]: row["state"] for row in made["stations"]} == {
        "CP1": "queued",
        "CP2": "queued",
        "CP9": "failed",
    }
    assert {given["station_id"] for _, given in machine.started} == {"CP1", "CP2"}
    assert [event.station_id for event in stream.published if event.type == "diagnostics.ended"] == ["CP9"]


def test_the_same_request_again_is_the_same_collection(stream: Stream, machine: Workflows) -> None:
    register("CP1")
    first, second = collect("CP1", key="k").json, collect("CP1", key="k").json
    stream.flow()
    assert first["diagnostics_id"] == second["diagnostics_id"]
    assert len(machine.started) == 1


@pytest.mark.parametrize(
    ("order", "wrong"),
    [
        ({}, "stations"),
        ({"stations": ["CP1"], "selection": {"model": "X"}}, "stations"),
        ({"selection": {}}, "selection"),
        ({"selection": {"model": "none"}}, "selection"),
        ({"stations": ["CP1"], "from": "2026-11-02T00:00:00Z", "to": "2026-11-01T00:00:00Z"}, "to"),
        ({"stations": ["CP1"], "attempts": 0}, "attempts"),
    ],
)
def test_what_cannot_be_asked_for_is_refused(table: Store, order: dict[str, Any], wrong: str) -> None:
    assert table
    answer = call("POST", "/diagnostics", body=order)
    assert (answer.status, f"body {wrong}" in wrong_fields(answer)) == (422, True)


def test_a_selection_of_too_many_is_refused(table: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    assert table
    register("CP1", "CP2", "CP3")
    monkeypatch.setattr("functions.api.diagnostics.MOST_STATIONS", 2)
    answer = collect(selection={"station_id_prefix": "CP"})
    assert answer.status == 422
    assert "more than 2" in answer.text


def test_a_turn_comes_with_the_station_and_the_link_stands_before_it_is_told(
    stream: Stream, machine: Workflows, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(files, "upload_link", lambda ref, *, expires_at, most_mib: f"https://files.example/u/{ref}/")
    register("CP1")
    made = collect("CP1").json
    stream.flow()
    register_token(retrieval(made["diagnostics_id"]), "t1", "station")
    stream.flow()
    assert machine.woken == []
    DirectStation()
    stream.flow()
    ((token, output),) = [one for one in machine.woken if one[0] == "t1"]
    standing = retrieval(made["diagnostics_id"])
    assert (token, output["outcome"], output["call_id"]) == ("t1", "turn", standing.call_id)
    assert output["order"]["location"] == f"https://files.example/u/{standing.ref}/"
    assert standing.state == "running"


def _uploading(
    stream: Stream, answer: str = '{"call_id":"c","answer":{"status":"Accepted","filename":"a.log"}}'
) -> str:
    """A collection whose only station has answered; its id."""
    register("CP1")
    made = collect("CP1").json
    stream.flow()
    register_token(retrieval(made["diagnostics_id"]), "t1", "station")
    DirectStation()
    stream.flow()
    register_token(retrieval(made["diagnostics_id"]), "t2", "upload", answer=answer)
    stream.flow()
    return str(made["diagnostics_id"])


def test_reports_are_joined_by_their_request_id(stream: Stream, machine: Workflows) -> None:
    one = retrieval(_uploading(stream))
    later = dt.datetime.now(dt.UTC)
    for request_id in (7, None, one.request_id):
        status = "Uploaded" if request_id == one.request_id else "UploadFailure" if request_id else "Idle"
        event = Event("log.status", "CP1", later, {"status": status, "request_id": request_id})
        events.record(event, later)
    stream.flow()
    assert machine.outcomes()[-1] == ("t2", "uploaded")
    assert retrieval(one.diagnostics_id).status == "Uploaded"


def test_a_file_ends_the_wait_and_can_be_downloaded(stream: Stream, machine: Workflows) -> None:
    diagnostics_id = _uploading(stream)
    one = retrieval(diagnostics_id)
    assert one.ref is not None
    assert retrievals.note_file("CP1", one.retrieval_id, one.ref, FILE)
    assert not retrievals.note_file("CP1", one.retrieval_id, one.ref, FILE)
    stream.flow()
    assert machine.outcomes()[-1] == ("t2", "arrived")
    given = dict(machine.started[0][1]) | {"waited": {"outcome": "arrived"}}
    assert end_retrieval.handler(given, None)["state"] == "succeeded"
    assert end_retrieval.handler(given, None)["state"] == "succeeded"
    stream.flow()
    shown = get(f"/diagnostics/{diagnostics_id}")
    assert shown["state"] == "succeeded"
    assert shown["stations"][0]["download_url"] == f"https://files.example/uploads/{one.ref}?a.log"
    steps = [event.data for event in stream.published if event.type == "diagnostics.changed"]
    assert ("running", "upload", 1) in [(step["state"], step["awaits"], step["attempts"]) for step in steps]
    assert all(one != other for one, other in pairwise(steps))
    (told,) = [event.data for event in stream.published if event.type == "diagnostics.ended"]
    assert (told["state"], told["file_name"], told["size_bytes"]) == ("succeeded", "a.log", 3)


def test_a_late_file_makes_a_success_of_a_failure_and_the_list_counts_it(stream: Stream, machine: Workflows) -> None:
    diagnostics_id = _uploading(stream)
    one = retrieval(diagnostics_id)
    failed = dict(machine.started[0][1]) | {"error": {"Error": "Conflict", "Cause": '{"errorMessage":"No"}'}}
    assert end_retrieval.handler(failed, None)["state"] == "failed"
    stream.flow()
    assert get("/diagnostics")["items"][0]["state"] == "failed"
    retrievals.note_file("CP1", one.retrieval_id, str(one.ref), FILE)
    stream.flow()
    assert get("/diagnostics")["items"][0]["state"] == "succeeded"


def test_what_is_cancelled_wakes_those_that_wait(stream: Stream, machine: Workflows) -> None:
    register("CP1", "CP2")
    diagnostics_id = collect("CP1", "CP2").json["diagnostics_id"]
    stream.flow()
    for station_id in ("CP1", "CP2"):
        register_token(retrieval(diagnostics_id, station_id), station_id, "station")
    stream.flow()
    assert call("DELETE", f"/diagnostics/{diagnostics_id}").status == 202
    stream.flow()
    assert sorted(machine.outcomes()) == [("CP1", "cancelled"), ("CP2", "cancelled")]


def test_lists_come_in_pages(stream: Stream) -> None:
    register("CP1", "CP2", "CP3")
    ids = [collect("CP1", "CP2", "CP3").json["diagnostics_id"] for _ in range(3)]
    stream.flow()
    assert [one["diagnostics_id"] for page in pages("/diagnostics", limit=2) for one in page] == ids[::-1]
    rows = [row for page in pages(f"/diagnostics/{ids[0]}/stations", limit=2) for row in page]
    assert [row["station_id"] for row in rows] == ["CP1", "CP2", "CP3"]
    assert [one["diagnostics_id"] for page in pages("/stations/CP1/diagnostics", limit=2) for one in page] == ids[::-1]
    assert call("GET", "/diagnostics/none").status == 404
    assert call("GET", "/stations/none/diagnostics").status == 404
