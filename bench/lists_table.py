"""A network in the table: its stations, and what they and their drivers have left behind. Put there directly, since
through the functions it would take hours."""

from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta

from local.dynamodb.storage import Store
from shared.domain.authorization import IdToken
from shared.domain.availability import ConnectorStatus
from shared.domain.calls import Call
from shared.domain.events import Event
from shared.domain.firmware_campaigns import Campaign
from shared.domain.firmware_updates import Update
from shared.domain.jobs import Job
from shared.domain.reservations import Reservation
from shared.domain.stations import Connection, Station
from shared.domain.transactions import Transaction
from shared.store import (
    calls,
    connections,
    connectors,
    events,
    faults,
    firmware_campaigns,
    firmware_updates,
    jobs,
    reservations,
    stations,
    tokens,
    transaction_lists,
    transactions,
)
from shared.store.dynamodb import Item, encode_item

CAMPAIGN = "01a20755-6767-7000-8000-000000000009"
STATION = "STATION-00042"
"""The one that has a history of its own: calls, events, reservations."""
TOKEN = "TOKEN-00007"  # the text on a card, which opens nothing here
HISTORY = 1_000


def fill(table: Store, stations_count: int, transactions_count: int, now: datetime) -> None:
    """Stations, every tenth of them offline; as many id tokens; transactions, the latest hundredth of them running."""
    ids = [f"STATION-{number:05}" for number in range(stations_count)]
    _put(table, map(stations.to_item, _stations(ids, now)))
    _put(table, ({**tokens.to_item(IdToken(f"TOKEN-{number:05}")), "revision": 1} for number in range(len(ids))))
    made = list(_transactions(ids, transactions_count, now))
    _put(table, map(transactions.to_item, made))
    for day in {transactions.day(one) for one in made}:
        transaction_lists.list_day(day)
    for one in made:
        if one.id_token == TOKEN:
            tokens.record_use(one)
    for number, station_id in enumerate(ids):
        if number % 10:
            connections.connect(Connection(station_id, f"c-{number}", now, now, "1.6", None, "192.0.2.7"))
        status = ConnectorStatus(1, 1, "Available", "Available", "NoError", now, now)
        connectors.report(station_id, status)
    for station_id in ids[::100]:
        told = dict.fromkeys(faults.TOLD) | {"evse_id": 1, "connector_id": 1, "status": "Faulted"}
        faults.follow(Event("fault.raised", station_id, now, told | {"error_code": "GroundFailure"}))
    _history(table, now)
    _campaign(table, ids, now)


def _put(table: Store, items: Iterable[Item]) -> None:
    for item in items:
        table.replace(*table.row_for(encode_item(item)), silent=True)


def _stations(ids: list[str], now: datetime) -> Iterator[Station]:
    for number, station_id in enumerate(ids):
        yield Station(
            station_id,
            "Accepted",
            now,
            vendor="Volt",
            model="One",
            serial_number=f"S-{number}",
            firmware_version="1.2.3",
            booted_at=now,
            revision=1,
            name=f"Site {number // 10}, bay {number % 10}",
            latitude=47 + number % 80 / 10,
            longitude=6 + number % 90 / 10,
        )


def _transactions(ids: list[str], count: int, now: datetime) -> Iterator[Transaction]:
    """Newest first, five minutes apart, each at another station than the one before."""
    for number in range(count):
        runs = number < count // 100
        started_at = now - number * timedelta(minutes=5)
        yield Transaction(
            transaction_id=str(10_000_000 + number),
            number=10_000_000 + number,
            station_id=ids[number % len(ids)],
            evse_id=1,
            connector_id=1,
            id_token=TOKEN if number % 100 == 42 else f"TOKEN-{number % len(ids):05}",
            state="active" if runs else "ended",
            started_at=started_at,
            ended_at=None if runs else started_at + timedelta(hours=1),
            meter_start_wh=1_000_000,
            meter_stop_wh=None if runs else 1_022_000,
            energy_wh=None if runs else 22_000,
            stopped_reason=None if runs else "EVDisconnected",
        )


def _history(table: Store, now: datetime) -> None:
    """What one station has behind it, and the bulk jobs and reservations of all."""
    ids = [f"{number:06}" for number in range(HISTORY)]
    call = Call("", STATION, "Reset", "1.6", {"type": "Soft"}, now, now + timedelta(days=1))
    _put(table, (calls.to_item(call._replace(call_id=one)) for one in ids))
    job = Job("", "Reset", {"type": "Soft"}, now, now + timedelta(days=1), ended_at=now, by_state={"answered": 1})
    _put(table, (jobs.to_item(job._replace(job_id=one)) for one in ids))
    reservation = Reservation(0, STATION, 1, TOKEN, now + timedelta(days=1), now, state="accepted")
    _put(table, (reservations.to_item(reservation._replace(reservation_id=int(one) + 1)) for one in ids))
    for number in range(HISTORY):
        at = now - timedelta(minutes=number)
        events.record(Event("station.booted", STATION, at, {"reason": None}), at, published=True)


def _campaign(table: Store, ids: list[str], now: datetime) -> None:
    """An update of all stations."""
    _put(table, [firmware_campaigns.to_item(Campaign(CAMPAIGN, "2.0", now, location="https://files.example/fw.bin"))])
    update = Update("", "", CAMPAIGN, "2.0", now, state="succeeded", place=None, ended_at=now)
    numbered = enumerate(ids)
    made = (update._replace(update_id=f"{number:06}", station_id=one, number=number) for number, one in numbered)
    _put(table, map(firmware_updates.to_item, made))
