"""Costs that are in doubt: what is told, and that no money moves by itself."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from local.dynamodb.storage import Store
from shared.domain.authorization import IdToken
from shared.store import tariffs, tokens, transactions
from tests.integration.api import call, get, wrong_fields
from tests.integration.station import DirectStation
from tests.integration.stream import Stream, watched

pytestmark = pytest.mark.usefixtures("table")
TAG = {"idToken": "TAG", "type": "ISO14443"}
PER_KWH = {"currency": "EUR", "running_cost": True, "energy": {"prices": [{"price": 1}]}}
NOW = datetime.now(UTC).replace(microsecond=0)


@pytest.fixture(autouse=True)
def _now(monkeypatch: pytest.MonkeyPatch) -> None:
    """A test may run minutes after this module was loaded."""
    monkeypatch.setitem(globals(), "NOW", datetime.now(UTC).replace(microsecond=0))


@pytest.fixture
def stream(table: Store, monkeypatch: pytest.MonkeyPatch) -> Stream:
    return watched(table, monkeypatch)


def iso(at: datetime) -> str:
    return at.isoformat().replace("+00:00", "Z")


def ago(minutes: float) -> str:
    return iso(NOW - timedelta(minutes=minutes))


def prepaid(balance: int = 50, **more: Any) -> None:
    assert call("PUT", "/tariffs/T", body=PER_KWH).status in (200, 201)
    body = {"balance": balance, "tariff_id": "T", **more}
    assert call("PUT", "/id-tokens/TAG", body=body).status in (200, 201)


def tell(station: DirectStation, kind: str, seq_no: int, at: str, wh: int, **more: Any) -> dict[str, Any]:
    value = {"timestamp": at, "sampledValue": [{"value": wh}]}
    said: dict[str, Any] = {"eventType": kind, "seqNo": seq_no, "timestamp": at, "triggerReason": "Trigger"}
    said["meterValue"] = more.pop("meterValue", [value])
    info = {"transactionId": "TX", "chargingState": "Charging"}
    answer: dict[str, Any] = station.send("TransactionEvent", **said, evse={"id": 1}, transactionInfo=info, **more)
    return answer


def balance() -> float | None:
    found: float | None = get("/id-tokens/TAG")["balance"]
    return found


@pytest.mark.parametrize("version", ["2.0.1", "2.1"])
@pytest.mark.parametrize("year", [1970, 2099])
def test_a_clock_that_is_wrong_takes_nothing_from_a_balance(stream: Stream, version: str, year: int) -> None:
    prepaid()
    station = DirectStation(version=version)
    for _ in range(2):
        tell(station, "Started", 0, f"{year}-01-01T00:00:05Z", 0, idToken=TAG)
        tell(station, "Ended", 1, ago(0), 6000)
        stream.flow()
    shown = get("/transactions/TX")
    assert abs(datetime.fromisoformat(shown["started_at"]) - NOW) < timedelta(minutes=5)
    assert (shown["total_cost"], shown["flags"]) == (6, ["time_implausible"])
    assert balance() == 50
    assert [one.transaction_id for one in transactions.recent_of_station(station.station_id)] == ["TX"]
    found = get(f"/stations/{station.station_id}/findings")["items"]
    assert [(one["code"], one["action"], one["path"]) for one in found] == [("Q-05", "TransactionEvent", "timestamp")]


@pytest.mark.parametrize(
    ("start", "stop", "flags"),
    [
        ("2016-01-01T00:00:00Z", None, ["time_implausible"]),
        (None, "2099-01-01T00:00:00Z", ["time_implausible"]),
        (None, None, []),
    ],
)
def test_nor_does_one_of_1_6(stream: Stream, start: str | None, stop: str | None, flags: list[str]) -> None:
    prepaid()
    began_at, ended_at = start or ago(10), stop or ago(0)
    station = DirectStation()
    begun = station.send("StartTransaction", connectorId=1, idTag="TAG", meterStart=0, timestamp=began_at)
    stream.flow()
    for _ in range(2):
        station.send("StopTransaction", transactionId=begun["transactionId"], meterStop=6000, timestamp=ended_at)
        stream.flow()
    shown = get(f"/transactions/{begun['transactionId']}")
    assert (shown["total_cost"], shown["flags"]) == (6, flags)
    assert balance() == (50 if flags else 44)


def test_a_clock_that_is_put_back_makes_nothing_free(stream: Stream) -> None:
    prepaid()
    station = DirectStation(version="2.0.1")
    tell(station, "Started", 0, ago(-120), 0, idToken=TAG)
    tell(station, "Updated", 1, ago(-130), 3000)
    assert tell(station, "Ended", 2, ago(0), 6000)["totalCost"] == 6
    stream.flow()
    assert balance() == 44


def test_energy_that_nobody_has_measured_is_not_free(stream: Stream) -> None:
    prepaid()
    station = DirectStation(version="2.0.1")
    sample = {"value": 500, "measurand": "Energy.Active.Import.Interval"}
    for seq_no, kind in enumerate(("Started", "Updated", "Ended")):
        value = {"timestamp": ago(9 - seq_no), "sampledValue": [sample]}
        answer = tell(
            station, kind, seq_no, ago(9 - seq_no), 0, meterValue=[value], **({"idToken": TAG} if not seq_no else {})
        )
    assert "totalCost" not in answer
    stream.flow()
    assert (get("/transactions/TX")["energy_wh"], get("/transactions/TX")["total_cost"]) == (None, None)
    assert balance() == 50


@pytest.mark.parametrize("version", ["1.6", "2.0.1"])
def test_a_register_that_begins_anew_is_billed_on_and_flagged(stream: Stream, version: str) -> None:
    prepaid()
    station = DirectStation(version=version)
    if version == "1.6":
        at = ago(30)
        begun = station.send("StartTransaction", connectorId=1, idTag="TAG", meterStart=5000, timestamp=at)
        number = begun["transactionId"]
        stream.flow()
        for minute, wh in ((20, 15_000), (10, 100)):
            value = {"timestamp": ago(minute), "sampledValue": [{"value": str(wh)}]}
            station.send("MeterValues", connectorId=1, transactionId=number, meterValue=[value])
        for _ in range(2):
            station.send("StopTransaction", transactionId=number, meterStop=5100, timestamp=ago(0))
            stream.flow()
        name = str(number)
    else:
        whs = (5000, 15_000, 100, 5100)
        kinds = ("Started", "Updated", "Updated", "Ended")
        told = [
            tell(station, kind, n, ago(30 - 10 * n), wh, **({} if n else {"idToken": TAG}))
            for n, (kind, wh) in enumerate(zip(kinds, whs, strict=True))
        ]
        assert [one["totalCost"] for one in told] == [0, 10, 10, 15]
        stream.flow()
        name = "TX"
    shown = get(f"/transactions/{name}")
    assert (shown["total_cost"], shown["flags"]) == (15, ["meter_implausible"])
    assert balance() == 35


@pytest.mark.parametrize("version", ["1.6", "2.0.1"])
def test_energy_that_a_refused_token_has_had_is_billed_to_it(stream: Stream, version: str) -> None:
    prepaid(balance=0)
    station = DirectStation(version=version)
    if version == "1.6":
        begun = station.send("StartTransaction", connectorId=1, idTag="TAG", meterStart=0, timestamp=ago(10))
        stream.flow()
        station.send("StopTransaction", transactionId=begun["transactionId"], meterStop=6000, timestamp=ago(0))
    else:
        answer = tell(station, "Started", 0, ago(10), 0, idToken=TAG, offline=True)
        assert answer["idTokenInfo"]["status"] == "NoCredit"
        tell(station, "Ended", 1, ago(0), 6000, offline=True)
    stream.flow()
    assert balance() == -6


def test_a_token_that_nobody_has_is_billed_for_nothing(stream: Stream) -> None:
    prepaid(type="eMAID")
    station = DirectStation(version="2.0.1")
    assert tell(station, "Started", 0, ago(10), 0, idToken=TAG)["idTokenInfo"]["status"] == "Invalid"
    tell(station, "Ended", 1, ago(0), 6000)
    stream.flow()
    assert balance() == 50


@pytest.mark.parametrize(
    ("method", "path", "body", "field"),
    [
        ("PUT", "/id-tokens/TAG", {"tariff_id": "ghost"}, "body tariff_id"),
        ("PUT", "/groups/FLEET", {"tariff_id": "ghost"}, "body tariff_id"),
        ("PATCH", "/stations/CP1", {"tariff_id": "ghost"}, "body tariff_id"),
        ("PATCH", "/stations/CP1", {"evse_tariff_ids": {"2": "ghost"}}, "body evse_tariff_ids.2"),
    ],
)
def test_a_tariff_that_is_not_there_cannot_be_assigned(
    method: str, path: str, body: dict[str, Any], field: str
) -> None:
    DirectStation("CP1")
    refused = call(method, path, body=body)
    assert (refused.status, wrong_fields(refused)) == (422, [field])


@pytest.mark.parametrize("version", ["1.6", "2.0.1"])
def test_a_tariff_that_was_removed_does_not_give_way_to_another(stream: Stream, version: str) -> None:
    prepaid()
    station = DirectStation(version=version)
    assert call("PUT", "/tariffs/place", body=PER_KWH).status == 201
    assert call("PATCH", f"/stations/{station.station_id}", body={"tariff_id": "place"}).status == 200
    assert call("DELETE", "/tariffs/T").status == 204
    if version == "1.6":
        begun = station.send("StartTransaction", connectorId=1, idTag="TAG", meterStart=0, timestamp=ago(10))
        stream.flow()
        name = str(begun["transactionId"])
        station.send("StopTransaction", transactionId=begun["transactionId"], meterStop=6000, timestamp=ago(0))
    else:
        tell(station, "Started", 0, ago(10), 0)
        tell(station, "Updated", 1, ago(9), 0, idToken=TAG)
        tell(station, "Ended", 2, ago(0), 6000)
        name = "TX"
    stream.flow()
    shown = get(f"/transactions/{name}")
    assert (shown["total_cost"], shown["flags"]) == (None, ["tariff_missing"])
    assert tokens.find("TAG") == IdToken("TAG", balance=Decimal(50), tariff_id="T", revision=1)
    assert tariffs.find("T") is None
