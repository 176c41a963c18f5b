"""REPORT items: what stations were asked to report under a request id, how far it has come, and its pages where their
content has no other home."""

import datetime as dt
import json
from collections.abc import Callable
from typing import Any

from shared.domain import reports as domain
from shared.domain.errors import Conflict, Invalid
from shared.domain.reports import Report
from shared.store import keys, table
from shared.store.dynamodb import ConditionFailed, Item

RETENTION = dt.timedelta(days=90)
"""As long as the calls themselves are kept."""
ATTEMPTS = 8
"""Only the pages of one report compete; each round one of them wins."""
TIMES = ("requested_at", "answered_at", "last_page_at")
LISTS = ("seq_nos", "digests")

Part = dict[str, Any] | list[Any] | str


def expect(station_id: str, request_id: int, kind: str, call_id: str, asked: dict[str, Any] | None = None) -> None:
    """A station is about to be asked for a report. Raises Conflict if another one has its request id."""
    new = Report(station_id, request_id, kind, call_id, dt.datetime.now(dt.UTC), asked or {})
    try:
        table.put(_to_item(new), condition="attribute_not_exists(pk)")
    except ConditionFailed as failed:
        if failed.item.get("call_id") != call_id:
            taken = f"Request id {request_id} belongs to another report; left out, a new one is given"
            raise Conflict(taken, path="payload.requestId") from failed


def settle(station_id: str, request_id: int, status: str, kind: str | None = None) -> Report | None:
    """The station has answered whether it will report; None if nobody asked."""
    now = dt.datetime.now(dt.UTC)
    item = _item(station_id, request_id, kind)
    return _change(item, lambda report: domain.answered(report, status, now)) if item else None


def note_page(
    station_id: str,
    request_id: int,
    kind: str,
    *,
    seq_no: int | None,
    more: bool,
    at: dt.datetime,
    part: Part | None = None,
) -> Report:
    """A page of a report has come, perhaps for the second time. Returns the report as it stands then.

    `part` is kept as the page's content. A page under an id that nobody asked for makes an unsolicited report. Raises
    Invalid for an id that cannot be kept.
    """
    if abs(request_id) > domain.LARGEST_REQUEST_ID:
        raise Invalid("The request id has more than 38 digits", path="requestId")
    body = json.dumps(part, separators=(",", ":"), sort_keys=True, ensure_ascii=False, default=_plain)
    digest = keys.digest(body)
    if part is not None:
        name = _name(seq_no, digest)
        expires_at_s = int((at + RETENTION).timestamp())
        key = keys.report_part(station_id, request_id, kind, name)
        table.put({**key._asdict(), "body": body, "received_at": keys.stamp(at), "expires_at_s": expires_at_s})
    item = table.get(keys.report(station_id, request_id, kind))
    if item is None:
        item = _to_item(Report(station_id, request_id, kind, None, at))
        try:
            table.put(item, condition="attribute_not_exists(pk)")
        except ConditionFailed as failed:
            item = failed.item
    return _change(item, lambda report: domain.paged(report, seq_no=seq_no, digest=digest, more=more, at=at))


def find(station_id: str, request_id: int, kind: str | None = None) -> Report | None:
    """The report under a request id. Without a kind the latest, should messages of two kinds name the same id."""
    item = _item(station_id, request_id, kind)
    return from_item(item) if item else None


def page(station_id: str, after: str | None, limit: int) -> tuple[list[Report], str | None]:
    """A station's reports, newest first, and the position to go on after."""
    partition = keys.reports_of_station(station_id)
    found = table.page(partition, limit, index="by_station", newest_first=True, after=_last(partition, after))
    wanted = [keys.Key(item["pk"], item["sk"]) for item in found.items]
    items = table.get_many(wanted)
    rest = f"{found.last['sk2']} {found.last['sk']}" if found.last else None
    return [from_item(items[key]) for key in wanted if key in items], rest


def of_station(station_id: str, limit: int = 100) -> list[Report]:
    """A station's latest reports, newest first."""
    return page(station_id, None, limit)[0]


def parts(station_id: str, request_id: int, kind: str | None = None) -> list[Any]:
    """The pages of a report whose content is kept here, in order; those without a number as they came."""
    report = find(station_id, request_id, kind)
    if report is None:
        return []
    names = {_name(one, "") for one in report.seq_nos} | {_name(None, one) for one in report.digests}
    prefix = keys.report_parts(request_id, report.kind)
    found = [item for item in _query(station_id, prefix) if item["sk"].removeprefix(prefix) in names]
    if not report.seq_nos:
        found.sort(key=lambda item: str(item["received_at"]))
    return [json.loads(item["body"]) for item in found]


def _name(seq_no: int | None, digest: str) -> str:
    """What a page is called within its report."""
    return digest if seq_no is None else f"{seq_no:010d}"


def _query(station_id: str, prefix: str) -> list[Item]:
    partition = keys.reports_of_station(station_id)
    found = table.query(partition, prefix=prefix, consistent=True)
    items = found.items
    while found.last:
        found = table.query(partition, prefix=prefix, after=found.last, consistent=True)
        items += found.items
    return items


def _item(station_id: str, request_id: int, kind: str | None) -> Item | None:
    if kind is not None:
        return table.get(keys.report(station_id, request_id, kind))
    found = _query(station_id, keys.reports_with_id(request_id))
    return max(found, key=lambda item: str(item["requested_at"]), default=None)


def _plain(value: object) -> str:
    if isinstance(value, dt.datetime):
        return keys.stamp(value)
    raise TypeError(f"{type(value).__name__} is no JSON")


def _last(partition: str, after: str | None) -> Item | None:
    if after is None:
        return None
    sort, _, key = after.partition(" ")
    return {**keys.Key(partition, key)._asdict(), "pk2": partition, "sk2": sort}


def _change(item: Item, make: Callable[[Report], Report]) -> Report:
    for _ in range(ATTEMPTS):
        known = from_item(item)
        changed = make(known)._replace(revision=known.revision + 1)
        try:
            table.put(_to_item(changed), condition="revision = :was", values={":was": known.revision})
        except ConditionFailed as failed:
            item = failed.item or item
            if from_item(item) == changed:
                return changed
        else:
            return changed
    raise TimeoutError(f"the report {known.request_id} of {known.station_id} kept changing")


def _to_item(report: Report) -> Item:
    fields = {name: value for name, value in report._asdict().items() if value is not None}
    requested_at = keys.stamp(report.requested_at)
    return {
        **keys.report(report.station_id, report.request_id, report.kind)._asdict(),
        "pk2": keys.reports_of_station(report.station_id),
        "sk2": f"{requested_at}#{report.request_id}#{report.kind}",
        **fields,
        **{name: keys.stamp(fields[name]) for name in TIMES if name in fields},
        "asked": json.dumps(report.asked, separators=(",", ":"), ensure_ascii=False),
        "expires_at_s": int((report.requested_at + RETENTION).timestamp()),
    }


def from_item(item: Item) -> Report:
    fields = {name: item[name] for name in Report._fields if name in item}
    return Report(
        **fields
        | {name: keys.time(fields[name]) for name in TIMES if name in fields}
        | {name: tuple(fields[name]) for name in LISTS if name in fields}
        | {"call_id": item.get("call_id"), "asked": json.loads(item["asked"])}
    )
