"""What transactions cost as events come in: each order the same, at a price in request units, and prepaid once."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from itertools import permutations
from typing import Any

import pytest

from local.capacity import recording
from local.dynamodb.storage import Store
from shared.domain.authorization import IdToken
from shared.domain.bills import Announcement, Bill, Leg, Piece, Usage, Volume
from shared.domain.tariffs import Tariff
from shared.store import bills, tariffs, tokens, transactions
from tests.integration.api import call, get
from tests.integration.station import DirectStation
from tests.integration.stream import watched

START = datetime(2026, 11, 23, 8, tzinfo=UTC)
CHEAP_AT_FIRST = {"prices": [{"price": 0.2, "conditions": {"max_energy_wh": 1500}}, {"price": 0.6}]}
TARIFF = {
    "currency": "EUR",
    "energy": {**CHEAP_AT_FIRST, "tax_rates": [{"type": "VAT", "percent": 19, "stack": 1}]},
    "charging_time": {"prices": [{"price": 0.01, "conditions": {"start_time_of_day": "09:05", "days": ["Monday"]}}]},
    "idle_time": {"prices": [{"price": 0.1, "conditions": {"valid_from_date": "2026-01-01"}}]},
    "max_cost": {"incl_tax": 30, "tax_rates": [{"type": "VAT", "percent": 19}]},
    "description": [{"content": "Hello", "language": "en", "format": "ASCII"}],
    "valid_from": "2026-01-01T00:00:00Z",
    "time_zone": "Europe/Berlin",
    "running_cost": True,
}

pytestmark = pytest.mark.usefixtures("table")


def event(kind: str, seq_no: int, minute: int, wh: int, name: str = "TX", **info: Any) -> dict[str, Any]:
    at = (START + timedelta(minutes=minute)).isoformat().replace("+00:00", "Z")
    value = {"timestamp": at, "sampledValue": [{"value": wh}]}
    said = {"eventType": kind, "seqNo": seq_no, "timestamp": at, "triggerReason": "MeterValuePeriodic"}
    return {**said, "meterValue": [value], "evse": {"id": 1}, "transactionInfo": {"transactionId": name, **info}}


def whole(name: str) -> list[dict[str, Any]]:
    return [
        event("Started", 0, 0, 0, name, chargingState="Charging"),
        event("Updated", 1, 10, 1000, name),
        event("Updated", 2, 20, 3000, name, chargingState="SuspendedEV"),
        event("Ended", 3, 30, 3000, name),
    ]


def billed(station: DirectStation) -> None:
    assert call("PUT", "/tariffs/T", body=TARIFF).status == 201
    call("PATCH", f"/stations/{station.station_id}", body={"tariff_id": "T"})


def test_every_order_of_events_comes_to_the_same_cost() -> None:
    station = DirectStation("CP1", version="2.1")
    billed(station)
    totals = set()
    for number, order in enumerate(permutations(range(4))):
        events = whole(f"TX-{number}")
        for position in (*order, order[0]):
            station.send("TransactionEvent", **events[position])
        kept = transactions.find(f"TX-{number}")
        assert kept is not None
        totals.add(kept.total_cost)
        shown = get(f"/transactions/TX-{number}")["cost"]
        assert (shown["energy_wh"], shown["charging_time_s"], shown["idle_time_s"]) == (3000, 1200, 600)
    # 1.5 kWh at 0.20 and 1.5 at 0.60 with tax, 15 minutes of charging from 9:05 in Berlin, 10 minutes of idling
    assert totals == {Decimal("2.58")}


def test_an_update_reads_its_tariff_and_no_other_event() -> None:
    station = DirectStation("CP1", version="2.1")
    billed(station)
    events = whole("TX")
    station.send("TransactionEvent", **events[0])
    with recording() as meter:
        answer = station.send("TransactionEvent", **events[1])
    assert answer["totalCost"] == 0.29
    assert [charge.operation for charge in meter.charges if charge.operation == "Query"] == []
    assert meter.read_units <= 1.5
    assert meter.write_units <= 2


def test_a_prepaid_token_is_debited_once_and_by_the_difference_where_the_cost_changes(
    table: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    tokens.save(IdToken("CARD", balance=Decimal(10)))
    station = DirectStation("CP1", version="2.1")
    billed(station)
    stream = watched(table, monkeypatch)
    events = whole("TX")
    events[0]["idToken"] = {"idToken": "CARD", "type": "ISO14443"}
    for position in (0, 3, 3):
        station.send("TransactionEvent", **events[position])
        stream.flow()
    early = tokens.find("CARD")
    assert early is not None
    assert early.balance is not None
    assert early.balance < 10
    for position in (1, 2, 2):
        station.send("TransactionEvent", **events[position])
        stream.flow()
    late = tokens.find("CARD")
    assert late is not None
    assert late.balance == Decimal("7.42")


@pytest.mark.parametrize("order", list(permutations(range(3))))
def test_each_order_of_events_and_of_their_consequences_debits_a_prepaid_token_once(
    order: tuple[int, ...], table: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The token comes first with the start, so that the debit waits for it where it comes last."""
    for name in ("CARD", "OTHER"):
        tokens.save(IdToken(name, balance=Decimal(10)))
    station = DirectStation("CP1", version="2.1")
    billed(station)
    stream = watched(table, monkeypatch)
    started, first, _, ended = whole("TX")
    events = [started | {"idToken": {"idToken": "CARD", "type": "ISO14443"}}, first]
    events.append(ended | {"idToken": {"idToken": "OTHER", "type": "ISO14443"}})
    for position in (*order, *order):
        station.send("TransactionEvent", **events[position])
        told = list(stream.records)
        stream.flow()
        stream.records = told  # a stream may tell everything again
        stream.flow()
    kept = transactions.find("TX")
    assert kept is not None
    assert kept.total_cost
    assert balance("CARD") == 10 - kept.total_cost
    assert balance("OTHER") == 10


def test_an_id_that_is_used_again_debits_both_transactions_each_once(
    table: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    tokens.save(IdToken("CARD", balance=Decimal(100)))
    station = DirectStation("CP1", version="2.1")
    billed(station)
    stream = watched(table, monkeypatch)
    card = {"idToken": {"idToken": "CARD", "type": "ISO14443"}}
    one = [event("Started", 0, 0, 0), event("Updated", 1, 1, 500), event("Ended", 2, 9, 1000)]
    two = [event("Started", 0, 100, 0), event("Ended", 1, 110, 2000)]
    for said in (one[0] | card, one[2], two[0] | card, two[1], one[1], one[2], two[1]):
        station.send("TransactionEvent", **said)
        stream.flow()
    costs = [kept.total_cost for name in ("TX", "TX~0") if (kept := transactions.find(name))]
    assert balance("CARD") == 100 - sum(one for one in costs if one is not None)
    assert all(costs)


def balance(id_token: str) -> Decimal:
    found = tokens.find(id_token)
    assert found is not None
    assert found.balance is not None
    return found.balance


def test_a_tariff_and_a_bill_are_read_as_they_were_written() -> None:
    saved = call("PUT", "/tariffs/T", body=TARIFF).json
    assert get("/tariffs/T") == saved
    again = call("PUT", "/tariffs/T", body={name: saved[name] for name in saved if name in (*TARIFF, "idle_time")})
    assert again.json == saved | {"revision": 2, "wire_id": "T#2"}
    first, second = tariffs.revision("T", 1), tariffs.revision("T", 2)
    assert first is not None
    assert second == first._replace(revision=2)
    assert tariffs.revision("T", 3) is None
    usage = Usage(START, START, START, 5, 1, 2, 3, (Piece(START, "idle", 7),), (Volume(0, "energy", 1, 9),))
    whole_bill = Bill((Leg("T", 1), Leg("T", 2, START)), "operator", "EUR", True, usage, Announcement(1, 4))
    for bill in (whole_bill, whole_bill._replace(usage=None, announced=None), whole_bill._replace(usage=None)):
        assert bills.from_text(bills.as_text(bill)) == bill


def test_a_tariff_that_is_removed_and_put_again_goes_on_counting() -> None:
    for number in (1, 2):
        assert tariffs.save(Tariff("T", "EUR")).revision == number
    assert tariffs.delete("T")
    assert tariffs.find("T") is None
    assert tariffs.save(Tariff("T", "CHF")).revision == 3
    kept = tariffs.revision("T", 2)
    assert kept is not None
    assert kept.currency == "EUR"
