"""Calls to one station and to many, from the command line: what is asked for, and what the exit code says."""

from typing import Any

import pytest

from local.cli.errors import NO_ANSWER, REFUSED, STILL_WAITING
from local.cli.transport import Response
from tests.unit.cli_support import AT, CALL, FakeApi, answer, idlewatt, page, problem

UNKNOWN = problem(404, "There is none")
JOB: dict[str, Any] = {
    "job_id": "j1",
    "state": "done",
    "action": "Reset",
    "payload": {},
    "selection": None,
    "total": 2,
    "by_state": dict.fromkeys(
        ("waiting", "queued", "sent", "answered", "refused", "timed_out", "expired", "cancelled", "not_made"), 0
    ),
    **dict.fromkeys(("cancelled_at", "ended_at", "requested_by")),
    "created_at": AT,
}


def job(state: str = "done", **counts: int) -> Response:
    return answer({**JOB, "state": state, "by_state": {**JOB["by_state"], **counts}})


# ---------------------------------------------------------------------- calls


def test_a_call_is_made_with_its_terms() -> None:
    api = FakeApi(answer({**CALL, "state": "queued"}, 202))
    assert idlewatt(api, "call", "CP 1", "Reset", "type=Soft", "--expires", "10m").status == 0
    assert api.asked == ["POST /stations/CP%201/calls"]
    assert api.body() == {"action": "Reset", "payload": {"type": "Soft"}, "expires_in_s": 600}


def test_a_payload_may_come_from_standard_input() -> None:
    api = FakeApi(answer(CALL))
    idlewatt(api, "call", "CP1", "SendLocalList", "-", stdin='{"listVersion": 1}')
    assert api.body()["payload"] == {"listVersion": 1}


@pytest.mark.parametrize(
    ("state", "status"),
    [
        ("answered", 0),
        ("refused", REFUSED),
        ("timed_out", NO_ANSWER),
        ("expired", NO_ANSWER),
        ("cancelled", NO_ANSWER),
    ],
)
def test_the_exit_code_tells_how_a_call_ended(state: str, status: int) -> None:
    api = FakeApi(answer({**CALL, "state": state}))
    assert idlewatt(api, "call", "CP1", "Reset", "--wait").status == status
    assert api.body()["wait_s"] == 25


@pytest.mark.parametrize("state", ["queued", "sent"])
def test_the_exit_code_tells_that_a_call_still_waits(state: str) -> None:
    api = FakeApi(answer({**CALL, "state": state}, 202))
    ended = idlewatt(api, "call", "CP1", "Reset", "--wait", "0", "--json")
    assert ended.status == STILL_WAITING
    assert ended.document["state"] == state


def test_a_call_is_waited_for_longer_than_the_api_does() -> None:
    waiting = answer({**CALL, "state": "sent"}, 202)
    api = FakeApi(waiting, waiting, answer({**CALL, "answer": {"status": "Accepted"}}))
    ended = idlewatt(api, "call", "CP1", "Reset", "--wait", "600")
    assert ended.status == 0
    assert api.asked == ["POST /stations/CP1/calls", *["GET /stations/CP1/calls/c1"] * 2]
    assert '{"status":"Accepted"}' in ended.out


def test_a_call_has_ended_when_its_parts_have() -> None:
    first = {**CALL, "parts": ["c2"]}
    part = {**CALL, "call_id": "c2"}
    api = FakeApi(
        answer(first), answer({**part, "state": "queued"}), answer(first), answer({**part, "state": "refused"})
    )
    ended = idlewatt(api, "call", "CP1", "SendLocalList", "--wait", "--json")
    assert (ended.status, ended.document["call_id"]) == (REFUSED, "c2")


def test_the_call_that_stands_in_for_another_one_counts() -> None:
    api = FakeApi(answer({**CALL, "state": "refused", "fallback_id": "c2"}), answer({**CALL, "call_id": "c2"}))
    ended = idlewatt(api, "call", "CP1", "ExtendedTriggerMessage", "--wait", "--json")
    assert (ended.status, ended.document["call_id"]) == (0, "c2")


def test_the_calls_of_a_station_are_listed() -> None:
    refused = {**CALL, "state": "refused", "error": {"code": "NotSupported", "description": "no", "details": None}}
    api = FakeApi(page([{**CALL, "answer": {"status": "Accepted"}}, refused]))
    ended = idlewatt(api, "calls", "CP1", "--state", "refused", "--action", "Reset")
    assert api.asked == ["GET /stations/CP1/calls?state=refused&action=Reset&limit=50"]
    assert [line.split()[-1] for line in ended.out.splitlines()[1:]] == ["Accepted", "no"]


def test_calls_are_watched_as_they_change() -> None:
    sent, answered = {**CALL, "state": "sent"}, {**CALL, "ended_at": AT}
    api = FakeApi(page([sent]), page([sent]), page([{**sent, "call_id": "c2"}, answered]))
    ended = idlewatt(api, "calls", "CP1", "--watch", looks=3)
    assert [line.split()[2:] for line in ended.out.splitlines()] == [
        ["c1", "Reset", "sent"],
        ["c1", "Reset", "answered"],
        ["c2", "Reset", "sent"],
    ]
    assert ended.status == 130


def test_a_call_is_cancelled() -> None:
    api = FakeApi(answer({**CALL, "state": "cancelled"}))
    assert idlewatt(api, "cancel", "CP1", "c1").status == 0
    assert api.asked == ["DELETE /stations/CP1/calls/c1"]


# ---------------------------------------------------------------------- bulk jobs


def test_many_stations_are_called() -> None:
    api = FakeApi(job("running", waiting=2))
    ended = idlewatt(api, "bulk", "Reset", "type=Soft", "--vendor", "ACME", "--online", "--prefix", "NL-")
    assert ended.status == 0
    assert api.asked == ["POST /calls"]
    assert api.body() == {
        "action": "Reset",
        "payload": {"type": "Soft"},
        "selection": {"online": True, "vendor": "ACME", "station_id_prefix": "NL-"},
    }
    idlewatt(api, "bulk", "ClearCache", "--station", "CP1", "--station", "CP2", "--expires", "1h")
    assert api.body() == {"action": "ClearCache", "payload": {}, "stations": ["CP1", "CP2"], "expires_in_s": 3600}


@pytest.mark.parametrize(
    ("counts", "status"),
    [
        ({"answered": 2}, 0),
        ({"answered": 1, "refused": 1}, REFUSED),
        ({"refused": 1, "expired": 1}, NO_ANSWER),
        ({"answered": 1, "not_made": 1}, NO_ANSWER),
    ],
)
def test_a_job_is_watched_to_its_end(counts: dict[str, int], status: int) -> None:
    running = job("running", waiting=1, sent=1)
    ended = idlewatt(FakeApi(running, running, job("done", **counts)), "bulk", "Reset", "--online", "--watch")
    assert ended.status == status
    assert ended.err == "2 stations: 1 waiting, 1 sent\n"
    assert ", ".join(f"{count} {state.replace('_', ' ')}" for state, count in counts.items()) in ended.out


def test_jobs_are_listed_shown_and_cancelled() -> None:
    assert idlewatt(FakeApi(page([JOB])), "jobs").out.splitlines()[1].split()[:4] == ["j1", "Reset", "done", "2"]
    for words, asked in (
        (["job", "j1"], "GET /jobs/j1"),
        (["job", "cancel", "j1"], "DELETE /jobs/j1"),
    ):
        api = FakeApi(answer(JOB))
        assert idlewatt(api, *words).status == 0
        assert api.asked == [asked]


def test_what_became_of_a_job_at_each_station_is_listed() -> None:
    row = {"station_id": "CP1", "state": "not_made", "changed_at": AT, "reason": "There is no such station"}
    api = FakeApi(page([{**row, **dict.fromkeys(("call_id", "answer", "error"))}]))
    assert "There is no such station" in idlewatt(api, "job", "j1", "--calls", "--state", "not_made").out
    assert api.asked == ["GET /jobs/j1/calls?state=not_made&limit=200"]
