"""Many items at once, put straight into the table: through the store's own functions they would take minutes."""

from collections.abc import Iterable, Iterator
from datetime import UTC, datetime, timedelta

from local.dynamodb.storage import Store
from shared.domain.transactions import Transaction
from shared.store import transaction_lists, transactions
from shared.store.dynamodb import Item, encode_item

FIRST = datetime(2026, 11, 20, tzinfo=UTC)


def put(table: Store, items: Iterable[Item]) -> None:
    for item in items:
        table.replace(*table.row_for(encode_item(item)))


def sessions(number: int, apart: timedelta = timedelta(minutes=5)) -> Iterator[Transaction]:
    """Transactions as they might be, newest first: fifty stations, a hundred tokens, every fiftieth still active."""
    for count in range(number):
        started_at = FIRST - count * apart
        active = count % 50 == 0
        yield Transaction(
            transaction_id=str(10_000_000 + count),
            number=10_000_000 + count,
            station_id=f"STATION-{count % 50:04}",
            evse_id=1 + count % 2,
            connector_id=1,
            id_token=f"04A2B3C4D5E6{count % 100:02}",
            group_id="FLEET",
            verdict="Accepted",
            state="active" if active else "ended",
            started_at=started_at,
            ended_at=None if active else started_at + timedelta(hours=1),
            meter_start_wh=1_000_000,
            meter_stop_wh=None if active else 1_022_000,
            energy_wh=None if active else 22_000,
            stopped_reason=None if active else "EVDisconnected",
            identity="0123456789abcdef0123456789abcdef",
        )


def fill_with_transactions(table: Store, number: int, apart: timedelta = timedelta(minutes=5)) -> list[Transaction]:
    """Put transactions into the table, and their days into the list of days."""
    made = list(sessions(number, apart))
    put(table, map(transactions.to_item, made))
    for day in {transactions.day(one) for one in made}:
        transaction_lists.list_day(day)
    return made
