"""Transactions as CSV (RFC 4180), for spreadsheets and accounting: a line for each, in the shape that the API shows.

Times are ISO 8601 in UTC, energies whole numbers of Wh; what is not known is empty, and flags stand in one cell with
spaces between them. A text that a spreadsheet would take for a formula gets an apostrophe in front: stations choose
most of these texts.
"""

import csv
import json
from typing import Any

from shared.domain import shapes
from shared.domain.transactions import Transaction

MEDIA_TYPE = "text/csv"
MOST_BYTES = 4_000_000
"""How much fits into one answer. Lambda takes 6 MB, with the body written as a JSON string in them."""
COLUMNS = (
    "transaction_id",
    "number",
    "station_id",
    "evse_id",
    "connector_id",
    "id_token",
    "group_id",
    "authorization_status",
    "state",
    "started_at",
    "ended_at",
    "meter_start_wh",
    "meter_stop_wh",
    "energy_wh",
    "stopped_reason",
    "stop_id_token",
    "reservation_id",
    "remote_call_id",
    "flags",
    "id_token_type",
    "charging_state",
    "trigger_reason",
    "remote_start_id",
    "time_spent_charging_s",
    "number_of_phases",
    "cable_max_current_a",
    "operation_mode",
    "tariff_id",
    "transaction_limit",
    "total_cost",
    "currency",
    "station_cost",
    "missing_seq_nos",
    "complete",
)
FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "\uff1d", "\uff0b", "\uff0d", "\uff20")
"""What begins a formula: the last four are the first four in full width, which some spreadsheets take as well."""


class CsvText:
    """A table in the making, of as many lines as fit into one answer."""

    def __init__(self, *, with_header: bool) -> None:
        self._lines: list[str] = []
        self._bytes = 0
        self._writer = csv.writer(_Line(), lineterminator="\r\n")
        if with_header:
            self._add(COLUMNS)

    def add(self, transaction: Transaction) -> bool:
        """Add a line for a transaction. False if it does not fit any more."""
        shape = shapes.transaction(transaction)
        return self._add(tuple(_cell(shape[name]) for name in COLUMNS))

    def _add(self, cells: tuple[object, ...]) -> bool:
        line: str = self._writer.writerow(cells)  # what the file's write returns, which is the line
        size = len(json.dumps(line)) - 2
        if self._lines and self._bytes + size > MOST_BYTES:
            return False
        self._lines.append(line)
        self._bytes += size
        return True

    def __str__(self) -> str:
        return "".join(self._lines)


class _Line:
    """A file that gives back what is written to it."""

    def write(self, text: str) -> str:
        return text


def media_type(*, with_header: bool) -> str:
    """The whole of it, as RFC 4180 section 3 has it."""
    return f"{MEDIA_TYPE}; charset=utf-8; header={'present' if with_header else 'absent'}"


def _cell(value: Any) -> object:
    if isinstance(value, list):
        value = " ".join(map(str, value))
    elif isinstance(value, dict):
        value = json.dumps(value)
    elif isinstance(value, bool):
        value = str(value).lower()
    if isinstance(value, str) and value.startswith(FORMULA):
        return f"'{value}"
    return value
