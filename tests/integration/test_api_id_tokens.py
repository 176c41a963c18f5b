"""Id tokens of the operator API, through their function, on a table."""

from datetime import UTC, datetime
from typing import Any
from urllib.parse import quote

import pytest

from shared.domain.authorization import IdToken
from shared.store import tokens
from tests.integration.api import call, get, pages, wrong_fields
from tests.integration.station import DirectStation

pytestmark = pytest.mark.usefixtures("table")


def test_a_token_is_created_with_the_defaults_and_read_again() -> None:
    created = call("PUT", "/id-tokens/Tag-1", body={})
    assert created.status == 201
    assert created.json == get("/id-tokens/Tag-1")
    assert created.json == {
        "id_token": "Tag-1",
        "status": "Accepted",
        "expires_at": None,
        "group_id": None,
        "concurrent": True,
        "type": None,
        "allowed_stations": [],
        "allowed_connector_types": [],
        "hours": [],
        "limit": None,
        "cache_for_s": None,
        "tariff_id": None,
        "language": None,
        "balance": None,
        "warnings": [],
    }


def test_the_policies_of_a_token_are_read_again() -> None:
    wanted = {
        "type": "KeyCode",
        "allowed_stations": [{"station_id": "CP1", "evse_ids": [1]}, {"station_id": "CP2", "evse_ids": []}],
        "allowed_connector_types": ["cCCS2"],
        "hours": [{"opens": "22:00", "closes": "06:00", "time_zone": "Europe/Berlin", "days": ["sat", "sun"]}],
        "limit": {"max_cost": 12.5, "max_energy_wh": 9000, "max_time_s": None, "max_soc_percent": 80},
        "cache_for_s": 60,
    }
    assert call("PUT", "/id-tokens/TAG", body=wanted).status == 201
    shown = get("/id-tokens/TAG")
    assert {name: shown[name] for name in wanted} == wanted
    assert call("PUT", "/id-tokens/TAG", body={"hours": [{"time_zone": "Nowhere/Land"}]}).status == 422


def test_put_replaces_a_token() -> None:
    wanted = {"status": "Blocked", "expires_at": "2026-12-31T23:00:00+01:00", "group_id": "FLEET", "concurrent": False}
    assert call("PUT", "/id-tokens/TAG", body=wanted).status == 201
    blocked = IdToken("TAG", "Blocked", datetime(2026, 12, 31, 22, tzinfo=UTC), "FLEET", False, revision=1)
    assert tokens.find("TAG") == blocked
    assert get("/id-tokens/TAG")["expires_at"] == "2026-12-31T22:00:00Z"
    replaced = call("PUT", "/id-tokens/TAG", body={"status": "Accepted"})
    assert replaced.status == 200
    assert tokens.find("TAG") == IdToken("TAG", revision=2)


@pytest.mark.parametrize("asked", ["TAG-é", "tag-É", "%20tag-é%20"])
def test_letter_case_does_not_matter(asked: str) -> None:
    call("PUT", "/id-tokens/Tag-%C3%89", body={})
    path = f"/id-tokens/{quote(asked, safe='%')}"
    assert get(path)["id_token"] == "Tag-É"
    assert call("PUT", path, body={}).status == 200
    assert len(get("/id-tokens")["items"]) == 1
    assert call("DELETE", path).status == 204
    assert get("/id-tokens")["items"] == []


def test_hyphens_of_a_contract_id_do_not_matter() -> None:
    call("PUT", "/id-tokens/DE-ABC-C12345678-9", body={})
    assert get("/id-tokens/deabcc123456789")["id_token"] == "DE-ABC-C12345678-9"


def test_a_token_that_is_removed_is_unknown_to_stations() -> None:
    call("PUT", "/id-tokens/TAG", body={"group_id": "FLEET"})
    station = DirectStation()
    assert station.send("Authorize", idTag="tag")["idTagInfo"] == {"status": "Accepted", "parentIdTag": "FLEET"}
    assert call("DELETE", "/id-tokens/TAG").status == 204
    assert station.send("Authorize", idTag="tag")["idTagInfo"] == {"status": "Invalid"}


@pytest.mark.parametrize("method", ["GET", "DELETE"])
def test_an_unknown_token_is_not_found(method: str) -> None:
    assert call(method, "/id-tokens/nobody").status == 404


def test_a_group_longer_than_1_6_can_carry_has_a_warning() -> None:
    assert call("PUT", "/id-tokens/TAG", body={"group_id": "G" * 20}).json["warnings"] == []
    (warning,) = call("PUT", "/id-tokens/TAG", body={"group_id": "G" * 21}).json["warnings"]
    assert "OCPP 1.6" in warning
    assert get("/id-tokens")["items"][0]["warnings"] == [warning]


@pytest.mark.parametrize(
    ("body", "wrong"),
    [
        ({"state": "Accepted"}, "state"),
        ({"status": "ConcurrentTx"}, "status"),
        ({"expires_at": "2026-12-31"}, "expires_at"),
        ({"expires_at": "2026-12-31T23:00:00"}, "expires_at"),
        ({"expires_at": "tomorrow at T"}, "expires_at"),
        ({"expires_at": 1795420800}, "expires_at"),
        ({"expires_at": "9999-12-31T23:59:59-01:00"}, "expires_at"),
        ({"group_id": ""}, "group_id"),
        ({"group_id": "G" * 37}, "group_id"),
        ({"group_id": " "}, "group_id"),
        ({"group_id": "G\n"}, "group_id"),
        ({"concurrent": 1}, "concurrent"),
    ],
)
def test_a_wrong_setting_is_named(body: dict[str, Any], wrong: str) -> None:
    answer = call("PUT", "/id-tokens/TAG", body=body)
    assert answer.status == 422
    assert wrong_fields(answer) == [f"body {wrong}"]


@pytest.mark.parametrize("expires_at", ["9999-12-31T23:59:59Z", "0001-01-01T00:00:00Z"])
def test_any_time_that_is_one_in_utc_is_kept(expires_at: str) -> None:
    assert call("PUT", "/id-tokens/TAG", body={"expires_at": expires_at}).status == 201
    assert get("/id-tokens/TAG")["expires_at"] == expires_at


@pytest.mark.parametrize("id_token", ["x" * 256, "%20%20", "tab%09", "%CE%90" * 255])
def test_an_impossible_token_is_refused(id_token: str) -> None:
    answer = call("PUT", f"/id-tokens/{id_token}", body={})
    assert answer.status == 422
    assert wrong_fields(answer) == ["path id_token"]


def test_tokens_come_in_pages_in_order() -> None:
    for number in range(5):
        tokens.save(IdToken(f"tag{number}"))
    assert [[item["id_token"] for item in page] for page in pages("/id-tokens", limit=2)] == [
        ["tag0", "tag1"],
        ["tag2", "tag3"],
        ["tag4"],
    ]


def test_a_part_of_a_token_finds_it_in_any_case_and_the_search_goes_on_by_the_cursor(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(tokens, "KEYS_AT_ONCE", 3)
    for number in range(14):
        group = "FLEET" if number % 2 else None
        assert call("PUT", f"/id-tokens/Card-{number:02}", body={"group_id": group}).status == 201

    def found(**query: object) -> list[str]:
        return [one["id_token"] for page in pages("/id-tokens", **query) for one in page]

    for limit in (1, 2, 50):
        assert found(search="d-1", limit=limit) == [f"Card-{number}" for number in (10, 11, 12, 13)]
        assert found(search="D-1", group_id="fleet", limit=limit) == ["Card-11", "Card-13"]
        assert found(search="nobody", limit=limit) == []
