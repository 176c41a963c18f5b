"""Transactions: charging sessions with their energy and their meter values."""

import datetime as dt
import time
from http import HTTPStatus
from typing import Annotated, NamedTuple
from urllib.parse import urlencode

from aws_lambda_powertools.event_handler import Response
from aws_lambda_powertools.event_handler.openapi.params import Query

from shared.aws import paging, transactions_csv
from shared.aws import views_transactions as views
from shared.aws.http import Api
from shared.aws.paging import DEFAULT_LIMIT, Cursor, Limit, page_where
from shared.aws.parameters import MAX_ID_TOKEN, OptionalTime, TransactionId
from shared.aws.transactions_csv import CsvText
from shared.aws.views_costs import cost_view
from shared.domain import shapes
from shared.domain.authorization import normalize
from shared.domain.errors import Invalid, NotFound
from shared.domain.metering import MeterValue, last_register_wh, merge_inferred
from shared.domain.stations import MAX_STATION_ID
from shared.domain.transaction_events import TransactionEvent, energy_so_far_wh
from shared.domain.transactions import State, Transaction, energy_wh
from shared.resources import API_ROOT
from shared.store import meter_values, transaction_events, transaction_lists, transactions
from shared.store.transaction_lists import Source, window

UNKNOWN = {HTTPStatus.NOT_FOUND: "There is no such transaction."}
LINK = {"Link": 'Where the table goes on, with `rel="next"`; without it this is its end.'}
EXPORTED_AT_ONCE = 500
"""How many transactions an export reads at a time."""
LONGEST_EXPORT_S = 20.0
"""An export ends its answer then, well before API Gateway gives up waiting."""

OfStation = Annotated[
    str | None, Query(min_length=1, max_length=MAX_STATION_ID, description="Only those of this station.")
]
OfToken = Annotated[
    str | None, Query(min_length=1, max_length=MAX_ID_TOKEN, description="Only those that began with this id token.")
]
InState = Annotated[State | None, Query(description="Only those in this state.")]
From = Annotated[OptionalTime, Query(alias="from", description="Only those that began then or later.")]
To = Annotated[OptionalTime, Query(alias="to", description="Only those that began before.")]

api = handler = Api("transactions")


@api.route("GET /transactions", {HTTPStatus.OK: views.TransactionList})
def list_transactions(
    *,
    station_id: OfStation = None,
    id_token: OfToken = None,
    state: InState = None,
    start: From = None,
    end: To = None,
    limit: Limit = DEFAULT_LIMIT,
    cursor: Cursor = None,
) -> views.TransactionList:
    """Transactions, newest start first.

    Filters may be combined. A stop whose start is not known counts by its time. With filters a page may be short, or
    even empty, and not be the last.
    """
    wanted = _filters(station_id, id_token, state, start, end)
    found, rest = page_where(wanted.read, wanted.keep, cursor, limit)
    return views.TransactionList(
        items=[views.Transaction(**shapes.transaction(one)) for one in found], next_cursor=rest
    )


@api.route("GET /transactions.csv", {HTTPStatus.OK: transactions_csv.MEDIA_TYPE}, headers=LINK)
def export_transactions(
    *,
    station_id: OfStation = None,
    id_token: OfToken = None,
    state: InState = None,
    start: From = None,
    end: To = None,
    cursor: Cursor = None,
) -> Response[str]:
    """Transactions as a table of CSV (RFC 4180), newest start first.

    Some twenty thousand fit into one answer. Where there are more, the header `Link` says where the table goes on; what
    comes there has no line of names, so that all answers put together are the whole table. A text that a spreadsheet
    would take for a formula has an apostrophe in front.
    """
    text = CsvText(with_header=cursor is None)
    rest = _export(text, _filters(station_id, id_token, state, start, end), cursor)
    headers = {"Content-Disposition": 'attachment; filename="transactions.csv"'}
    if rest:
        query = {**(api.event.get("queryStringParameters") or {}), "cursor": paging.encode(rest)}
        headers["Link"] = f'<{API_ROOT}/transactions.csv?{urlencode(query)}>; rel="next"'
    return Response(HTTPStatus.OK, transactions_csv.media_type(with_header=cursor is None), str(text), headers)


@api.route("GET /transactions/{transaction_id}", {HTTPStatus.OK: views.Transaction}, UNKNOWN)
def get_transaction(transaction_id: TransactionId) -> views.Transaction:
    """One transaction.

    The energy of an active one is what its latest meter values say.
    """
    found = _existing(transaction_id)
    if found.state == "active":
        found = found._replace(energy_wh=_energy_so_far_wh(found))
    return views.Transaction(**shapes.transaction(found), cost=cost_view(found))


@api.route("GET /transactions/{transaction_id}/meter-values", {HTTPStatus.OK: views.MeterValueList}, UNKNOWN)
def list_transaction_meter_values(
    transaction_id: TransactionId,
    measurand: Annotated[
        str | None, Query(min_length=1, max_length=100, description="Only values of this measurand.")
    ] = None,
    limit: Limit = DEFAULT_LIMIT,
    cursor: Cursor = None,
) -> views.MeterValueList:
    """The meter values of a transaction, in order of time.

    Each measurement comes once: those that name the transaction, the transactionData of its stop, and, marked as
    inferred, those of its EVSE that name none while it ran.
    """
    values = _of_measurand(_meter_values(_existing(transaction_id)), measurand)
    rest = [entry for entry in values if cursor is None or _position(entry) > cursor]
    page = rest[:limit]
    items = [views.MeterValue(**shapes.meter_value(value, inferred=inferred)) for value, inferred in page]
    return views.MeterValueList(items=items, next_cursor=_position(page[-1]) if len(rest) > limit else None)


@api.route("GET /transactions/{transaction_id}/events", {HTTPStatus.OK: views.TransactionEventList}, UNKNOWN)
def list_transaction_events(
    transaction_id: TransactionId, limit: Limit = DEFAULT_LIMIT, cursor: Cursor = None
) -> views.TransactionEventList:
    """The events of a transaction, in the order of their seqNos.

    Only a transaction of OCPP 2.x is made of events.
    """
    found = _existing(transaction_id)
    events = transaction_events.events_of(found) if found.folded is not None else []
    rest = [one for one in events if cursor is None or _place(one) > cursor]
    page = rest[:limit]
    return views.TransactionEventList(
        items=[views.TransactionEvent(**shapes.transaction_event(one)) for one in page],
        next_cursor=_place(page[-1]) if len(rest) > limit else None,
    )


class Filters(NamedTuple):
    """Which transactions are asked for."""

    station_id: str | None
    id_token: str | None
    state: State | None
    start: dt.datetime | None
    end: dt.datetime | None

    def read(self, after: str | None, limit: int) -> tuple[list[Transaction], str | None]:
        """Some of the list that the filters leave least of, and the position to go on after."""
        part = self.source()(window(self.start, self.end, after), limit)
        return transactions.load(list(part.found.values())), part.rest

    def keep(self, one: Transaction) -> bool:
        return (
            self.station_id in (None, one.station_id)
            and self.state in (None, one.state)
            and (self.id_token is None or normalize(one.id_token or "") == normalize(self.id_token))
        )

    def source(self) -> Source:
        """The list to read."""
        if self.id_token is not None:
            return transaction_lists.of_token(self.id_token, self.station_id, self.state)
        if self.station_id is not None and self.state == "active":
            return transaction_lists.active_of_station(self.station_id)
        if self.station_id is not None:
            return transaction_lists.of_station(self.station_id)
        return transaction_lists.of_all(self.state)


def _filters(
    station_id: str | None,
    id_token: str | None,
    state: State | None,
    start: dt.datetime | None,
    end: dt.datetime | None,
) -> Filters:
    if start and end and start >= end:
        raise Invalid("ends before it begins", place="query", path="to")
    return Filters(station_id, id_token, state, start, end)


def _export(text: CsvText, wanted: Filters, after: str | None) -> str | None:
    """Write what fits into one answer, and return the position after which there is more."""
    deadline = time.monotonic() + LONGEST_EXPORT_S
    while True:
        found, rest = wanted.read(after, EXPORTED_AT_ONCE)
        for one in filter(wanted.keep, found):
            if not text.add(one):
                return after
            after = transactions.position(one)
        if rest is None or time.monotonic() > deadline:
            return rest
        after = rest


def _existing(transaction_id: str) -> Transaction:
    found = transactions.find(transaction_id)
    if found is None:
        raise NotFound(f"There is no transaction {transaction_id}")
    return found


def _energy_so_far_wh(transaction: Transaction) -> int | None:
    if transaction.folded is not None:
        return energy_so_far_wh(transaction)
    latest = meter_values.latest_of_transaction(transaction.station_id, transaction.number or 0)
    return energy_wh(transaction.meter_start_wh, last_register_wh(latest.values) if latest else None)


Entry = tuple[MeterValue, bool]
"""A meter value and whether it is only inferred that it belongs here."""


def _meter_values(transaction: Transaction) -> list[Entry]:
    if transaction.folded is not None:
        told = [value for event in transaction_events.events_of(transaction) for value in event.meter_values]
        return merge_inferred(told, _while_it_ran(transaction))
    named = transactions.data(transaction.transaction_id)
    inferred: list[MeterValue] = []
    # Numbers from 0 down are no transaction's; who names them means another one each time.
    if transaction.number is not None and transaction.number > 0:
        reports = meter_values.of_transaction(transaction.station_id, transaction.number)
        named = [value for report in reports if not report.inferred for value in report.values] + named
        inferred = [value for report in reports if report.inferred for value in report.values]
    return merge_inferred(named, inferred + _while_it_ran(transaction))


def _while_it_ran(transaction: Transaction) -> list[MeterValue]:
    """The meter values of its EVSE that name no transaction, from its start to its end."""
    if transaction.evse_id is None or transaction.started_at is None:
        return []
    start, end = transaction.started_at, transaction.ended_at
    reports = meter_values.of_evse(transaction.station_id, transaction.evse_id, start, end)
    values = (value for report in reports for value in report.values)
    return [value for value in values if start <= value.at and (end is None or value.at <= end)]


def _of_measurand(entries: list[Entry], measurand: str | None) -> list[Entry]:
    if measurand is None:
        return [entry for entry in entries if entry[0].samples]
    matching = [
        (MeterValue(value.at, tuple(one for one in value.samples if one.measurand == measurand)), inferred)
        for value, inferred in entries
    ]
    return [entry for entry in matching if entry[0].samples]


def _position(entry: Entry) -> str:
    value, inferred = entry
    return f"{value.at.astimezone(dt.UTC).isoformat(timespec='microseconds')} {int(inferred)}"


def _place(event: TransactionEvent) -> str:
    at = event.at.astimezone(dt.UTC).isoformat(timespec="microseconds")
    return f"{event.seq_no:010d} {at} {event.content}"
