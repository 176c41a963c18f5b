"""Lists of transactions in the operator API: their order, their pages and their filters."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from local.capacity import recording
from local.dynamodb.storage import Store
from shared.domain.transactions import Stop, Transaction, end
from shared.store import transaction_lists, transactions
from tests.integration.api import call, get, pages, wrong_fields
from tests.integration.sessions import began, ended, iso
from tests.integration.station import DirectStation

pytestmark = pytest.mark.usefixtures("table")

NOW = datetime.now(UTC).replace(microsecond=0)
NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)


def ids(listed: list[list[Any]]) -> list[str]:
    return [item["transaction_id"] for page in listed for item in page]


def test_an_empty_system_answers_at_once_and_ends_there() -> None:
    with recording() as meter:
        assert get("/transactions") == {"items": [], "next_cursor": None}
    assert len(meter.charges) <= 4


def test_all_transactions_come_newest_first_whatever_their_state() -> None:
    starts = [NOW - timedelta(days=days) for days in (0, 1, 3, 40, 90, 300, 399, 2000)]
    made = [began(at) for at in starts]
    for transaction in made[1::2]:
        ended(transaction)
    wanted = [one.transaction_id for one in made]
    for limit in (1, 3, 8, 50):
        assert ids(pages("/transactions", limit=limit)) == wanted
    assert ids(pages("/transactions", state="active", limit=2)) == wanted[::2]
    assert ids(pages("/transactions", state="ended", limit=2)) == wanted[1::2]


def test_the_last_two_days_are_looked_at_before_the_list_of_days_knows_them() -> None:
    now = datetime.now(UTC)
    for days in (0, 1):
        begun = began(now - timedelta(days=days))
        assert transactions.replace(end(begun, Stop(5000, now, "Local"))) is not None
    assert len(get("/transactions", state="ended")["items"]) == 2


def test_more_days_than_a_request_looks_at_are_continued_by_the_cursor(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(transaction_lists, "DAYS_AT_ONCE", 3)
    made = [ended(began(NOON - timedelta(days=day))) for day in range(10)]
    running = began(NOON - timedelta(days=5, hours=1))
    wanted = [one.transaction_id for one in made]
    wanted.insert(6, running.transaction_id)
    assert ids(pages("/transactions")) == wanted


@given(
    sessions=st.lists(st.tuples(st.integers(0, 200), st.booleans()), max_size=25, unique_by=lambda session: session[0]),
    limit=st.integers(1, 6),
    days_at_once=st.integers(2, 5),
)
@settings(max_examples=60)
def test_whatever_happened_each_transaction_is_listed_once_in_order(
    table: Store,
    monkeypatch: pytest.MonkeyPatch,
    sessions: list[tuple[int, bool]],
    limit: int,
    days_at_once: int,
) -> None:
    for row in list(table.table.scan(None)):
        table.replace(row, None)
    transaction_lists.list_day.cache_clear()
    monkeypatch.setattr(transaction_lists, "DAYS_AT_ONCE", days_at_once)
    made = {hours: began(NOON - timedelta(hours=hours)) for hours, _ in sessions}
    for hours, has_ended in sessions:
        if has_ended:
            ended(made[hours])
    assert ids(pages("/transactions", limit=limit)) == [made[hours].transaction_id for hours in sorted(made)]
    assert ids(pages("/transactions", limit=limit, state="ended")) == [
        made[hours].transaction_id for hours, has_ended in sorted(sessions) if has_ended
    ]


@pytest.fixture
def busy(table: Any) -> list[Transaction]:
    """Sixty transactions, an hour apart, newest first: two stations, three tokens, every fourth still active."""
    made = []
    for number in range(60):
        at = NOON - timedelta(hours=number)
        begun = began(at, station_id=f"CP{number % 2}", id_token=f"Tag-{number % 3}")
        made.append(begun if number % 4 == 0 else ended(begun))
    return made


QUERIES: list[dict[str, str]] = [
    {},
    {"state": "active"},
    {"state": "ended"},
    {"station_id": "CP1"},
    {"station_id": "CP1", "state": "ended"},
    {"station_id": "CP0", "state": "active"},
    {"station_id": "CP9"},
    {"id_token": "tag-2"},
    {"id_token": "TAG-0", "state": "active"},
    {"id_token": "Tag-1", "station_id": "CP1"},
    {"id_token": "Tag-1", "station_id": "CP0", "state": "ended"},
    {"id_token": "nobody"},
]
SPANS: list[dict[str, str]] = [
    {},
    {"from": iso(NOON - timedelta(hours=30))},
    {"to": iso(NOON - timedelta(hours=10))},
    {"from": iso(NOON - timedelta(hours=41)), "to": iso(NOON - timedelta(hours=19))},
    {"from": iso(NOON + timedelta(hours=1))},
]


def matches(transaction: Transaction, query: dict[str, str]) -> bool:
    assert transaction.started_at is not None
    assert transaction.id_token is not None
    return (
        query.get("station_id", transaction.station_id) == transaction.station_id
        and query.get("state", transaction.state) == transaction.state
        and query.get("id_token", transaction.id_token).upper() == transaction.id_token.upper()
        and ("from" not in query or datetime.fromisoformat(query["from"]) <= transaction.started_at)
        and ("to" not in query or transaction.started_at < datetime.fromisoformat(query["to"]))
    )


@pytest.mark.parametrize("limit", [7, 50])
@pytest.mark.parametrize("span", SPANS, ids=lambda span: "-".join(span) or "always")
@pytest.mark.parametrize("filters", QUERIES, ids=lambda filters: "-".join(filters.values()) or "all")
def test_filters_may_be_combined(
    busy: list[Transaction], filters: dict[str, str], span: dict[str, str], limit: int
) -> None:
    query = filters | span
    listed = pages("/transactions", limit=limit, **query)
    assert ids(listed) == [one.transaction_id for one in busy if matches(one, query)]
    assert all(len(page) <= limit for page in listed)


@pytest.mark.parametrize("zone", ["+02:00", "-05:30"])
def test_a_time_may_be_in_any_zone(zone: str) -> None:
    began(NOON)
    at = NOON.astimezone(datetime.fromisoformat(f"2026-01-01T00:00:00{zone}").tzinfo).isoformat()
    assert len(get("/transactions", from_=at)["items"]) == 1
    assert len(get("/transactions", to=at)["items"]) == 0


def test_a_transaction_that_ends_between_two_pages_is_neither_lost_nor_repeated(busy: list[Transaction]) -> None:
    first = get("/transactions", limit=10)
    for transaction in busy[::4]:
        ended(transaction)
    began(NOON + timedelta(hours=1))
    rest = pages("/transactions", limit=10, cursor=first["next_cursor"])
    assert ids([first["items"], *rest]) == [one.transaction_id for one in busy]


def test_a_stop_without_a_start_is_listed_by_its_time() -> None:
    station = DirectStation("CP1")
    began(NOON - timedelta(hours=1))
    station.send("StopTransaction", transactionId=4711, meterStop=5000, timestamp=iso(NOON))
    assert [item["flags"] for item in get("/transactions", station_id="CP1")["items"]] == [["orphan"], []]


def test_no_list_is_a_scan_and_a_page_costs_few_reads(busy: list[Transaction]) -> None:
    for query in QUERIES:
        with recording() as meter:
            get("/transactions", **query)
        assert {charge.operation for charge in meter.charges} <= {"Query", "BatchGetItem"}
        assert len(meter.charges) <= 8


@pytest.mark.parametrize(
    ("query", "wrong"),
    [
        ({"from": "2026-11-20"}, "from"),
        ({"from": "1795420800"}, "from"),
        ({"from": "2026-11-20T12:00:00"}, "from"),
        ({"to": "9999-12-31T23:59:59-01:00"}, "to"),
        ({"from": "2026-11-20T12:00:00Z", "to": "2026-11-20T12:00:00Z"}, "to"),
        ({"state": "running"}, "state"),
        ({"station_id": ""}, "station_id"),
        ({"id_token": "x" * 256}, "id_token"),
        ({"cursor": "?"}, "cursor"),
        ({"station": "CP1"}, "station"),
    ],
)
def test_a_wrong_or_unknown_filter_is_refused(query: dict[str, object], wrong: str) -> None:
    answer = call("GET", "/transactions", query=query)
    assert answer.status == 422
    assert wrong_fields(answer) == [f"query {wrong}"]


@pytest.mark.parametrize("cursor", ["AA", "enp6", "MA", "LQ", "w6TDpA"])
@pytest.mark.parametrize("query", [{}, {"station_id": "CP1"}, {"id_token": "Tag-1"}, {"state": "ended"}])
def test_a_made_up_cursor_breaks_nothing(busy: list[Transaction], cursor: str, query: dict[str, str]) -> None:
    assert call("GET", "/transactions", query={**query, "cursor": cursor}).status == 200
    path = f"/transactions/{busy[0].transaction_id}/meter-values"
    assert call("GET", path, query={"cursor": cursor}).status == 200
