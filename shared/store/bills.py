"""What a TRANSACTION item keeps of its cost, as a text."""

import json
from typing import Any

from shared.domain.bills import Announcement, Bill, Leg, Piece, Usage, Volume
from shared.store import keys


def as_text(bill: Bill) -> str:
    usage = bill.usage
    row: list[Any] = [
        [[leg.tariff_id, leg.revision, keys.stamp(leg.from_at) if leg.from_at else None] for leg in bill.legs],
        bill.assigned_by,
        bill.currency,
        int(bill.running_cost),
        _usage_as_row(usage) if usage else None,
        list(bill.announced) if bill.announced else None,
    ]
    while row[-1] is None:
        row.pop()
    return json.dumps(row, separators=(",", ":"), ensure_ascii=False)


def from_text(text: str) -> Bill:
    legs, assigned_by, currency, running_cost, *others = json.loads(text)
    usage, announced = [*others, None, None][:2]
    return Bill(
        tuple(Leg(tariff_id, number, keys.time(from_at) if from_at else None) for tariff_id, number, from_at in legs),
        assigned_by,
        currency,
        bool(running_cost),
        _usage_from_row(usage) if usage else None,
        Announcement(*announced) if announced else None,
    )


def _usage_as_row(usage: Usage) -> list[Any]:
    times = [keys.stamp(one) for one in (usage.started_at, usage.last_at, usage.settled_at)]
    pieces = [[keys.stamp(one.from_at), *one[1:]] for one in usage.pieces]
    return [*times, *usage[3:7], pieces, [list(one) for one in usage.volumes]]


def _usage_from_row(row: list[Any]) -> Usage:
    started_at, last_at, settled_at, register_wh, energy_uwh, charging_us, idle_us, pieces, volumes = row
    return Usage(
        keys.time(started_at),
        keys.time(last_at),
        keys.time(settled_at),
        register_wh,
        energy_uwh,
        charging_us,
        idle_us,
        tuple(Piece(keys.time(from_at), *others) for from_at, *others in pieces),
        tuple(Volume(*one) for one in volumes),
    )
