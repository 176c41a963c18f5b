"""Roles in the shell of the operator API: who is let in, and what functions know of the caller."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from functions.api import stations as api
from shared.aws.access import Caller
from shared.resources import RESOURCES, ROLES, Role
from shared.store import stations
from tests.integration.api import PROBLEM, call, event, get, send

pytestmark = pytest.mark.usefixtures("table")

GUARDED = [
    (resource.name, route, role)
    for resource in RESOURCES
    for route in resource.routes
    if (role := resource.role(route))
]
NOBODY = {"sub": "user-9"}


def in_group(role: Role, sub: str = "user-7") -> dict[str, str]:
    """The claims of a person in the group of a role."""
    return {"sub": sub, "cognito:groups": f"[{role}]"}


@pytest.mark.parametrize(("resource", "route", "role"), GUARDED)
def test_too_low_a_role_is_told_before_anything_else_that_is_wrong(resource: str, route: str, role: Role) -> None:
    method, path = route.split(" ")
    broken = event(method, path, text="{", query={"colour": "red"}, claims=NOBODY)
    answer = send(resource, broken)
    assert (answer.status, answer.headers["Content-Type"]) == (403, PROBLEM)
    assert answer.json["detail"] == f"This needs the role {role}; your token gives you none"
    below = ROLES[: ROLES.index(role)]
    if below:
        answer = send(resource, event(method, path, text="{", claims=in_group(below[-1])))
        assert answer.json["detail"] == f"This needs the role {role}; your token gives you {below[-1]}"


@pytest.mark.parametrize(("resource", "route", "role"), GUARDED)
def test_without_claims_nobody_gets_past_the_shell(resource: str, route: str, role: Role) -> None:
    made = event(*route.split(" "))
    del made["requestContext"]["authorizer"]
    assert send(resource, made).status == 403


def test_a_refused_request_does_nothing() -> None:
    assert call("PUT", "/stations/CP1", body={}, claims=in_group("operator")).status == 403
    assert get("/stations")["items"] == []


def test_a_machine_has_the_role_of_its_scope() -> None:
    machine = {"sub": "client-1", "client_id": "client-1", "scope": "idlewatt/operator"}
    assert call("PUT", "/id-tokens/CARD1", body={}, claims=machine).status == 201
    assert call("PUT", "/stations/CP1", body={}, claims=machine).status == 403


def test_a_path_that_leads_nowhere_is_not_found_whoever_asks() -> None:
    assert send("stations", event("GET", "/nothing", claims=NOBODY)).status == 404


def test_only_an_admin_changes_a_password_of_a_station() -> None:
    call("PUT", "/stations/CP1", body={})
    for password in ("a secret of sixteen", None):
        body = {"registration": "Pending", "password": password}
        answer = call("PATCH", "/stations/CP1", body=body, claims=in_group("operator"))
        assert answer.status == 403
        assert "needs the role admin" in answer.json["detail"]
    assert get("/stations/CP1")["registration"] == "Accepted"
    assert call("PATCH", "/stations/CP1", body={"registration": "Pending"}, claims=in_group("operator")).status == 200
    assert call("PATCH", "/stations/CP1", body={"password": "a secret of sixteen"}).status == 200


def test_the_log_names_a_caller_who_is_refused(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level("INFO")
    call("DELETE", "/stations/CP1", claims=in_group("viewer"))
    (record,) = caplog.records
    line = vars(record)
    assert (line["principal"], line["role"], line["status"]) == ("user-7", "viewer", 403)


def test_functions_that_run_side_by_side_each_know_their_caller(monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[tuple[str, Caller]] = []
    monkeypatch.setattr(stations, "find", lambda station_id: seen.append((station_id, api.api.caller)))
    names = [f"user-{number}" for number in range(8)]
    with ThreadPoolExecutor(len(names)) as threads:
        list(threads.map(lambda name: call("GET", f"/stations/{name}", claims=in_group("viewer", name)), names * 20))
    assert {(name, Caller(name, "viewer")) for name in names} == set(seen)
    assert len(seen) == len(names) * 20
