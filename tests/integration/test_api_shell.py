"""What holds for every resource of the operator API: refusals, faults, the log."""

import re
import sys
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from typing import Any

import pytest

from functions.api import stations as api
from shared.resources import RESOURCES
from shared.store import stations
from tests.integration.api import PROBLEM, call, event, get, send, wrong_fields
from tests.integration.sessions import began

pytestmark = pytest.mark.usefixtures("table")

EVERY_GET = [
    (resource.name, re.sub(r"{\w+}", "1", route.removeprefix("GET ")))
    for resource in RESOURCES
    for route in resource.routes
    if route.startswith("GET ")
]


@pytest.mark.parametrize("resource", [resource.name for resource in RESOURCES])
def test_a_path_that_no_function_has_is_not_found(resource: str) -> None:
    answer = send(resource, event("GET", "/nothing"))
    assert answer.status == 404
    assert answer.headers["Content-Type"] == PROBLEM
    assert answer.json["title"] == "Not Found"


def test_a_method_that_a_path_does_not_take_is_refused_with_those_it_takes() -> None:
    answer = send("stations", event("POST", "/stations/CP1"))
    assert (answer.status, answer.headers["Allow"]) == (405, "GET, PATCH, PUT, DELETE")


def test_a_broken_body_is_a_bad_request() -> None:
    answer = send("stations", event("PUT", "/stations/CP1", text="{"))
    assert answer.status == 400
    assert answer.json["detail"].startswith("The body is no JSON")


def test_a_body_of_another_kind_is_refused() -> None:
    answer = call("PUT", "/stations/CP1", body={}, headers={"content-type": "application/x-www-form-urlencoded"})
    assert answer.status == 415


@pytest.mark.parametrize(("resource", "path"), EVERY_GET)
def test_an_unknown_parameter_is_never_ignored(resource: str, path: str) -> None:
    answer = send(resource, event("GET", path, query={"colour": "red"}))
    assert answer.status == 422
    assert wrong_fields(answer) == ["query colour"]


def test_a_value_may_hold_a_comma_but_a_parameter_comes_once() -> None:
    began(datetime(2026, 11, 20, 12, tzinfo=UTC), station_id="a,b")
    assert len(get("/transactions", station_id="a,b")["items"]) == 1
    twice = event("GET", "/transactions", query={"station_id": "a,b"}) | {"rawQueryString": "station_id=a&station_id=b"}
    assert send("transactions", twice).status == 422


@pytest.mark.parametrize(("resource", "path"), EVERY_GET)
def test_answers_are_not_to_be_stored_or_guessed_at(resource: str, path: str) -> None:
    answer = send(resource, event("GET", path))
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"


def logged(caplog: pytest.LogCaptureFixture) -> list[dict[str, Any]]:
    return [vars(record) for record in caplog.records]


def test_a_request_leaves_one_line_that_says_who_asked_for_what(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level("INFO")
    call("PUT", "/stations/a%2Fb", body={"password": "a secret of sixteen"})
    (line,) = logged(caplog)
    wanted = {
        "route": "PUT /api/v1/stations/{station_id}",
        "path": "/api/v1/stations/a/b",
        "principal": "user-1",
        "role": "admin",
        "request_id": "request-1",
        "status": 201,
        "levelname": "INFO",
    }
    assert wanted.items() <= line.items()
    assert line["ms"] > 0
    assert "secret" not in str(line)


def test_a_request_without_claims_is_logged_too(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level("INFO")
    made = event("GET", "/docs")
    del made["requestContext"]["authorizer"]
    assert send("documentation", made).status == 200
    (line,) = logged(caplog)
    assert (line["principal"], line["role"]) == (None, None)


def test_the_reason_of_a_fault_is_in_the_log_and_only_there(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def fail(station_id: str) -> None:
        raise RuntimeError(f"the table is on fire at {station_id}")

    monkeypatch.setattr(stations, "find", fail)
    answer = call("GET", "/stations/CP1")
    assert answer.status == 500
    assert answer.headers["Content-Type"] == PROBLEM
    assert "fire" not in answer.text
    reason, request = logged(caplog)
    assert "the table is on fire at CP1" in reason["exc_text"]
    assert reason["request_id"] == request["request_id"] == answer.json["request_id"] == "request-1"
    assert (request["status"], request["levelname"]) == (500, "WARNING")


def test_an_answer_that_is_not_what_its_type_says_is_a_fault(monkeypatch: pytest.MonkeyPatch) -> None:
    call("PUT", "/stations/CP1", body={})
    monkeypatch.setattr(api, "_answer", lambda *_: {"station_id": 7})
    assert call("GET", "/stations/CP1").status == 500


def test_values_of_a_refused_body_are_not_told_back() -> None:
    answer = call("PUT", "/stations/CP1", body={"password": ["hunter2"]})
    assert answer.status == 422
    assert "hunter2" not in answer.text


def test_requests_in_several_threads_do_not_get_into_each_others_way() -> None:
    names = [f"CP{number}" for number in range(8)]
    switch_interval_s = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    try:
        with ThreadPoolExecutor(len(names)) as threads:
            made = list(threads.map(lambda name: call("PUT", f"/stations/{name}", body={}), names))
            read = list(threads.map(lambda name: call("GET", f"/stations/{name}"), names * 20))
            missed = list(threads.map(lambda name: call("GET", f"/transactions/{name}"), names * 5))
    finally:
        sys.setswitchinterval(switch_interval_s)
    assert [answer.json["station_id"] for answer in made] == names
    assert [answer.json["station_id"] for answer in read] == names * 20
    assert [answer.json["detail"] for answer in missed] == [f"There is no transaction {name}" for name in names] * 5
