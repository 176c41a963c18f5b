"""Bulk calls: one request, many stations, a job to watch."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from local.capacity import recording
from local.dynamodb.storage import Store
from shared.aws import command
from shared.domain.jobs import MOST_STATIONS
from shared.domain.stations import Options
from shared.store import connections
from shared.store import table as table_module
from tests.integration.api import ADMIN, call, get, pages, wrong_fields
from tests.integration.job_world import RESET, JobWorld, counts, offline, rows, start, started


@pytest.fixture(autouse=True)
def world(table: Store, monkeypatch: pytest.MonkeyPatch) -> JobWorld:
    return JobWorld(table, monkeypatch)


def test_named_stations_are_called_and_the_job_ends_with_the_last_answer(world: JobWorld) -> None:
    world.connected("CP1", "CP2")
    answer = start(stations=["CP2", "CP1", "CP2"], expires_in_s=600)
    assert answer.status == 202
    job = answer.json
    assert (job["state"], job["total"], job["by_state"]["waiting"]) == ("running", 2, 2)
    assert (job["action"], job["payload"], job["requested_by"]) == ("Reset", {"type": "Soft"}, "user-1")
    world.run()
    assert [frame[2:] for _, frame in world.frames] == [["Reset", {"type": "Soft"}]] * 2
    assert counts(job["job_id"]) == {"sent": 2}
    world.answer("CP1", {"status": "Accepted"})
    assert counts(job["job_id"]) == {"sent": 1, "answered": 1}
    world.answer("CP2", {"status": "Rejected"})
    done = get(f"/jobs/{job['job_id']}")
    assert (done["state"], done["by_state"]["answered"]) == ("done", 2)
    assert done["ended_at"] is not None
    assert {one: row["answer"] for one, row in rows(job["job_id"]).items()} == {
        "CP1": {"status": "Accepted"},
        "CP2": {"status": "Rejected"},
    }


def test_a_call_of_a_job_is_a_call_like_any_other(world: JobWorld) -> None:
    offline("CP1")
    job_id = started(stations=["CP1"], expires_in_s=600)
    world.run()
    (made,) = get("/stations/CP1/calls")["items"]
    assert (made["state"], made["job_id"], made["requested_by"]) == ("queued", job_id, "user-1")
    assert rows(job_id)["CP1"]["call_id"] == made["call_id"]
    assert call("DELETE", f"/stations/CP1/calls/{made['call_id']}").status == 200
    world.flow()
    assert (get(f"/jobs/{job_id}")["state"], counts(job_id)) == ("done", {"cancelled": 1})


def test_a_station_that_cannot_be_called_is_a_row_with_its_reason(world: JobWorld) -> None:
    offline("PENDING", registration="Pending")
    offline("PINNED", options=Options(pinned_version="2.0.1"))
    world.connected("GOOD")
    job_id = started(
        stations=["NOBODY", "PENDING", "PINNED", "GOOD"],
        action="RemoteStopTransaction",
        payload={"transactionId": 7},
    )
    world.run()
    assert counts(job_id) == {"sent": 1, "not_made": 3}
    listed = rows(job_id)
    assert "no station NOBODY" in listed["NOBODY"]["reason"]
    assert "Pending" in listed["PENDING"]["reason"]
    assert "2.0.1" in listed["PINNED"]["reason"]
    assert listed["NOBODY"]["call_id"] is None
    assert list(rows(job_id, state="sent")) == ["GOOD"]


def test_many_stations_come_page_by_page(world: JobWorld) -> None:
    named = [f"CP{number:03}" for number in range(60)]
    offline(*named)
    job_id = started(stations=named)
    while world.messages:
        assert len(world.messages) == 1
        world.deliver(world.messages.pop())
    world.flow()
    assert counts(job_id) == {"queued": 60}
    listed = [row["station_id"] for page in pages(f"/jobs/{job_id}/calls", limit=25) for row in page]
    assert listed == named


FLEET: dict[str, dict[str, Any]] = {
    "A1": {"vendor": "Volt", "model": "One", "firmware_version": "1.0"},
    "A2": {"vendor": "Volt", "model": "Two", "firmware_version": "1.1", "registration": "Pending"},
    "B1": {"vendor": "Amp", "model": "One", "firmware_version": "1.0"},
    "B2": {},
}


@pytest.mark.parametrize(
    ("selection", "chosen"),
    [
        ({"vendor": "Volt"}, ["A1", "A2"]),
        ({"vendor": "Volt", "model": "One"}, ["A1"]),
        ({"firmware_version": "1.0"}, ["A1", "B1"]),
        ({"registration": "Pending"}, ["A2"]),
        ({"station_id_prefix": "B"}, ["B1", "B2"]),
        ({"station_id_prefix": "B2"}, ["B2"]),
        ({"online": True}, ["A1", "B2"]),
        ({"online": False}, ["A2", "B1"]),
        ({"online": True, "station_id_prefix": "A"}, ["A1"]),
        ({"vendor": "volt"}, []),
    ],
    ids=str,
)
def test_stations_are_chosen_by_what_is_known_of_them(
    world: JobWorld, selection: dict[str, Any], chosen: list[str]
) -> None:
    for station_id, fields in FLEET.items():
        offline(station_id, **fields)
    world.connected("A1", "B2")
    job_id = started(selection=selection)
    running = get(f"/jobs/{job_id}")
    assert (running["state"], running["total"]) == ("running", None)
    world.run()
    job = get(f"/jobs/{job_id}")
    assert job["total"] == len(chosen)
    assert {name: value for name, value in job["selection"].items() if value is not None} == selection
    assert list(rows(job_id)) == chosen
    assert job["state"] == ("running" if chosen else "done")


def test_a_selection_of_many_is_chosen_in_pages_without_a_scan(
    world: JobWorld, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("shared.aws.selections.READS", 2)
    for number in range(130):
        offline(f"CP{number:03}", vendor="Volt" if number % 3 else "Amp")
    job_id = started(selection={"vendor": "Amp"})
    with recording() as meter:
        world.run()
    assert {charge.operation for charge in meter.charges} <= {
        *("Query", "BatchGetItem", "GetItem"),
        *("PutItem", "UpdateItem"),
    }
    assert (get(f"/jobs/{job_id}")["total"], counts(job_id)) == (44, {"queued": 44})


def test_a_connection_too_old_to_stand_does_not_count_as_online(world: JobWorld) -> None:
    world.connected("CP1", "CP2")
    old = connections.find("CP2")
    assert old is not None
    later = old._replace(connection_id="later", connected_at=old.connected_at - timedelta(hours=3))
    connections.disconnect("CP2", old.connection_id or "", datetime.now(UTC))
    world.connected("CP3")
    connections.connect(later._replace(station_id="CP3"))
    job_id = started(selection={"online": True})
    world.run()
    assert list(rows(job_id)) == ["CP1", "CP3"]


@pytest.mark.parametrize(
    ("order", "wrong"),
    [
        ({}, "body stations"),
        ({"stations": ["CP1"], "selection": {"online": True}}, "body stations"),
        ({"stations": []}, "body stations"),
        ({"stations": ["CP1"] * (MOST_STATIONS + 1)}, "body stations"),
        ({"stations": ["CP\t1"]}, "body stations[0]"),
        ({"stations": "CP1"}, "body stations"),
        ({"selection": {}}, "body selection"),
        ({"selection": {"colour": "red"}}, "body selection.colour"),
        ({"stations": ["CP1"], "action": "Heartbeat"}, "body action"),
        ({"stations": ["CP1"], "payload": {"type": "Warm"}}, "body payload.type"),
        ({"stations": ["CP1"], "payload": {}}, "body payload.type"),
        ({"stations": ["CP1"], "payload": {"type": "x" * 300 * 1024}}, "body payload"),
        ({"stations": ["CP1"], "expires_in_s": command.WEEK_S + 1}, "body expires_in_s"),
    ],
    ids=lambda value: str(value)[:40],
)
def test_what_is_wrong_for_every_station_is_refused_at_once(world: JobWorld, order: dict[str, Any], wrong: str) -> None:
    answer = start(**order)
    assert answer.status == 422
    assert wrong_fields(answer) == [wrong]
    assert world.messages == []
    assert get("/jobs")["items"] == []


def test_what_lets_stations_in_takes_the_role_admin(world: JobWorld) -> None:
    body = {"stations": ["CP1"], "action": "ChangeConfiguration", "payload": {"key": "authorizationkey", "value": "x"}}
    operator = {"sub": "user-2", "cognito:groups": "[operator]"}
    assert call("POST", "/calls", body=body, claims=operator).status == 403
    assert world.messages == []
    harmless = body | {"payload": {"key": "HeartbeatInterval", "value": "300"}}
    assert call("POST", "/calls", body=harmless, claims=operator).status == 202


def test_the_same_request_again_is_the_same_job(world: JobWorld) -> None:
    world.connected("CP1")
    body, headers = {**RESET, "stations": ["CP1"]}, {"Idempotency-Key": "k1"}
    first = call("POST", "/calls", body=body, headers=headers).json
    world.run()
    again = call("POST", "/calls", body=body, headers=headers).json
    world.run()
    assert again["job_id"] == first["job_id"]
    assert len(world.frames) == 1
    assert len(get("/jobs")["items"]) == 1
    world.answer("CP1", {"status": "Accepted"})
    assert get(f"/jobs/{first['job_id']}")["state"] == "done"
    assert call("POST", "/calls", body=body, headers=headers).json["state"] == "done"
    assert world.messages == []
    other = call("POST", "/calls", body=body | {"expires_in_s": 9}, headers=headers)
    assert other.status == 422
    assert call("POST", "/calls", body=body, headers=headers, claims={**ADMIN, "sub": "user-2"}).json != first


def test_jobs_come_in_pages_newest_first_and_an_unknown_one_is_not_found(world: JobWorld) -> None:
    made = [started(stations=["CP1"]) for _ in range(5)]
    listed = [job["job_id"] for page in pages("/jobs", limit=2) for job in page]
    assert listed == sorted(made, reverse=True)
    for method, path in (("GET", "/jobs/x"), ("GET", "/jobs/x/calls"), ("DELETE", "/jobs/x")):
        assert call(method, path).status == 404


def test_what_is_secret_is_shown_nowhere_and_forgotten_at_the_end(world: JobWorld, table: Store) -> None:
    secret = "00112233445566778899aabbccddeeff"
    world.connected("CP1")
    job_id = started(stations=["CP1"], action="ChangeConfiguration", payload={"key": "WifiPassword", "value": secret})
    assert get(f"/jobs/{job_id}")["payload"] == {"key": "WifiPassword", "value": "***"}
    world.run()
    assert world.frames[0][1][3]["value"] == secret
    world.answer("CP1", {"status": "Rejected"})
    assert get(f"/jobs/{job_id}")["state"] == "done"
    kept = [item for item in table.items() if item["pk"]["S"].startswith(("JOB#", "CALL#"))]
    assert secret not in str(kept)


def test_no_job_gives_many_stations_the_same_password(world: JobWorld) -> None:
    payload = {"key": "authorizationkey", "value": "00112233445566778899aabbccddeeff"}
    refused = call("POST", "/calls", body={"stations": ["CP1"], "action": "ChangeConfiguration", "payload": payload})
    assert refused.status == 422
    assert wrong_fields(refused) == ["body payload.key"]


def test_looking_at_a_job_costs_little_however_many_stations_it_has(world: JobWorld) -> None:
    named = [f"CP{number:04}" for number in range(500)]
    job_id = started(stations=named)
    world.run()
    with recording() as meter:
        assert counts(job_id) == {"not_made": 500}
    assert meter.read_units <= 12
    with recording() as meter:
        assert counts(job_id) == {"not_made": 500}
    assert meter.read_units == 1, "a job that has ended is not counted again"


# ---------------------------------------------------------------------- taken back


def test_a_job_is_taken_back_before_anything_was_done(world: JobWorld) -> None:
    world.connected("CP1")
    job_id = started(stations=["CP1", "NOBODY"])
    answer = call("DELETE", f"/jobs/{job_id}")
    assert answer.status == 202
    assert answer.json["cancelled_at"] is not None
    world.run()
    assert world.frames == []
    assert (get(f"/jobs/{job_id}")["state"], counts(job_id)) == ("done", {"cancelled": 2})
    assert call("DELETE", f"/jobs/{job_id}").status == 409


def test_what_waits_is_taken_back_and_what_was_sent_is_not(world: JobWorld) -> None:
    offline("OFF1", "OFF2")
    world.connected("ON")
    job_id = started(stations=["OFF1", "ON", "OFF2"])
    world.run()
    for _ in range(2):
        assert call("DELETE", f"/jobs/{job_id}").status == 202
    world.run()
    assert counts(job_id) == {"sent": 1, "cancelled": 2}
    assert get("/stations/OFF1/calls")["items"][0]["state"] == "cancelled"
    world.answer("ON", {"status": "Accepted"})
    assert get(f"/jobs/{job_id}")["state"] == "done"


def test_stations_that_were_not_chosen_yet_are_not_chosen_any_more(world: JobWorld) -> None:
    offline(*(f"CP{number:02}" for number in range(40)))
    job_id = started(selection={"station_id_prefix": "CP"})
    world.deliver(world.messages.pop())
    call("DELETE", f"/jobs/{job_id}")
    world.run()
    job = get(f"/jobs/{job_id}")
    assert (job["state"], job["total"], counts(job_id)) == ("done", 25, {"cancelled": 25})


def test_a_job_that_is_taken_back_while_its_calls_are_made_leaves_none_waiting(
    world: JobWorld, monkeypatch: pytest.MonkeyPatch
) -> None:
    offline("CP1", "CP2")
    job_id = started(stations=["CP1", "CP2"])
    target = command.target

    def target_and_cancel(station_id: str) -> command.Target:
        if station_id == "CP1":
            call("DELETE", f"/jobs/{job_id}")
        return target(station_id)

    monkeypatch.setattr(command, "target", target_and_cancel)
    world.deliver(world.messages.pop(0))
    world.flow()
    assert counts(job_id) == {"cancelled": 2}


def test_a_crash_before_the_work_is_given_heals_by_the_same_request(
    world: JobWorld, monkeypatch: pytest.MonkeyPatch
) -> None:
    world.connected("CP1")

    def crash(_items: list[dict[str, Any]]) -> None:
        raise RuntimeError

    body, headers = {**RESET, "stations": ["CP1"]}, {"Idempotency-Key": "k1"}
    with monkeypatch.context() as broken:
        broken.setattr(table_module, "put_many", crash)
        assert call("POST", "/calls", body=body, headers=headers).status == 500
    world.run()
    assert world.frames == []
    job = call("POST", "/calls", body=body, headers=headers).json
    world.run()
    assert counts(job["job_id"]) == {"sent": 1}
    assert len(get("/jobs")["items"]) == 1
