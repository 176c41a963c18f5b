"""Groups of id tokens in the operator API: their names, and the tokens that are of them."""

from typing import Any

import pytest

from local.capacity import recording
from shared.domain.authorization import IdToken
from shared.store import tokens
from tests.integration.api import call, get, pages, wrong_fields
from tests.integration.station import DirectStation

pytestmark = pytest.mark.usefixtures("table")


def ids(listed: list[list[Any]]) -> list[list[str]]:
    return [[item["id_token"] for item in page] for page in listed]


def test_a_group_is_created_read_renamed_and_removed() -> None:
    created = call("PUT", "/groups/FLEET", body={"name": "The blue vans"})
    assert created.status == 201
    assert created.json == get("/groups/FLEET") == {"group_id": "FLEET", "name": "The blue vans", "tariff_id": None}
    renamed = call("PUT", "/groups/FLEET", body={"name": None})
    assert (renamed.status, renamed.json["name"]) == (200, None)
    assert call("DELETE", "/groups/FLEET").status == 204
    assert call("GET", "/groups/FLEET").status == 404
    assert call("DELETE", "/groups/FLEET").status == 404


def test_groups_come_in_pages_in_order() -> None:
    for number in (3, 1, 2):
        call("PUT", f"/groups/G{number}", body={})
    listed = pages("/groups", limit=2)
    assert [[item["group_id"] for item in page] for page in listed] == [["G1", "G2"], ["G3"]]


def test_the_id_of_a_group_is_compared_as_id_tokens_are() -> None:
    call("PUT", "/groups/Fleet", body={"name": "Vans"})
    call("PUT", "/id-tokens/TAG", body={"group_id": "FLEET"})
    assert get("/groups/fleet") == {"group_id": "Fleet", "name": "Vans", "tariff_id": None}
    assert ids(pages("/groups/fLEET/id-tokens")) == [["TAG"]]
    assert ids(pages("/id-tokens", group_id="fleet")) == [["TAG"]]


@pytest.mark.parametrize(("path", "query"), [("/groups/FLEET/id-tokens", {}), ("/id-tokens", {"group_id": "FLEET"})])
def test_the_tokens_of_a_group_come_in_pages_and_no_others(path: str, query: dict[str, str]) -> None:
    for number in range(5):
        tokens.save(IdToken(f"TAG{number}", group_id="FLEET"))
        tokens.save(IdToken(f"OTHER{number}", group_id="FLEET2"))
        tokens.save(IdToken(f"NONE{number}"))
    with recording() as meter:
        assert ids(pages(path, **query, limit=2)) == [["TAG0", "TAG1"], ["TAG2", "TAG3"], ["TAG4"]]
    assert {charge.operation for charge in meter.charges} == {"Query", "BatchGetItem"}
    assert meter.read_units <= 5


def test_a_token_moves_with_its_group() -> None:
    call("PUT", "/id-tokens/TAG", body={"group_id": "A"})
    call("PUT", "/id-tokens/TAG", body={"group_id": "B"})
    assert get("/id-tokens", group_id="A")["items"] == []
    assert ids(pages("/groups/B/id-tokens")) == [["TAG"]]
    call("PUT", "/id-tokens/TAG", body={})
    assert get("/id-tokens", group_id="B")["items"] == []


def test_a_token_may_be_of_a_group_that_was_never_put() -> None:
    call("PUT", "/id-tokens/TAG", body={"group_id": "LOOSE"})
    assert DirectStation().send("Authorize", idTag="TAG")["idTagInfo"]["parentIdTag"] == "LOOSE"
    assert ids(pages("/groups/LOOSE/id-tokens")) == [["TAG"]]
    assert get("/groups")["items"] == []
    assert call("GET", "/groups/LOOSE").status == 404


def test_a_group_that_nobody_knows_has_no_list_of_tokens() -> None:
    assert call("GET", "/groups/NONE/id-tokens").status == 404
    call("PUT", "/groups/EMPTY", body={})
    assert get("/groups/EMPTY/id-tokens")["items"] == []


def test_a_group_with_tokens_is_not_removed() -> None:
    call("PUT", "/groups/FLEET", body={})
    call("PUT", "/id-tokens/TAG", body={"group_id": "fleet"})
    refused = call("DELETE", "/groups/FLEET")
    assert refused.status == 409
    assert "TAG" in refused.json["detail"]
    call("DELETE", "/id-tokens/TAG")
    assert call("DELETE", "/groups/FLEET").status == 204


@pytest.mark.parametrize(
    ("path", "body", "wrong"),
    [
        ("/groups/FLEET", {"title": "x"}, "body title"),
        ("/groups/FLEET", {"name": ""}, "body name"),
        ("/groups/FLEET", {"name": 1}, "body name"),
        (f"/groups/{'G' * 37}", {}, "path group_id"),
        ("/groups/%20", {}, "path group_id"),
    ],
)
def test_a_wrong_group_is_refused(path: str, body: dict[str, Any], wrong: str) -> None:
    answer = call("PUT", path, body=body)
    assert answer.status == 422
    assert wrong_fields(answer) == [wrong]
