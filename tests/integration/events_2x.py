"""Sessions of stations of OCPP 2.x straight to the function, and what may break in on it."""

import itertools
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

from shared.domain.authorization import Group
from shared.domain.tariffs import Conditions, Tariff, TariffPart, TariffPrice
from shared.domain.transactions import Transaction
from shared.store import dynamodb, groups, stations, tariffs, transactions
from shared.store.dynamodb import DynamoDBError
from tests.integration.station import DirectStation

START = datetime(2026, 11, 20, 8, tzinfo=UTC)
TAG = {"idToken": "TAG", "type": "ISO14443"}
WRITES = ("PutItem", "UpdateItem", "TransactWriteItems")


def at(minutes: int) -> str:
    return (START + timedelta(minutes=minutes)).isoformat().replace("+00:00", "Z")


def event(kind: str, seq_no: int, trigger: str = "Trigger", *, name: str = "tx", **more: Any) -> dict[str, Any]:
    """A TransactionEvent, a minute for each seqNo; `wh` is a reading, in a `context`."""
    info = {"transactionId": name, **more.pop("info", {})}
    said = {"eventType": kind, "seqNo": seq_no, "timestamp": at(seq_no), "triggerReason": trigger}
    if "wh" in more:
        sample = {"value": more.pop("wh"), "context": more.pop("context", "Sample.Periodic")}
        more["meterValue"] = [{"timestamp": at(seq_no), "sampledValue": [sample]}]
    return {**said, "transactionInfo": info, **more}


def session(name: str = "tx") -> list[dict[str, Any]]:
    return [
        event("Started", 0, "CablePluggedIn", name=name, evse={"id": 1}, wh=1000, context="Transaction.Begin"),
        event("Updated", 1, "Authorized", name=name, idToken=TAG, evse={"id": 1, "connectorId": 1}),
        event(
            "Updated", 2, "ChargingStateChanged", name=name, info={"chargingState": "Charging"}, numberOfPhasesUsed=3
        ),
        event("Updated", 3, "MeterValuePeriodic", name=name, wh=2000),
        event("Updated", 4, "ChargingStateChanged", name=name, info={"chargingState": "SuspendedEV"}),
        event("Updated", 5, "MeterValuePeriodic", name=name, wh=4000),
        event("Updated", 6, "StopAuthorized", name=name, idToken={"idToken": "tag", "type": "ISO14443"}),
        event(
            "Ended",
            7,
            "EVDeparted",
            name=name,
            wh=4500,
            context="Transaction.End",
            info={"stoppedReason": "EVDisconnected", "timeSpentCharging": 300},
        ),
    ]


COST = Decimal("4.50")
"""Of a session at a billed station: 1.5 kWh at 0.20, 2 kWh at 0.60, and 3 minutes idle at 1.00."""


def billed(*which: DirectStation) -> None:
    """Give the token's group a tariff, and stations and their EVSEs others, which give way to it."""
    cheap_at_first = TariffPrice(Decimal("0.2"), Conditions(max_energy_wh=Decimal(1500)))
    energy, idle = TariffPart((cheap_at_first, TariffPrice(Decimal("0.6")))), TariffPart((TariffPrice(Decimal(1)),))
    prices = {"FLEET": energy, "EVSE": TariffPart((TariffPrice(Decimal(8)),)), "STATION": idle}
    for tariff_id, part in prices.items():
        if tariffs.find(tariff_id) is None:
            tariffs.save(Tariff(tariff_id, "EUR", energy=part, idle_time=idle))
    groups.save(Group("FLEET", tariff_id="FLEET"))
    for one in which:
        found = stations.existing(one.station_id)
        stations.replace(found._replace(tariff_id="STATION", evse_tariff_ids=((1, "EVSE"),)))


def send(station: DirectStation, *events: dict[str, Any]) -> list[dict[str, Any]]:
    return [station.send("TransactionEvent", **one) for one in events]


def found(name: str = "tx") -> Transaction:
    transaction = transactions.find(name)
    assert transaction is not None
    return transaction


def essence(transaction: Transaction) -> Transaction:
    """A transaction without what tells how it came about, and under whichever name."""
    assert transaction.folded is not None
    folded = transaction.folded._replace(founding=None, closing=None)
    return transaction._replace(transaction_id="", station_id="", revision=0, folded=folded)


@contextmanager
def crash(at_write: int) -> Iterator[None]:
    """Let the process die before one of its writes, counted from 0."""
    writes = itertools.count()
    transport = dynamodb._transport

    def failing(operation: str, body: bytes) -> tuple[int, bytes]:
        if operation in WRITES and next(writes) == at_write:
            raise DynamoDBError("Crash", "the process is gone")
        return transport(operation, body)

    dynamodb.set_transport(failing)
    try:
        yield
    finally:
        dynamodb.set_transport(transport)


@contextmanager
def between(at_write: int, act: Callable[[], object]) -> Iterator[None]:
    """Let something happen right before one of the writes, counted from 1."""
    writes = itertools.count(1)
    transport = dynamodb._transport

    def interrupted(operation: str, body: bytes) -> tuple[int, bytes]:
        if operation in WRITES and next(writes) == at_write:
            act()
        return transport(operation, body)

    dynamodb.set_transport(interrupted)
    try:
        yield
    finally:
        dynamodb.set_transport(transport)
