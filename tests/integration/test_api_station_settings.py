"""The settings of stations in the operator API: created, replaced, changed, removed."""

import json
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any
from urllib.parse import quote

import pytest

from functions.api import stations as api
from shared.domain.credentials import verify
from shared.domain.stations import Options, Station
from shared.settings import settings
from shared.store import stations
from tests.integration.api import call, get, wrong_fields
from tests.integration.station import DirectStation

pytestmark = pytest.mark.usefixtures("table")

NOW = datetime.now(UTC)
HEX_PASSWORD = "00112233445566778899aabbccddeeff"


def test_a_station_is_created_with_the_defaults_and_read_again() -> None:
    created = call("PUT", "/stations/CP1", body={})
    assert created.status == 201
    assert created.headers["ETag"] == '"0"'
    assert created.json == get("/stations/CP1")
    assert created.json == {
        **Options()._asdict(),
        "station_id": "CP1",
        "name": None,
        "latitude": None,
        "longitude": None,
        "online": False,
        "ocpp_version": None,
        "registration": "Accepted",
        "security_profile": None,
        "call_timeout_s": None,
        "has_password": False,
        "password_pending": False,
        **dict.fromkeys(stations.BOOT_FIELDS),
        "created_at": created.json["created_at"],
        "booted_at": None,
        "connected_at": None,
        "disconnected_at": None,
        "last_seen_at": None,
        "remote_address": None,
        "availability": None,
        "wished_availability": None,
        "evses": [],
        "warnings": [],
        "tariff_id": None,
        "evse_tariff_ids": {},
    }


def test_every_setting_is_kept() -> None:
    wanted = {
        "registration": "Pending",
        "security_profile": 2,
        "call_timeout_s": 45,
        "name": "Town hall",
        "latitude": 48.137154,
        "longitude": -11.5,
        "strict": True,
        "assume_version": "",
        "pinned_version": "1.6",
        "accept_hex_password": False,
        "calls_before_boot": True,
        "answer_poison": True,
        "utc_offset_min": -330,
        "milliseconds": True,
    }
    assert call("PUT", "/stations/CP1", body=wanted).status == 201
    assert wanted.items() <= get("/stations/CP1").items()
    station = stations.find("CP1")
    assert station is not None
    assert station.options == Options(True, "", "1.6", False, True, True, -330, True)


def test_put_on_a_station_that_exists_replaces_its_settings_and_keeps_what_it_said() -> None:
    call("PUT", "/stations/CP1", body={"strict": True, "call_timeout_s": 10, "password": HEX_PASSWORD})
    stations.boot("CP1", {"vendor": "Volt"}, NOW)
    replaced = call("PUT", "/stations/CP1", body={"milliseconds": True})
    assert replaced.status == 200
    assert replaced.headers["ETag"] == '"2"'
    assert {"strict": False, "milliseconds": True, "call_timeout_s": None, "vendor": "Volt"}.items() <= (
        replaced.json.items()
    )
    assert replaced.json["has_password"], "a password nobody can read back is not lost by leaving it out"


def test_patch_changes_what_it_names_and_null_unsets() -> None:
    call("PUT", "/stations/CP1", body={"strict": True, "security_profile": 1, "password": HEX_PASSWORD})
    changed = call(
        "PATCH", "/stations/CP1", body={"security_profile": None, "password": None, "registration": "Pending"}
    )
    assert changed.status == 200
    wanted = {"strict": True, "security_profile": None, "has_password": False, "registration": "Pending"}
    assert wanted.items() <= changed.json.items()


def test_a_change_that_changes_nothing_is_no_write() -> None:
    etag = call("PUT", "/stations/CP1", body={"strict": True}).headers["ETag"]
    assert call("PATCH", "/stations/CP1", body={"strict": True}).headers["ETag"] == etag
    assert call("PUT", "/stations/CP1", body={"strict": True}).headers["ETag"] == etag


def test_a_password_is_kept_only_as_a_hash(table: Any) -> None:
    answer = call("PUT", "/stations/CP1", body={"password": HEX_PASSWORD})
    assert answer.json["has_password"] is True
    station = stations.find("CP1")
    assert station is not None
    assert station.password_hash is not None
    assert verify(bytes.fromhex(HEX_PASSWORD), station.password_hash, accept_hex=False)
    assert HEX_PASSWORD not in answer.text
    assert HEX_PASSWORD not in json.dumps(list(table.items()))


@pytest.mark.parametrize(
    ("password", "is_short"),
    [
        ("short", True),
        ("fifteen letters", True),
        ("sixteen letters.", False),
        (HEX_PASSWORD, False),
        ("äöüäöüäö", False),
    ],
)
def test_a_password_below_16_bytes_is_taken_with_a_warning(password: str, *, is_short: bool) -> None:
    for answer in (
        call("PUT", "/stations/CP1", body={"password": password}),
        call("PUT", "/stations/CP1", body={"password": password}),
        call("PATCH", "/stations/CP1", body={"password": password}),
    ):
        assert answer.status in (200, 201)
        assert bool(answer.json["warnings"]) == is_short


def test_where_onboarding_is_closed_a_station_without_password_has_a_warning(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ONBOARDING", "closed")
    settings.cache_clear()
    assert call("PUT", "/stations/CP1", body={}).json["warnings"] == [
        "No password is set, so the station cannot connect"
    ]
    assert call("PATCH", "/stations/CP1", body={"password": HEX_PASSWORD}).json["warnings"] == []


@pytest.mark.parametrize(
    ("body", "wrong"),
    [
        ({"strikt": True}, "body strikt"),
        ({"strict": "yes"}, "body strict"),
        ({"strict": None}, "body strict"),
        ({"registration": "accepted"}, "body registration"),
        ({"security_profile": 4}, "body security_profile"),
        ({"security_profile": True}, "body security_profile"),
        ({"call_timeout_s": 0}, "body call_timeout_s"),
        ({"call_timeout_s": "30"}, "body call_timeout_s"),
        ({"utc_offset_min": 2000}, "body utc_offset_min"),
        ({"assume_version": "1.5"}, "body assume_version"),
        ({"password": ""}, "body password"),
        ({"password": "x" * 513}, "body password"),
        ({"password": "\ud800"}, "body password"),
        ([], "body "),
        ("text", "body "),
        (0, "body "),
    ],
)
@pytest.mark.parametrize("method", ["PUT", "PATCH"])
def test_a_wrong_setting_is_named_and_nothing_changes(method: str, body: Any, wrong: str) -> None:
    stations.create(Station("CP1", "Accepted", NOW))
    answer = call(method, "/stations/CP1", body=body)
    assert answer.status == 422
    assert wrong_fields(answer) == [wrong]
    assert stations.find("CP1") == Station("CP1", "Accepted", NOW)


def test_all_wrong_settings_are_named_at_once() -> None:
    answer = call("PUT", "/stations/CP1", body={"strict": 1, "nix": 1, "security_profile": 9})
    assert set(wrong_fields(answer)) == {"body strict", "body nix", "body security_profile"}


@pytest.mark.parametrize("station_id", ["a/b", "RDAM 123", "100%", "a%2Fb", "Säule №7/€", "../x", "?x=1#y", "a+b", "."])
def test_an_id_may_hold_any_character_that_can_be_printed(station_id: str) -> None:
    path = f"/stations/{quote(station_id, safe='')}"
    assert call("PUT", path, body={}).json["station_id"] == station_id
    assert get(path)["station_id"] == station_id
    assert get(f"{path}/findings")["items"] == []
    assert [item["station_id"] for item in get("/stations")["items"]] == [station_id]
    assert call("DELETE", path).status == 204
    assert call("GET", path).status == 404


@pytest.mark.parametrize("station_id", ["x" * 256, "tab%09", "%00", "%F0%9F%98%80" * 256])
def test_an_impossible_id_is_refused(station_id: str) -> None:
    answer = call("PUT", f"/stations/{station_id}", body={})
    assert answer.status == 422
    assert wrong_fields(answer) == ["path station_id"]


def test_the_longest_possible_id_is_taken() -> None:
    longest = quote("😀" * 255, safe="")
    assert call("PUT", f"/stations/{longest}", body={}).status == 201
    assert get("/stations")["items"][0]["station_id"] == "😀" * 255


def test_removing_a_station_leaves_what_it_did() -> None:
    DirectStation("CP1").send("StatusNotification", connectorId=1, status="Available", errorCode="NoError")
    assert call("DELETE", "/stations/CP1").status == 204
    assert call("DELETE", "/stations/CP1").status == 404
    assert get("/stations")["items"] == []
    assert call("PUT", "/stations/CP1", body={}).json["evses"][0]["evse_id"] == 1


@pytest.mark.parametrize("method", ["GET", "PATCH", "DELETE"])
def test_an_unknown_station_is_not_found(method: str) -> None:
    answer = call(method, "/stations/nobody", body={} if method == "PATCH" else None)
    assert (answer.status, answer.json["detail"]) == (404, "There is no station nobody")


# --- conditions


@pytest.mark.parametrize("method", ["PUT", "PATCH", "DELETE"])
@pytest.mark.parametrize(
    ("if_match", "holds"),
    [('"1"', True), ('"7", "1"', True), ("*", True), ('"0"', False), ('W/"1"', False), ("1", False), ("", False)],
)
def test_a_change_may_demand_the_revision_it_was_made_for(method: str, if_match: str, *, holds: bool) -> None:
    call("PUT", "/stations/CP1", body={})
    assert call("PATCH", "/stations/CP1", body={"strict": True}).headers["ETag"] == '"1"'
    body = None if method == "DELETE" else {"milliseconds": True}
    answer = call(method, "/stations/CP1", body=body, headers={"If-Match": if_match})
    assert answer.status == ((204 if method == "DELETE" else 200) if holds else 412)


@pytest.mark.parametrize("method", ["PUT", "PATCH", "DELETE"])
def test_what_does_not_exist_has_no_revision_to_match(method: str) -> None:
    body: dict[str, object] | None = None if method == "DELETE" else {}
    assert call(method, "/stations/CP1", body=body, headers={"If-Match": "*"}).status == 412
    assert stations.find("CP1") is None


def boots_meanwhile(monkeypatch: pytest.MonkeyPatch, times: int) -> None:
    """The station boots after each of the next reads of its record."""
    left = iter(range(times))
    find: Callable[[str], Station | None] = stations.find

    def read_and_boot(station_id: str) -> Station | None:
        found = find(station_id)
        if next(left, None) is not None:
            stations.boot(station_id, {"vendor": "Volt"}, NOW)
        return found

    monkeypatch.setattr(stations, "find", read_and_boot)


def test_a_boot_in_between_does_not_stop_a_change(monkeypatch: pytest.MonkeyPatch) -> None:
    call("PUT", "/stations/CP1", body={})
    boots_meanwhile(monkeypatch, 2)
    answer = call("PATCH", "/stations/CP1", body={"strict": True})
    assert (answer.status, answer.json["strict"], answer.json["vendor"]) == (200, True, "Volt")


def test_a_boot_in_between_breaks_the_condition_on_the_revision(monkeypatch: pytest.MonkeyPatch) -> None:
    call("PUT", "/stations/CP1", body={})
    boots_meanwhile(monkeypatch, 1)
    assert call("PATCH", "/stations/CP1", body={"strict": True}, headers={"If-Match": '"0"'}).status == 412


@pytest.mark.parametrize(("if_match", "status"), [(None, 204), ('"0"', 412)])
def test_a_boot_in_between_stops_only_a_removal_with_a_condition(
    monkeypatch: pytest.MonkeyPatch, if_match: str | None, status: int
) -> None:
    call("PUT", "/stations/CP1", body={})
    boots_meanwhile(monkeypatch, 1)
    assert call("DELETE", "/stations/CP1", headers={"If-Match": if_match} if if_match else {}).status == status


def test_a_station_that_never_stands_still_is_a_conflict(monkeypatch: pytest.MonkeyPatch) -> None:
    call("PUT", "/stations/CP1", body={})
    boots_meanwhile(monkeypatch, api.ATTEMPTS)
    assert call("PATCH", "/stations/CP1", body={"strict": True}).status == 409
