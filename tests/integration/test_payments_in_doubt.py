"""Payments and tariffs that cannot be right: refused before anybody is asked for money, or not settled."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from local.dynamodb.storage import Store
from shared.aws import gateway, payment_providers, timers
from shared.domain.payments import Payment, payment_id
from shared.store import payments
from tests.integration.api import call, get, wrong_fields
from tests.integration.station import DirectStation
from tests.integration.stream import Stream, watched

pytestmark = pytest.mark.usefixtures("table")
PER_KWH = {"currency": "EUR", "energy": {"prices": [{"price": 1}]}}
NOW = datetime.now(UTC).replace(microsecond=0)


def ago(minutes: float) -> str:
    return (NOW - timedelta(minutes=minutes)).isoformat().replace("+00:00", "Z")


def billed(version: str = "2.1", **more: Any) -> DirectStation:
    station = DirectStation("CP1", version=version)
    assert call("PUT", "/tariffs/T", body=PER_KWH).status == 201
    assert call("PATCH", "/stations/CP1", body={"tariff_id": "T", **more}).status == 200
    return station


def pay(**more: Any) -> Any:
    order = {"station_id": "CP1", "evse_id": 1, "currency": "EUR", "limit": {"max_cost": 20}, "psp_ref": "PSP"}
    return call("POST", "/payments", body={**order, **more})


@pytest.fixture(autouse=True)
def _now(monkeypatch: pytest.MonkeyPatch) -> None:
    """A test may run minutes after this module was loaded."""
    monkeypatch.setitem(globals(), "NOW", datetime.now(UTC).replace(microsecond=0))


@pytest.fixture
def nobody_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    def asked(*_given: object, **_more: object) -> str:
        raise AssertionError("somebody was asked for money")

    monkeypatch.setattr(payment_providers, "authorize", asked)


@pytest.mark.usefixtures("nobody_asked")
@pytest.mark.parametrize(
    ("more", "expected"),
    [
        ({"currency": "USD"}, 409),
        ({"limit": {}}, ["body limit.max_cost"]),
        ({"limit": {"max_energy_wh": 9000}}, ["body limit.max_cost"]),
        ({"limit": {"max_cost": 20.001}}, ["body limit.max_cost"]),
    ],
)
def test_an_order_that_cannot_be_settled_is_refused_at_once(more: dict[str, Any], expected: Any) -> None:
    billed()
    refused = pay(**more)
    assert (refused.status if expected == 409 else wrong_fields(refused)) == expected
    assert payments.page(None, 10) == ([], None)


@pytest.mark.usefixtures("nobody_asked")
def test_a_station_that_knows_no_payments_or_has_no_tariff_is_not_paid_at() -> None:
    billed("2.0.1")
    assert wrong_fields(pay()) == ["body station_id"]
    DirectStation("CP2", version="2.1")
    assert pay(station_id="CP2").status == 409
    call("PATCH", "/stations/CP2", body={"evse_tariff_ids": {"1": "T"}})
    assert call("DELETE", "/tariffs/T").status == 204
    assert "is not there" in pay(station_id="CP2").json["detail"]


def end(station: DirectStation, *, start: str, wh: int) -> None:
    token = {"idToken": "PSP", "type": "DirectPayment"}
    for kind, seq_no, at, value in (("Started", 0, start, 0), ("Ended", 1, ago(0), wh)):
        more = {} if seq_no else {"idToken": token}
        station.send(
            "TransactionEvent",
            eventType=kind,
            seqNo=seq_no,
            timestamp=at,
            triggerReason="Trigger",
            evse={"id": 1},
            transactionInfo={"transactionId": "TX"},
            meterValue=[{"timestamp": at, "sampledValue": [{"value": value}]}],
            **more,
        )


@pytest.mark.parametrize(
    ("currency", "start", "state", "reason"),
    [
        ("EUR", None, "settled", None),
        ("EUR", "1970-01-01T00:00:05Z", "failed", "the times of the transaction cannot be"),
        ("USD", None, "failed", "the transaction is billed in USD, the payment is in EUR"),
    ],
)
def test_a_payment_is_settled_by_what_can_be_only(
    table: Store, monkeypatch: pytest.MonkeyPatch, currency: str, start: str | None, state: str, reason: str | None
) -> None:
    monkeypatch.setattr(gateway, "send", lambda _connection_id, _text: "sent")
    monkeypatch.setattr(timers, "set", lambda _timer: None)
    stream: Stream = watched(table, monkeypatch)
    station = billed()
    made = pay()
    assert made.status == 202, made.text
    assert call("PUT", "/tariffs/T", body={**PER_KWH, "currency": currency}).status == 200
    end(station, start=start or ago(10), wh=6000)
    stream.flow()
    shown = get(f"/payments/{made.json['payment_id']}")
    assert (shown["state"], shown["reason"]) == (state, reason)
    assert shown["settled_amount"] == (6 if state == "settled" else None)


def settle(station: DirectStation, amount: float, status: str = "Settled", minutes: float = 10) -> Payment:
    said = {"pspRef": "P", "status": status, "settlementAmount": amount, "settlementTime": ago(minutes)}
    station.send("NotifySettlement", **said)
    found = payments.find(payment_id(station.station_id, "P"))
    assert found is not None
    return found


def test_what_a_station_has_settled_stays_and_another_word_on_it_is_noted() -> None:
    station = DirectStation(version="2.1")
    settled = settle(station, 35.7)
    assert (settled.state, settled.conflict) == ("settled", None)
    repeated = settle(station, 35.7, minutes=5)
    assert (repeated.state, repeated.settled_amount, repeated.conflict) == ("settled", settled.settled_amount, None)
    again = settle(station, 99, minutes=4)
    assert (again.state, str(again.settled_amount)) == ("settled", "35.7")
    assert (again.conflict or "").startswith("Settled 99 at ")
    assert settle(station, 0, "Failed", minutes=3).state == "settled"


def test_a_negative_amount_is_kept_and_settles_nothing() -> None:
    found = settle(DirectStation(version="2.1"), -5)
    assert (found.state, str(found.settled_amount)) == ("failed", "-5")
    assert found.reason == "the station has told a negative amount: Settled -5"


NEVER = {"prices": [{"price": 1, "conditions": {"min_energy_wh": 2, "max_energy_wh": 1}}]}


@pytest.mark.parametrize(
    ("more", "fields"),
    [
        ({"min_cost": {"incl_tax": 5}, "max_cost": {"incl_tax": 4}}, ["body min_cost"]),
        ({"min_cost": {"excl_tax": 5, "incl_tax": 4}}, ["body min_cost.excl_tax"]),
        ({"max_cost": {}}, ["body max_cost"]),
        ({"max_cost": {"incl_tax": 4.001}}, ["body max_cost.incl_tax"]),
        ({"currency": "JPY", "max_cost": {"incl_tax": 4.5}}, ["body max_cost.incl_tax"]),
        ({"energy": NEVER}, ["body energy.prices[0].conditions.min_energy_wh"]),
        ({"energy": {"prices": [{"price": 0.123456789012345678}]}}, ["body energy.prices[0].price"]),
        ({"energy": {"prices": [{}]}}, ["body energy.prices[0].price"]),
        ({"min_cost": {"incl_tax": 4.25}, "max_cost": {"incl_tax": 4.25}}, []),
    ],
)
def test_a_tariff_that_contradicts_itself_is_refused(more: dict[str, Any], fields: list[str]) -> None:
    answer = call("PUT", "/tariffs/T", body={**PER_KWH, **more})
    assert (answer.status, wrong_fields(answer) if fields else []) == (422 if fields else 201, fields)
