"""PAYMENT items: what drivers pay ad hoc, and how stations make the links of their QR codes."""

import json
from collections.abc import Callable
from decimal import Decimal
from typing import Any

from shared.domain.authorization import TransactionLimit
from shared.domain.payments import Company, Payment, WebPayments
from shared.store import keys, table
from shared.store.dynamodb import ConditionFailed, Item
from shared.store.packing import limit_as_text, limit_from_text

ATTEMPTS = 8
TIMES = ("created_at", "settled_at")


def find(payment_id: str) -> Payment | None:
    item = table.get(keys.payment(payment_id))
    return from_item(item) if item else None


def change(payment_id: str, changed: Callable[[Payment | None], Payment | None]) -> Payment | None:
    """Write what becomes of a payment, whoever else changes it meanwhile; None leaves it. Returns it as it stands."""
    for _ in range(ATTEMPTS):
        standing = find(payment_id)
        new = changed(standing)
        if new is None or new == standing:
            return standing
        saved = new._replace(revision=new.revision + 1)
        try:
            if standing is None:
                table.put(to_item(saved), condition="attribute_not_exists(pk)")
            else:
                table.put(to_item(saved), condition="revision = :was", values={":was": standing.revision})
        except ConditionFailed:
            continue
        return saved
    raise TimeoutError(f"the payment {payment_id} kept changing")


def page(after: str | None, limit: int, station_id: str | None = None) -> tuple[list[Payment], str | None]:
    """Payments, newest first, all or those at a station, and the position to go on after."""
    partition = keys.ALL_PAYMENTS if station_id is None else keys.payments_of_station(station_id)
    index: table.Index = "by_list" if station_id is None else "by_station"
    partition_key, sort_key = keys.INDEX_KEYS[index]
    last = None
    if after is not None:
        key = keys.payment(after.partition("#")[2])
        last = {**key._asdict(), partition_key: partition, sort_key: after}
    found = table.page(partition, limit, index=index, newest_first=True, after=last)
    wanted = [keys.Key(item["pk"], item["sk"]) for item in found.items]
    items = table.get_many(wanted)
    return [from_item(items[key]) for key in wanted if key in items], found.last[sort_key] if found.last else None


def web_payments(station_id: str) -> WebPayments | None:
    item = table.get(keys.web_payments(station_id))
    if item is None:
        return None
    return WebPayments(station_id, item["url_template"], item["shared_secret"], item["validity_time_s"], item["length"])


def save_web_payments(settings: WebPayments) -> None:
    table.put({**keys.web_payments(settings.station_id)._asdict(), **settings._asdict()})


def to_item(payment: Payment) -> Item:
    fields: dict[str, Any] = payment._asdict()
    for name in TIMES:
        fields[name] = keys.stamp(fields[name]) if fields[name] else None
    del fields["payment_id"]
    place = f"{keys.stamp(payment.created_at)}#{payment.payment_id}"
    return {
        **keys.payment(payment.payment_id)._asdict(),
        "pk1": keys.ALL_PAYMENTS,
        "sk1": place,
        "pk2": keys.payments_of_station(payment.station_id),
        "sk2": place,
        **fields,
        "limit": limit_as_text(payment.limit),
        "settled_amount": str(payment.settled_amount) if payment.settled_amount is not None else None,
        "company": json.dumps(payment.company, ensure_ascii=False) if payment.company else None,
    }


def from_item(item: Item) -> Payment:
    fields: Item = {name: item[name] for name in Payment._fields if name in item}
    for name in TIMES:
        if name in fields:
            fields[name] = keys.time(fields[name])
    fields["limit"] = TransactionLimit(*limit_from_text(item["limit"]))
    if "settled_amount" in fields:
        fields["settled_amount"] = Decimal(fields["settled_amount"])
    if "company" in fields:
        fields["company"] = Company(*json.loads(fields["company"]))
    return Payment(payment_id=keys.entity(item["pk"])[1], **fields)
