"""What is measured and told, in as few bytes as it needs: an item is paid for by its size."""

import json
import zlib
from collections.abc import Iterable
from decimal import Decimal
from typing import Any

from shared.domain.authorization import TransactionLimit
from shared.domain.metering import MeterValue, SampledValue
from shared.store import keys

PACK_FROM_BYTES = 600
DEFAULTS = SampledValue("")


def pack(values: list[MeterValue]) -> bytes:
    """Meter values in as few bytes as they need: lists instead of names, defaults left out, compressed if long."""
    text = json.dumps(rows_of(values), separators=(",", ":"), ensure_ascii=False).encode()
    return zlib.compress(text) if len(text) > PACK_FROM_BYTES else text


def unpack(packed: bytes) -> list[MeterValue]:
    """The meter values that `pack` packed."""
    return values_of(json.loads(packed if packed[:1] == b"[" else zlib.decompress(packed)))


def rows_of(values: Iterable[MeterValue]) -> list[list[Any]]:
    """Meter values as lists for JSON."""
    return [[keys.stamp(value.at), *(_row(sample) for sample in value.samples)] for value in values]


def _row(sample: SampledValue) -> list[Any]:
    row = [None if field == default else field for field, default in zip(sample, DEFAULTS, strict=True)]
    row[0] = sample.value
    while row[-1] is None:
        row.pop()
    return row


def values_of(rows: list[list[Any]]) -> list[MeterValue]:
    """The meter values that `rows_of` made lists of."""
    return [MeterValue(keys.time(at), tuple(_sample(row) for row in samples)) for at, *samples in rows]


def _sample(row: list[Any]) -> SampledValue:
    given = zip(SampledValue._fields, row, strict=False)
    return SampledValue(**{"value": row[0] or "", **{name: field for name, field in given if field is not None}})


def limit_as_text(limit: TransactionLimit) -> str:
    """`["12.50",null,3600,80]`"""
    cost = str(limit.max_cost) if limit.max_cost is not None else None
    return json.dumps([cost, *limit[1:]], separators=(",", ":"))


def limit_from_text(text: str) -> TransactionLimit:
    cost, *others = json.loads(text)
    return TransactionLimit(Decimal(cost) if cost is not None else None, *others)
