"""Who a token speaks for, by the claims as API Gateway writes them."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.aws.access import Caller, caller, role_for
from shared.resources import ROLES, Role, scope

PERSON = {"sub": "5f0c2a9e", "username": "5f0c2a9e", "client_id": "people", "scope": "aws.cognito.signin.user.admin"}
MACHINE = {"sub": "machines", "client_id": "machines", "token_use": "access"}

# Cognito takes any letters, marks, symbols, numbers and punctuation in the name of a group.
names = st.text(st.characters(categories=("L", "M", "S", "N", "P")), min_size=1, max_size=20)
near_misses = st.sampled_from(["Admin", "admins", "operators", "view", "[admin", "admin]", "a,admin", '"admin"'])
groups = st.lists(st.sampled_from(ROLES) | near_misses | names, max_size=6)


def authorizer(claims: dict[str, str], scopes: list[str] | None = None) -> dict[str, Any]:
    return {"jwt": {"claims": claims, "scopes": scopes}}


def as_api_gateway_writes(values: list[str]) -> str:
    return f"[{' '.join(values)}]"


def highest(values: list[str]) -> Role | None:
    return next((role for role in reversed(ROLES) if role in values), None)


@pytest.mark.parametrize(
    ("claim", "role"),
    [
        ("[viewer]", "viewer"),
        ("[operator]", "operator"),
        ("[admin]", "admin"),
        ("[viewer admin operator]", "admin"),
        ("[operator fleet-north]", "operator"),
        ("[operators]", None),
        ("[Admin]", None),
        ("[]", None),
        ("", None),
    ],
)
def test_a_person_has_the_highest_role_of_the_groups(claim: str, role: Role | None) -> None:
    assert caller(authorizer(PERSON | {"cognito:groups": claim})) == Caller("5f0c2a9e", role)


@pytest.mark.parametrize(
    ("claim", "role"),
    [
        ("idlewatt/viewer", "viewer"),
        ("idlewatt/viewer idlewatt/operator", "operator"),
        ("openid idlewatt/admin", "admin"),
        ("admin", None),
        ("other/admin", None),
        ("idlewatt/admins", None),
        ("aws.cognito.signin.user.admin", None),
    ],
)
def test_a_machine_has_the_highest_role_of_the_scopes(claim: str, role: Role | None) -> None:
    assert caller(authorizer(MACHINE | {"scope": claim})) == Caller("machines", role)


def test_scopes_that_stand_beside_the_claims_count_as_well() -> None:
    assert caller(authorizer(MACHINE, ["idlewatt/operator"])).role == "operator"


def test_a_machine_is_known_by_its_client_id_where_it_has_no_subject() -> None:
    assert caller(authorizer({"client_id": "machines", "scope": "idlewatt/viewer"})) == Caller("machines", "viewer")


@pytest.mark.parametrize("without", [None, {}, {"jwt": None}, {"jwt": {}}, {"jwt": {"claims": None, "scopes": None}}])
def test_without_a_token_there_is_nobody(without: dict[str, Any] | None) -> None:
    assert caller(without) == Caller("", None)


def test_a_token_of_nobody_gives_no_role() -> None:
    assert caller(authorizer({"cognito:groups": "[admin]"})) == Caller("", None)


@given(groups)
def test_only_the_exact_names_of_roles_give_one(given_groups: list[str]) -> None:
    claims = {**PERSON, "cognito:groups": as_api_gateway_writes(given_groups)}
    assert caller(authorizer(claims)).role == highest(given_groups)


@given(st.lists(st.sampled_from([scope(role) for role in ROLES] + ["openid", "email", "other/admin"]), max_size=5))
def test_scopes_give_the_highest_role_among_them(scopes: list[str]) -> None:
    expected = highest([role for role in ROLES if scope(role) in scopes])
    assert caller(authorizer(MACHINE | {"scope": " ".join(scopes)})).role == expected
    assert caller(authorizer(MACHINE | {"scope": as_api_gateway_writes(scopes)})).role == expected


@given(groups, st.text(max_size=40), st.text(max_size=40))
def test_groups_do_not_depend_on_what_else_is_in_the_token(values: list[str], name: str, subject: str) -> None:
    claims = {"name": name, "email": subject, **PERSON, "cognito:groups": as_api_gateway_writes(values)}
    assert caller(authorizer(claims)).role == highest(values)


@pytest.mark.parametrize("has", [*ROLES, None])
@pytest.mark.parametrize("needed", ROLES)
def test_a_role_may_do_what_those_before_it_may(has: Role | None, needed: Role) -> None:
    order = [None, *ROLES]
    assert Caller("somebody", has).may(needed) == (order.index(has) >= order.index(needed))


@pytest.mark.parametrize(
    ("action", "payload", "needed"),
    [
        ("Reset", {"type": "Soft"}, "operator"),
        ("ChangeConfiguration", {"key": "HeartbeatInterval", "value": "60"}, "operator"),
        ("ChangeConfiguration", {"key": "authorizationkey", "value": "x"}, "admin"),
        ("ChangeConfiguration", {"key": "SecurityProfile", "value": "2"}, "admin"),
        ("ChangeConfiguration", {}, "operator"),
        ("InstallCertificate", {}, "admin"),
        ("DeleteCertificate", {}, "admin"),
        ("CertificateSigned", {}, "admin"),
    ],
)
def test_what_lets_a_station_in_is_changed_by_admins(action: str, payload: dict[str, str], needed: Role) -> None:
    assert role_for(action, payload) == needed
