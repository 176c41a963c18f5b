"""`cost`: an estimate without any system, and what the API tells of a deployment."""

import json
from typing import Any

import pytest

from local.cli.errors import USAGE
from shared.cloud_units import units
from shared.domain.cloud_estimates import PROFILES, Traffic, estimate
from tests.unit.cli_support import FakeApi, answer, idlewatt

LINES = [{"item": "websocket_message", "service": "API Gateway", "amount": 2000, "unit": "message", "usd": 0.002}]
DAY: dict[str, Any] = {
    "day": "2026-11-22",
    "is_over": True,
    "usd": 0.002,
    "by_service": [{"service": "API Gateway", "usd": 0.002}],
    "lines": LINES,
    "messages": 2000,
    "stations_connected": 1.5,
    "transactions_started": 4,
    "usd_per_station_month": 0.04,
    "usd_per_transaction": 0.0005,
}
REPORT = {"region": "us-east-1", "prices": [], "days": [DAY], "total": DAY, "connections_open": 2}


def estimated(*words: str) -> Any:
    ended = idlewatt(FakeApi(), "cost", "estimate", *words, "--json")
    assert ended.status == 0, ended.err
    return json.loads(ended.out)


def test_an_estimate_asks_nobody_and_is_the_models() -> None:
    shown = estimated("--station", "dc", "--stations", "10")
    assert shown["usd_per_station"] == pytest.approx(estimate(PROFILES["dc"], units()).usd)
    assert {one["item"] for one in shown["prices"]} == {one["item"] for one in [*shown["lines"], *shown["fixed"]]}
    assert (shown["profile"], shown["target_usd"], shown["stations"]) == ("dc", 0.095, 10)


def test_what_is_said_takes_the_place_of_the_profiles_numbers() -> None:
    shown = estimated(
        *("--ocpp", "2.0.1", "--sessions-per-day", "2", "--minutes", "90", "--meter-interval", "15m", "--samples", "4"),
        *("--heartbeat", "10m", "--commands-per-day", "3", "--kept-months", "6", "--message-log"),
    )
    assert Traffic(**shown["traffic"]) == Traffic("2.0.1", 2, 90, 900, 4, 600, 3, True, 6)
    assert shown["profile"] is None


def test_no_meter_values_are_none() -> None:
    assert estimated("--meter-interval", "0")["traffic"]["meter_interval_s"] is None


def test_people_see_it_by_service_by_cause_and_beside_other_systems() -> None:
    out = idlewatt(FakeApi(), "cost", "estimate", "--stations", "5000").out
    for text in ("a station and month", "API Gateway", "heartbeats", "websocket_message", "too many", "never"):
        assert text in out


def test_a_heartbeat_without_time_between_is_refused() -> None:
    assert idlewatt(FakeApi(), "cost", "estimate", "--heartbeat", "0").status == USAGE


def test_the_real_figures_are_the_apis_day_by_day() -> None:
    api = FakeApi(answer(REPORT))
    ended = idlewatt(api, "cost", "actual", "--from", "2026-11-22")
    assert api.asked == ["GET /cloud-costs?from=2026-11-22"]
    assert ended.out.splitlines()[1].split() == ["2026-11-22", "0.0020", "0.0020", "1.5", "4", "0.0400", "0.0005"]


def test_programs_get_them_as_the_api_gave_them() -> None:
    assert json.loads(idlewatt(FakeApi(answer(REPORT)), "cost", "actual", "--json").out) == REPORT
