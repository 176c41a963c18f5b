"""The operator API's firmware campaigns."""

import datetime as dt
from typing import Any

import pytest

from local.dynamodb.storage import Store
from shared.domain.firmware import Firmware
from shared.store import firmware
from tests.integration.api import Answer, call, get, pages
from tests.integration.campaign_world import CampaignWorld, connected, updates

NOW = dt.datetime.now(dt.UTC)
LOCATION = {"location": "https://example.com/f.bin", "version": "2.0"}


@pytest.fixture
def world(table: Store, monkeypatch: pytest.MonkeyPatch) -> CampaignWorld:
    return CampaignWorld(table, monkeypatch)


def start(headers: dict[str, str] | None = None, **order: Any) -> Answer:
    return call("POST", "/firmware-campaigns", body={"stations": ["CP1", "CP2"], **LOCATION, **order}, headers=headers)


def started(**order: Any) -> str:
    answer = start(**order)
    assert answer.status == 202, answer
    campaign_id: str = answer.json["campaign_id"]
    return campaign_id


def change(campaign_id: str, **fields: Any) -> Answer:
    return call("PATCH", f"/firmware-campaigns/{campaign_id}", body=fields)


def test_a_campaign_is_started_and_followed(world: CampaignWorld) -> None:
    connected("CP1", "CP2")
    answer = start(waves=[1, "100%"], when_idle=True, terms={"attempts": 2})
    assert answer.status == 202
    begun = answer.json
    assert [one["station_id"] for one in begun["stations"]] == ["CP1", "CP2"]
    assert begun["counts"] == {"queued": 2, "running": 0, "succeeded": 0, "failed": 0, "cancelled": 0}
    assert (begun["terms"]["when_idle"], begun["terms"]["attempts"], begun["total"]) == (True, 2, 2)
    campaign_id = begun["campaign_id"]
    world.run()
    world.consider(campaign_id)
    shown = get(f"/firmware-campaigns/{campaign_id}")
    assert [(one["state"], one["wave"]) for one in shown["stations"]] == [("running", 1), ("queued", None)]
    world.end(campaign_id=campaign_id)
    world.consider(campaign_id)
    world.end(campaign_id=campaign_id)
    ended = get(f"/firmware-campaigns/{campaign_id}")
    assert (ended["state"], ended["counts"]["succeeded"], ended["wave"]) == ("succeeded", 2, 2)
    assert ended["history"][0]["event"] == "created"
    assert [one["version"] for one in ended["stations"]] == ["2.0", "2.0"]
    assert pages(f"/firmware-campaigns/{campaign_id}/stations", state="succeeded", limit=1)[0][0]["station_id"] == "CP1"
    assert get("/firmware-campaigns")["items"][0]["campaign_id"] == campaign_id


def test_the_same_request_again_makes_nothing_new(world: CampaignWorld) -> None:
    connected("CP1", "CP2")
    key = {"idempotency-key": "k1"}
    first = start(headers=key).json
    world.run()
    world.consider(first["campaign_id"])
    again = start(headers=key)
    assert again.json["campaign_id"] == first["campaign_id"]
    assert {one.state for one in updates(first["campaign_id"])} == {"running"}


def test_a_paused_campaign_gives_no_turns_until_it_is_resumed(world: CampaignWorld) -> None:
    connected("CP1", "CP2")
    campaign_id = started()
    assert change(campaign_id, state="paused").json["state"] == "paused"
    world.run()
    world.consider(campaign_id)
    assert updates(campaign_id, "running") == []
    assert change(campaign_id, state="running", concurrency=1).json["concurrency"] == 1
    world.run()
    world.consider(campaign_id)
    assert len(updates(campaign_id, "running")) == 1


def test_a_halted_campaign_resumes_with_other_limits_only(world: CampaignWorld) -> None:
    connected("CP1", "CP2")
    campaign_id = started(waves=[1], halt_after=0)
    world.run()
    world.consider(campaign_id)
    world.end("CP1", campaign_id=campaign_id)
    assert get(f"/firmware-campaigns/{campaign_id}")["state"] == "halted"
    refused = change(campaign_id, state="running")
    assert (refused.status, "raise halt_after" in refused.text) == (409, True)
    resumed = change(campaign_id, state="running", halt_after={"failures": 1})
    assert (resumed.status, resumed.json["state"], resumed.json["reason"]) == (200, "running", None)
    world.run()
    world.consider(campaign_id)
    assert [one.station_id for one in updates(campaign_id, "running")] == ["CP2"]


def test_a_cancelled_campaign_has_ended(world: CampaignWorld) -> None:
    connected("CP1", "CP2")
    campaign_id = started(concurrency=1)
    world.run()
    world.consider(campaign_id)
    path = f"/firmware-campaigns/{campaign_id}"
    assert call("DELETE", path).json["state"] == "cancelled"
    assert call("DELETE", path).status == 202
    assert change(campaign_id, state="running").status == 409
    world.run()
    shown = get(path)
    assert [one["state"] for one in shown["stations"]] == ["running", "cancelled"]
    assert shown["stations"][1]["reason"].startswith("The campaign was cancelled by ")


def test_firmware_of_ours_tells_its_version(world: CampaignWorld) -> None:
    made = firmware.create(Firmware("f1", "f.bin", "3.1", NOW, state="ready"))
    order = {"stations": ["CP1"], "firmware_id": made.firmware_id}
    assert call("POST", "/firmware-campaigns", body=order).json["version"] == "3.1"
    firmware.create(Firmware("f2", "f.bin", "3.1", NOW))
    assert call("POST", "/firmware-campaigns", body=order | {"firmware_id": "f2"}).status == 409
    assert call("POST", "/firmware-campaigns", body=order | {"firmware_id": "f3"}).status == 422


@pytest.mark.parametrize(
    "wrong",
    [
        {"stations": None},
        {"selection": {"online": True}},
        {"stations": None, "selection": {}},
        {"location": "no-uri"},
        {"location": None},
        {"firmware_id": "f1"},
        {"version": None},
        {"signature": "AAAA"},
        {"signing": "required"},
        {"waves": []},
        {"waves": ["0%"]},
        {"waves": ["101%"]},
        {"waves": ["50%", "20%"]},
        {"waves": ["50%", 3, "50%"]},
        {"waves": [0]},
        {"halt_after": -1},
        {"halt_after": 1.5},
        {"concurrency": 101},
        {"window": {"from": "22:00", "to": "05:00", "time_zone": "Mars/Olympus"}},
        {"window": {"from": "22:00", "to": "05:00", "time_zone": "../passwd"}},
        {"window": {"from": "25:00", "to": "05:00", "time_zone": "UTC"}},
        {"attempts": 2, "terms": {"attempts": 3}},
        {"attempts": 0},
        {"unknown": 1},
    ],
)
def test_what_makes_no_campaign_is_refused(world: CampaignWorld, wrong: dict[str, Any]) -> None:
    assert start(**wrong).status == 422
    assert get("/firmware-campaigns")["items"] == []


@pytest.mark.parametrize(
    ("said", "limits"),
    [
        (None, {"failures": None, "share": 0.2}),
        ({}, {"failures": None, "share": None}),
        (1, {"failures": 1, "share": None}),
        (0.25, {"failures": None, "share": 0.25}),
        ({"failures": 3, "share": 0.5}, {"failures": 3, "share": 0.5}),
    ],
)
def test_limits_are_understood(world: CampaignWorld, said: Any, limits: dict[str, Any]) -> None:
    assert start(halt_after=said).json["halt_after"] == limits


@pytest.mark.parametrize("said", [1.0, 1.5, -1, 10**9, True])
def test_limits_that_could_be_mistaken_are_refused(world: CampaignWorld, said: Any) -> None:
    assert start(halt_after=said).status == 422


def test_blanks_around_a_version_do_not_count(world: CampaignWorld) -> None:
    assert start(version=" 2.0 ").json["version"] == "2.0"
    assert start(version=" ").status == 422


def test_a_window_is_shown_as_it_was_said(world: CampaignWorld) -> None:
    window = {"from": "22:00", "to": "05:00", "time_zone": "Europe/Berlin", "days": ["sat", "mon"]}
    campaign_id = started(window=window)
    assert get(f"/firmware-campaigns/{campaign_id}")["window"] == window | {"days": ["mon", "sat"]}


def test_ten_thousand_stations_are_named_at_once(world: CampaignWorld) -> None:
    answer = start(stations=[f"CP{number}" for number in range(10_000)])
    assert (answer.status, answer.json["total"], len(answer.json["stations"])) == (202, 10_000, 1_000)


def test_there_is_no_such_campaign(world: CampaignWorld) -> None:
    for path in ("/firmware-campaigns/x", "/firmware-campaigns/x/stations"):
        assert call("GET", path).status == 404
    assert call("DELETE", "/firmware-campaigns/x").status == 404
    assert change("x", state="paused").status == 404
    assert change(started()).status == 422
