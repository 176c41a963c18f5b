"""ISSUED_CERTIFICATE items: the requests of stations for certificates, and the certificates that were issued."""

import datetime as dt
from typing import Any

from shared.domain.issued_certificates import Issued, Request
from shared.store import keys, table
from shared.store.dynamodb import ConditionFailed, Item

LATEST = 20
"""How many requests of a station are looked through for the one that a certificate answers."""


def ask(request: Request) -> Request:
    """Keep a request; the same again changes nothing. Returns it as it stands."""
    key = keys.signing_request(request.station_id, request.signing_id)
    try:
        table.put(_request_item(request), condition="attribute_not_exists(pk)")
    except ConditionFailed:
        return _request(table.get(key) or {})
    return request


def find_request(station_id: str, signing_id: str) -> Request | None:
    item = table.get(keys.signing_request(station_id, signing_id))
    return _request(item) if item else None


def latest(station_id: str) -> list[Request]:
    """The latest requests of a station, newest first."""
    found = table.query(
        keys.signing_requests_of_station(station_id), newest_first=True, limit=LATEST, consistent=True
    ).items
    return [_request(item) for item in found]


def requests_page(station_id: str, after: str | None, limit: int) -> tuple[list[Request], str | None]:
    """A station's requests, newest first, and the id to go on after."""
    partition = keys.signing_requests_of_station(station_id)
    found = table.page(partition, limit, newest_first=True, after=keys.after(partition, after))
    return [_request(item) for item in found.items], found.last["sk"] if found.last else None


def note(request: Request, at: dt.datetime, **changes: Any) -> Request:
    """Keep what has become of a request; returns it as it stands then."""
    given = {"changed_at": keys.stamp(at), **changes}
    sets = ", ".join(f"#{name} = :{name}" for name in given)
    item = table.update(
        keys.signing_request(request.station_id, request.signing_id),
        f"SET {sets}",
        {f":{name}": value for name, value in given.items()},
        names={f"#{name}": name for name in given},
        returns="ALL_NEW",
    )
    return _request(item)


def keep(issued: Issued) -> None:
    """Keep a certificate that was issued; the same again changes nothing."""
    try:
        table.put(_issued_item(issued), condition="attribute_not_exists(pk)")
    except ConditionFailed:
        return


def find(serial_number: str) -> Issued | None:
    """The certificate of a serial number, in hexadecimal digits of either case."""
    item = table.get(keys.issued_certificate(serial_number.lower().lstrip("0")))
    return _issued(item) if item else None


def page(after: str | None, limit: int) -> tuple[list[Issued], str | None]:
    """All certificates, those first that expire first, and the sort key to go on after."""
    last = None
    if after is not None:
        serial_number = after.partition("#")[2]
        last = {
            **keys.issued_certificate(serial_number)._asdict(),
            "pk1": keys.ALL_ISSUED_CERTIFICATES,
            "sk1": after,
        }
    found = table.page(keys.ALL_ISSUED_CERTIFICATES, limit, index="by_list", after=last)
    return _read(found.items), found.last["sk1"] if found.last else None


def expiring(after: dt.datetime, before: dt.datetime) -> list[Issued]:
    """The certificates that expire between two moments."""
    between = (keys.stamp(after), keys.stamp(before))
    found: list[Item] = []
    last: Item | None = None
    while True:
        part = table.query(keys.ALL_ISSUED_CERTIFICATES, between=between, index="by_list", after=last)
        found += part.items
        last = part.last
        if last is None:
            return _read(found)


def revoke(serial_number: str, at: dt.datetime) -> Issued | None:
    """Keep that a certificate is not to be relied on any more; once revoked stays revoked. None if there is none."""
    try:
        item = table.update(
            keys.issued_certificate(serial_number.lower().lstrip("0")),
            "SET revoked_at = if_not_exists(revoked_at, :at)",
            {":at": keys.stamp(at)},
            condition="attribute_exists(pk)",
            returns="ALL_NEW",
        )
    except ConditionFailed:
        return None
    return _issued(item)


def _read(listed: list[Item]) -> list[Issued]:
    wanted = [keys.Key(item["pk"], item["sk"]) for item in listed]
    items = table.get_many(wanted)
    return [_issued(items[key]) for key in wanted if key in items]


TIMES = ("asked_at", "changed_at", "issued_at", "expires_at", "revoked_at")


def _item(fields: Item) -> Item:
    return {name: keys.stamp(value) if name in TIMES else value for name, value in fields.items() if value is not None}


def _fields(item: Item, names: tuple[str, ...]) -> Item:
    given = [name for name in names if item.get(name) is not None]
    return {name: keys.time(item[name]) if name in TIMES else item[name] for name in given}


def _request_item(request: Request) -> Item:
    key = keys.signing_request(request.station_id, request.signing_id)
    return {**key._asdict(), **_item(request._asdict())}


def _request(item: Item) -> Request:
    known: Item = {"kind": None, "request_id": None}
    return Request(**known | _fields(item, Request._fields))


def _issued_item(issued: Issued) -> Item:
    return {
        **keys.issued_certificate(issued.serial_number)._asdict(),
        "pk1": keys.ALL_ISSUED_CERTIFICATES,
        "sk1": keys.by_expiry(issued.expires_at, issued.serial_number),
        **_item(issued._asdict()),
    }


def _issued(item: Item) -> Issued:
    known: Item = {"kind": None}
    return Issued(**known | _fields(item, Issued._fields))
