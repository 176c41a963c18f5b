"""Transactions as CSV: what stands in the cells, and how a table too long for one answer goes on."""

import csv
import io
import json
import re
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from functions.api import transactions as resource
from local.dynamodb.storage import Store
from shared.aws import transactions_csv, views_transactions
from shared.aws.transactions_csv import COLUMNS, CsvText
from shared.domain.transactions import Transaction
from tests.integration.api import Answer, call, get, wrong_fields
from tests.integration.many import fill_with_transactions
from tests.integration.sessions import began, ended

pytestmark = pytest.mark.usefixtures("table")

NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)


def export(**query: object) -> Answer:
    answer = call("GET", "/transactions.csv", query={name.removesuffix("_"): value for name, value in query.items()})
    assert answer.status == 200, answer
    return answer


def table_of(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text, newline="")))


def next_link(answer: Answer) -> str | None:
    """The cursor of the answer that goes on."""
    found = re.fullmatch(
        r'</api/v1/transactions\.csv\?(?:.*&)?cursor=([\w-]+)>; rel="next"', answer.headers.get("Link", "")
    )
    return found[1] if found else None


def whole(**query: object) -> tuple[str, int]:
    """The whole table, or the rest of it, and of how many answers it is made."""
    answer = export(**query)
    parts = [answer.text]
    while cursor := next_link(answer):
        answer = export(**query | {"cursor": cursor})
        assert answer.headers["Content-Type"].endswith("header=absent")
        parts.append(answer.text)
    return "".join(parts), len(parts)


def test_a_transaction_is_a_line_of_what_the_api_shows() -> None:
    began(NOON, station_id="CP1", id_token="Tag-1")
    done = ended(began(NOON - timedelta(hours=2), station_id="CP2", evse_id=2))
    answer = export()
    assert answer.headers["Content-Type"] == "text/csv; charset=utf-8; header=present"
    assert answer.headers["Content-Disposition"] == 'attachment; filename="transactions.csv"'
    assert "Link" not in answer.headers
    lines = answer.text.split("\r\n")
    assert lines[0] == ",".join(COLUMNS)
    assert lines[-1] == ""
    first, second = table_of(answer.text)
    assert (first["station_id"], first["state"], first["ended_at"], first["energy_wh"]) == ("CP1", "active", "", "")
    shown = get(f"/transactions/{done.transaction_id}")
    assert second == {name: "" if shown[name] in (None, []) else str(shown[name]) for name in COLUMNS}
    assert second["started_at"] == "2026-11-20T10:00:00Z"
    assert second["energy_wh"] == "4000"


def test_its_columns_are_all_that_a_list_of_the_api_shows() -> None:
    assert set(COLUMNS) == set(views_transactions.Transaction.model_fields) - {"cost"}


def test_an_empty_table_has_its_names() -> None:
    assert export().text == ",".join(COLUMNS) + "\r\n"


def test_flags_share_a_cell() -> None:
    table = CsvText(with_header=True)
    table.add(Transaction("1", "CP1", 1, 1, "TAG", "ended", flags=("matched", "refused")))
    assert [row["flags"] for row in table_of(str(table))] == ["matched refused"]


@pytest.mark.parametrize(
    "text", ["=1+1", "+1", "-2+3", "@SUM(A1)", "\t=1", "\r=1", "\uff1d1", '=HYPERLINK("https://example.org","x")']
)
def test_a_text_of_a_station_is_no_formula(text: str) -> None:
    began(NOON, id_token=text)
    (row,) = table_of(export().text)
    assert row["id_token"] == f"'{text}"


def test_a_negative_reading_stays_a_number() -> None:
    table = CsvText(with_header=True)
    table.add(Transaction("1", "CP1", 1, 1, "TAG", "ended", meter_start_wh=-5))
    assert table_of(str(table))[0]["meter_start_wh"] == "-5"


@given(st.lists(st.tuples(st.text(max_size=20), st.text(max_size=20)), max_size=5))
def test_whatever_texts_there_are_each_comes_back_from_its_cell(texts: list[tuple[str, str]]) -> None:
    table = CsvText(with_header=True)
    for station_id, id_token in texts:
        table.add(Transaction("1", station_id, 1, 1, id_token, "active"))
    read = [(row["station_id"], row["id_token"]) for row in table_of(str(table))]
    guarded = [tuple(f"'{one}" if one.startswith(transactions_csv.FORMULA) else one for one in pair) for pair in texts]
    assert read == guarded


@pytest.fixture
def busy(table: Any) -> list[Transaction]:
    """Sixty transactions, an hour apart, newest first: two stations, three tokens, every fourth still active."""
    made = []
    for number in range(60):
        begun = began(NOON - timedelta(hours=number), station_id=f"CP{number % 2}", id_token=f"Tag-{number % 3}")
        made.append(begun if number % 4 == 0 else ended(begun))
    return made


@pytest.mark.parametrize(
    "query",
    [
        {},
        {"state": "active"},
        {"station_id": "CP1", "state": "ended"},
        {"id_token": "tag-2"},
        {"from": "2026-11-19T00:00:00Z", "to": "2026-11-20T00:00:00Z"},
        {"station_id": "CP9"},
    ],
    ids=str,
)
@pytest.mark.parametrize("most_bytes", [700, 3000, 4_000_000])
@pytest.mark.parametrize("at_once", [3, 500])
def test_it_has_the_filters_of_the_list_and_goes_on_where_it_ended(
    busy: list[Transaction],
    monkeypatch: pytest.MonkeyPatch,
    query: dict[str, object],
    most_bytes: int,
    at_once: int,
) -> None:
    monkeypatch.setattr(transactions_csv, "MOST_BYTES", most_bytes)
    monkeypatch.setattr(resource, "EXPORTED_AT_ONCE", at_once)
    text, answers = whole(**query)
    listed = [item["transaction_id"] for item in get("/transactions", limit=200, **query)["items"]]
    assert [row["transaction_id"] for row in table_of(text)] == listed
    assert (answers > 1) == (len(text) > most_bytes)


def test_what_begins_or_ends_meanwhile_is_neither_lost_nor_repeated(
    busy: list[Transaction], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(transactions_csv, "MOST_BYTES", 3000)
    first = export()
    for transaction in busy[::4]:
        ended(transaction)
    began(NOON + timedelta(hours=1))
    cursor = next_link(first)
    assert cursor
    rest, _ = whole(cursor=cursor)
    read = table_of(first.text + rest)
    assert [row["transaction_id"] for row in read] == [one.transaction_id for one in busy]


def test_an_answer_ends_before_its_time_is_over(busy: list[Transaction], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(resource, "LONGEST_EXPORT_S", -1)
    monkeypatch.setattr(resource, "EXPORTED_AT_ONCE", 20)
    text, answers = whole()
    assert answers == 3
    assert len(table_of(text)) == 60


def test_a_wrong_filter_is_refused() -> None:
    answer = call("GET", "/transactions.csv", query={"state": "running"})
    assert answer.status == 422
    assert wrong_fields(answer) == ["query state"]
    assert call("GET", "/transactions.csv", query={"limit": 5}).status == 422


@pytest.mark.parametrize("text", ["TAG", '"' * 255, "\x01" * 255, "\r\n" * 99, "電" * 255, "🔌" * 255])
def test_an_answer_is_never_larger_than_lambda_takes(monkeypatch: pytest.MonkeyPatch, text: str) -> None:
    monkeypatch.setattr(transactions_csv, "MOST_BYTES", 20_000)
    table = CsvText(with_header=True)
    while table.add(Transaction("1", text, 1, 1, text, "active", stop_id_token=text)):
        pass
    assert 15_000 < len(json.dumps(str(table))) <= 20_002


def test_ten_thousand_lines_fit_into_one_answer(table: Store) -> None:
    fill_with_transactions(table, 10_000)
    answer = export()
    assert answer.text.count("\r\n") == 10_001
    assert "Link" not in answer.headers
