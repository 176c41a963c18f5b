"""The overview of all stations, and how the system is set."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from functions.api import overview
from local.capacity import recording
from local.dynamodb.storage import Store
from shared.domain.authorization import IdToken
from shared.domain.fleet_samples import FleetSample
from shared.domain.stations import Connection, Station
from shared.settings import settings
from shared.store import connections, fleet_samples, stations, tokens
from shared.version import VERSION
from tests.integration import many
from tests.integration.api import call, get, wrong_fields
from tests.integration.sessions import began, ended
from tests.integration.station import DirectStation
from tests.integration.stream import watched

VIEWER = {"sub": "user-2", "cognito:groups": "[viewer]"}


def sampled(minutes_ago: float, *, power_w: int = 0, energy_wh: int = 0) -> FleetSample:
    at = datetime.now(UTC) - timedelta(minutes=minutes_ago)
    sample = FleetSample(at, 10, 8, 3, 1, 6, power_w, energy_wh)
    fleet_samples.record(sample)
    return sample


def test_an_empty_system_is_all_zeros(table: Store) -> None:
    found = get("/overview")
    assert found["stations"] == {"total": 0, "online": 0, "offline": 0, "charging": 0, "faulted": 0}
    assert (found["power_w"], found["energy_wh"], found["samples"]) == (None, 0, [])


def test_stations_are_counted_as_they_are_now(table: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    stream = watched(table, monkeypatch)
    tokens.save(IdToken("TAG", concurrent=True))
    now = datetime.now(UTC)
    station = DirectStation(now=now)
    began(now, evse_id=1)
    began(now, evse_id=2)
    ended(began(now - timedelta(hours=3)))
    for connector in (1, 2):
        station.send("StatusNotification", connectorId=connector, status="Faulted", errorCode="OverVoltage")
    stations.create(Station("OFFLINE", "Accepted", now))
    stream.flow()
    found = get("/overview")
    assert found["stations"] == {"total": 2, "online": 1, "offline": 1, "charging": 1, "faulted": 1}
    assert (found["active_transactions"], found["faults"], found["alarms"], found["running_campaigns"]) == (2, 2, 0, 0)


def test_of_many_transactions_the_last_sample_tells_at_how_many_stations_they_are(
    table: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(overview, "COUNTED_ONE_BY_ONE", 1)
    for evse_id in (1, 2, 3, 4):
        began(datetime.now(UTC), evse_id=evse_id)
    assert get("/overview")["stations"]["charging"] == 4, "there is no sample"
    sampled(1)
    assert get("/overview")["stations"]["charging"] == 2, "six transactions were at three stations"


def test_curves_are_of_the_last_day_and_power_of_the_last_sample(table: Store) -> None:
    sampled(25 * 60, energy_wh=1000)
    sampled(10, power_w=5000, energy_wh=200)
    last = sampled(5, power_w=7000, energy_wh=500)
    found = get("/overview")
    assert (found["power_w"], found["energy_wh"]) == (7000, 700)
    assert [one["power_w"] for one in found["samples"]] == [5000, 7000]
    assert found["samples"][1] == {
        "at": last.at.isoformat().replace("+00:00", "Z"),
        "stations": 10,
        "online": 8,
        "offline": 2,
        "charging": 3,
        "faulted": 1,
        "active_transactions": 6,
        "power_w": 7000,
        "energy_wh": 500,
        "estimated": False,
    }


def test_campaigns_that_run_or_are_paused_are_counted(table: Store) -> None:
    stations.create(Station("CP1", "Accepted", datetime.now(UTC)))
    order = {"stations": ["CP1"], "location": "https://files.example/fw.bin", "version": "1.2"}
    made = [call("POST", "/firmware-campaigns", body=order).json["campaign_id"] for _ in range(3)]
    assert call("PATCH", f"/firmware-campaigns/{made[0]}", body={"state": "paused"}).status == 200
    assert call("DELETE", f"/firmware-campaigns/{made[1]}").status in (200, 202, 204)
    assert get("/overview")["running_campaigns"] == 2


def test_power_that_is_long_ago_is_not_told(table: Store) -> None:
    sampled(30, power_w=7000)
    assert get("/overview")["power_w"] is None


def test_energy_is_told_since_a_moment(table: Store) -> None:
    for minutes_ago, energy_wh in ((26 * 60, 1), (60, 20), (5, 300)):
        sampled(minutes_ago, energy_wh=energy_wh)

    def energy(hours_ago: float) -> Any:
        since = (datetime.now(UTC) - timedelta(hours=hours_ago)).isoformat()
        return get("/overview", since=since)["energy_wh"]

    assert [energy(hours_ago) for hours_ago in (0.5, 2, 48)] == [300, 320, 321]


@pytest.mark.parametrize("days", [-1, 8])
def test_energy_is_told_of_the_last_seven_days(table: Store, days: int) -> None:
    since = (datetime.now(UTC) - timedelta(days=days)).isoformat()
    answer = call("GET", "/overview", query={"since": since})
    assert answer.status == 422
    assert wrong_fields(answer) == ["query since"]


def test_samples_of_each_minute_are_thinned_out(table: Store) -> None:
    for minutes_ago in range(400, 0, -1):
        sampled(minutes_ago, energy_wh=1)
    found = get("/overview")
    assert 80 <= len(found["samples"]) <= 82
    assert sum(one["energy_wh"] for one in found["samples"]) == found["energy_wh"] == 400


def test_the_overview_of_ten_thousand_stations_reads_their_keys_only(table: Store) -> None:
    now = datetime.now(UTC)
    ids = [f"STATION-{number:05}" for number in range(10_000)]
    station = Station("", "Accepted", now, vendor="Volt", model="One", serial_number="1", firmware_version="1.0")
    many.put(table, (stations.to_item(station._replace(station_id=one, revision=1)) for one in ids))
    for one in ids[:2000]:
        connections.connect(Connection(one, "c", now, now, "1.6"))
    many.fill_with_transactions(table, 1000)
    for number in range(288):
        sampled(5 * number)
    with recording() as meter:
        found = get("/overview")
    assert (found["stations"]["total"], found["stations"]["online"]) == (10_000, 2000)
    assert {charge.operation for charge in meter.charges} <= {"Query", "BatchGetItem"}
    assert meter.write_units == 0
    assert meter.read_units <= 230


def test_the_system_tells_how_it_is_set(table: Store) -> None:
    own = settings()
    answer = call("GET", "/system", claims=VIEWER)
    assert answer.json == {
        "stage": own.stage,
        "version": VERSION,
        "onboarding": own.onboarding,
        "heartbeat_interval_s": own.heartbeat_interval_s,
        "expected_stations": own.expected_stations,
        "message_log": own.message_log,
        "cpo_name": own.cpo_name or None,
        "certificate_authority": "embedded",
        "contract_certificates": "test",
        "payment_provider": "test",
        "vat_register": "test",
    }


@pytest.mark.parametrize(
    ("authority", "kind"),
    [
        ("none", "none"),
        ("table", "embedded"),
        ("arn:aws:kms:eu-central-1:123456789012:key/1", "embedded"),
        ("arn:aws:lambda:eu-central-1:123456789012:function:signer", "external"),
    ],
)
def test_which_certificate_authority_there_is_is_told_without_its_name(
    table: Store, monkeypatch: pytest.MonkeyPatch, authority: str, kind: str
) -> None:
    own = settings()._replace(certificate_authority=authority, payment_provider=authority)
    monkeypatch.setattr(overview, "settings", lambda: own)
    found = get("/system")
    assert found["certificate_authority"] == kind
    assert found["payment_provider"] == ("none" if authority == "none" else "external")
    assert "arn:" not in str(found)
