"""TARIFF items: tariffs as the operator put them, the latest and, beside it, every revision, by which transactions are
billed; and what stations tell of the tariffs that they have."""

import datetime as dt
import json
from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from shared.domain.bills import Bill
from shared.domain.tariffs import Bound, Conditions, Description, Tariff, TariffPart, TariffPrice, TaxRate
from shared.domain.usage import Plan
from shared.store import keys, table
from shared.store.dynamodb import ConditionFailed, Item

ATTEMPTS = 8
PARTS = ("energy", "charging_time", "idle_time", "fixed_fee", "reservation_time", "reservation_fixed")
BOUNDS = ("min_cost", "max_cost")


def find(tariff_id: str, *, consistent: bool = True) -> Tariff | None:
    """The tariff as it was put last."""
    item = table.get(keys.tariff(tariff_id), consistent=consistent)
    return from_item(item) if item else None


def revision(tariff_id: str, number: int) -> Tariff | None:
    """A tariff as it was once put; what is there does not change, so an old reading is as good."""
    item = table.get(keys.tariff_revision(tariff_id, number), consistent=False)
    item = item or table.get(keys.tariff_revision(tariff_id, number))
    return from_item(item) if item else None


def plan(bill: Bill) -> Plan | None:
    """The tariffs by which a transaction is billed; None if one of them is not known."""
    found = [(leg.from_at, revision(leg.tariff_id, leg.revision)) for leg in bill.legs]
    known = [(from_at, tariff) for from_at, tariff in found if tariff is not None]
    return known if len(known) == len(found) else None


def save(tariff: Tariff, *, revision: int | None = None) -> Tariff:
    """Put a tariff; returns it with its new revision. Numbers go on where those of a tariff stopped that was removed.

    With `revision` only over that one: raises ConditionFailed if there is another or none.
    """
    for _ in range(ATTEMPTS):
        standing = find(tariff.tariff_id)
        if revision is not None and (standing is None or standing.revision != revision):
            raise ConditionFailed("another revision", {})
        saved = tariff._replace(revision=(standing.revision if standing else _last_revision(tariff.tariff_id)) + 1)
        item = to_item(saved)
        was = "revision = :was" if standing else "attribute_not_exists(pk)"
        latest = {**item, "pk1": keys.ALL_TARIFFS, "sk1": tariff.tariff_id}
        kept = {**item, **keys.tariff_revision(saved.tariff_id, saved.revision)._asdict()}
        try:
            table.transact(
                table.Put(latest, was, {":was": standing.revision} if standing else None),
                table.Put(kept, "attribute_not_exists(pk)"),
            )
        except ConditionFailed:
            continue
        return saved
    raise TimeoutError(f"the tariff {tariff.tariff_id} kept changing")


def _last_revision(tariff_id: str) -> int:
    partition = keys.tariff(tariff_id).pk
    found = table.query(partition, prefix=keys.REVISIONS, newest_first=True, limit=1, consistent=True).items
    return int(found[0]["revision"]) if found else 0


def delete(tariff_id: str, *, revision: int | None = None) -> bool:
    """Remove a tariff: nothing is billed by it that begins from now on. False if there was none.

    With `revision` only that one: raises ConditionFailed if there is another or none.
    """
    return bool(table.remove(keys.tariff(tariff_id), revision=revision))


def page(after: str | None, limit: int) -> tuple[list[Tariff], str | None]:
    """Tariffs in order, and the id to go on after."""
    last = None
    if after is not None:
        last = {**keys.tariff(after)._asdict(), "pk1": keys.ALL_TARIFFS, "sk1": after}
    found = table.page(keys.ALL_TARIFFS, limit, index="by_list", after=last)
    wanted = [keys.Key(item["pk"], item["sk"]) for item in found.items]
    items = table.get_many(wanted)
    return [from_item(items[key]) for key in wanted if key in items], found.last["sk1"] if found.last else None


def to_item(tariff: Tariff) -> Item:
    fields: dict[str, Any] = {name: _part_as_json(getattr(tariff, name)) for name in PARTS}
    fields |= {name: _bound_as_json(getattr(tariff, name)) for name in BOUNDS}
    fields["descriptions"] = [list(one) for one in tariff.descriptions]
    given = {name: value for name, value in fields.items() if value}
    return {
        **keys.tariff(tariff.tariff_id)._asdict(),
        "currency": tariff.currency,
        "prices": json.dumps(given, separators=(",", ":"), ensure_ascii=False),
        "valid_from": keys.stamp(tariff.valid_from) if tariff.valid_from else None,
        "time_zone": tariff.time_zone,
        "running_cost": tariff.running_cost or None,
        "revision": tariff.revision,
    }


def from_item(item: Item) -> Tariff:
    fields: dict[str, Any] = json.loads(item["prices"])
    given: dict[str, Any] = {name: _part_from_json(fields[name]) for name in PARTS if name in fields}
    given |= {name: _bound_from_json(fields[name]) for name in BOUNDS if name in fields}
    return Tariff(
        tariff_id=keys.entity(item["pk"])[1],
        currency=item["currency"],
        **given,
        descriptions=tuple(Description(*one) for one in fields.get("descriptions", ())),
        valid_from=keys.time(item["valid_from"]) if "valid_from" in item else None,
        time_zone=item["time_zone"],
        running_cost=item.get("running_cost", False),
        revision=item["revision"],
    )


def _part_as_json(part: TariffPart | None) -> list[Any] | None:
    if part is None:
        return None
    return [[[str(one.amount), _conditions_as_json(one.conditions)] for one in part.prices], _taxes(part.tax_rates)]


def _part_from_json(row: list[Any]) -> TariffPart:
    prices = tuple(TariffPrice(Decimal(amount), _conditions_from_json(given)) for amount, given in row[0])
    return TariffPart(prices, _taxes_from_json(row[1]))


def _taxes(rates: Sequence[TaxRate]) -> list[list[Any]]:
    return [[one.type, str(one.percent), one.stack] for one in rates]


def _taxes_from_json(rows: list[list[Any]]) -> tuple[TaxRate, ...]:
    return tuple(TaxRate(name, Decimal(percent), stack) for name, percent, stack in rows)


def _bound_as_json(bound: Bound | None) -> list[Any] | None:
    if bound is None:
        return None
    amounts = [str(one) if one is not None else None for one in (bound.excl_tax, bound.incl_tax)]
    return [*amounts, _taxes(bound.tax_rates)]


def _bound_from_json(row: list[Any]) -> Bound:
    excl_tax, incl_tax = (Decimal(one) if one is not None else None for one in row[:2])
    return Bound(excl_tax, incl_tax, _taxes_from_json(row[2]))


TIMES_OF_DAY = ("start_time_of_day", "end_time_of_day")
DATES = ("valid_from_date", "valid_to_date")


def _conditions_as_json(conditions: Conditions) -> dict[str, Any]:
    given = {name: value for name, value in conditions._asdict().items() if value not in (None, ())}
    return {
        name: str(value) if isinstance(value, Decimal | dt.time | dt.date) else value for name, value in given.items()
    }


def _conditions_from_json(given: dict[str, Any]) -> Conditions:
    fields: dict[str, Any] = {}
    for name, value in given.items():
        if name in TIMES_OF_DAY:
            fields[name] = dt.time.fromisoformat(value)
        elif name in DATES:
            fields[name] = dt.date.fromisoformat(value)
        elif name == "days":
            fields[name] = tuple(value)
        elif name.endswith(("_wh", "_w", "_a")):
            fields[name] = Decimal(value)
        else:
            fields[name] = value
    return Conditions(**fields)
