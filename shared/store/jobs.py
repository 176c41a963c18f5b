"""JOB items: bulk jobs, the pages of stations they are worked on in, and a row for each station. Kept for 90 days.

What a job sends is an item of its own (ORDER), which is gone once nothing of the job can be sent any more.
"""

import datetime as dt
import json
from collections.abc import Iterable, Iterator, Sequence

from shared.domain.calls import CallState, Json
from shared.domain.jobs import Job, Page, Row, RowState, Selection
from shared.store import keys, table
from shared.store.calls import RETENTION
from shared.store.dynamodb import ConditionFailed, Item

TIMES = ("created_at", "expires_at", "cancelled_at", "ended_at")


def create(job: Job, payload: Json, pages: Sequence[Page]) -> Job:
    """Keep a new job with what it sends and the stations that are named, or return the one that has its id.

    The same request again writes the same, so it makes good what an earlier attempt left unwritten.
    """
    try:
        table.put(to_item(job), condition="attribute_not_exists(pk)")
    except ConditionFailed as failed:
        job = from_item(failed.item)
    if not job.ended_at:
        table.put_many([_page_to_item(job, page) for page in pages])
        table.put(
            {
                **keys.job_order(job.job_id)._asdict(),
                "payload": _json(payload),
                "expires_at_s": int(job.expires_at.timestamp()),
            }
        )
    return job


def find(job_id: str) -> Job | None:
    item = table.get(keys.job(job_id))
    return from_item(item) if item else None


def payload(job: Job) -> Json | None:
    """What the job sends. None once its time is over."""
    item = table.get(keys.job_order(job.job_id))
    return json.loads(item["payload"]) if item else None


def page(after: str | None, limit: int) -> tuple[list[Job], str | None]:
    """Jobs, newest first, and the id to go on after."""
    last = None
    if after is not None:
        last = {**keys.job(after)._asdict(), "pk1": keys.ALL_JOBS, "sk1": after}
    found = table.page(keys.ALL_JOBS, limit, index="by_list", newest_first=True, after=last)
    wanted = [keys.Key(item["pk"], item["sk"]) for item in found.items]
    items = table.get_many(wanted)
    return [from_item(items[key]) for key in wanted if key in items], found.last["sk1"] if found.last else None


def find_page(job: Job, number: int) -> Page | None:
    item = table.get(keys.job_page(job.job_id, number))
    return _page_from_item(number, item) if item else None


def add_page(job: Job, page: Page) -> Page:
    """Keep the stations that were chosen for a page, or return those that somebody else chose before."""
    try:
        table.put(_page_to_item(job, page), condition="attribute_not_exists(pk)")
    except ConditionFailed as failed:
        return _page_from_item(page.number, failed.item)
    return page


def begin_page(job: Job, page: Page) -> None:
    """Note that somebody works on a page."""
    table.update(keys.job_page(job.job_id, page.number), "SET begun = :purpose", {":purpose": job.purpose})


def set_total(job: Job, total: int) -> None:
    """Note how many stations were chosen."""
    table.update(
        keys.job(job.job_id),
        "SET #total = if_not_exists(#total, :total)",
        {":total": total},
        condition="attribute_exists(pk)",
        names={"#total": "total"},
    )


def cancel(job: Job, at: dt.datetime) -> Job | None:
    """Note that nothing more of a job is to be sent. None if it has ended, or is gone."""
    try:
        item = table.update(
            keys.job(job.job_id),
            "SET cancelled_at = if_not_exists(cancelled_at, :at)",
            {":at": keys.stamp(at)},
            condition="attribute_exists(pk) AND attribute_not_exists(ended_at)",
            returns="ALL_NEW",
        )
    except ConditionFailed:
        return None
    return from_item(item)


def end(job: Job, at: dt.datetime, by_state: dict[str, int]) -> Job:
    """Note that a job has come to its end at every station. What it sent is forgotten."""
    try:
        item = table.update(
            keys.job(job.job_id),
            "SET ended_at = :at, by_state = :by_state",
            {":at": keys.stamp(at), ":by_state": by_state},
            condition="attribute_exists(pk) AND attribute_not_exists(ended_at)",
            returns="ALL_NEW",
        )
    except ConditionFailed as failed:
        if not failed.item:
            return job
        item = failed.item
    table.delete(keys.job_order(job.job_id))
    return from_item(item)


def note_call(job_id: str, station_id: str, state: CallState, at: dt.datetime) -> bool:
    """Note what became of the job's call to a station. False if that, or more, is known already."""
    earlier: dict[CallState, Sequence[RowState]] = {"queued": (), "sent": ("queued",)}
    return _put_row(job_id, Row(station_id, state, at), earlier.get(state, ("queued", "sent")))


def refuse(job_id: str, row: Row) -> bool:
    """Note that a job comes to its end at a station without a call. False if it has one."""
    return _put_row(job_id, row, ())


def _put_row(job_id: str, row: Row, instead_of: Sequence[RowState]) -> bool:
    states = {f":in{number}": state for number, state in enumerate(instead_of)}
    replaced = f" OR call_state IN ({', '.join(states)})" if states else ""
    try:
        table.put(_row_to_item(job_id, row), condition=f"attribute_not_exists(pk){replaced}", values=dict(states))
    except ConditionFailed:
        return False
    return True


def rows(job_id: str) -> Iterator[Row]:
    """Every row of a job; eventually consistent."""
    after: Item | None = None
    while True:
        found = table.query(keys.job(job_id).pk, prefix=keys.ROWS, after=after)
        yield from map(_row_from_item, found.items)
        if (after := found.last) is None:
            return


def page_of_rows(job_id: str, after: str | None, limit: int) -> tuple[list[Row], str | None]:
    """The rows of a job in order of their stations, and the station to go on after."""
    last = keys.job_row(job_id, after)._asdict() if after is not None else None
    found = table.page(keys.job(job_id).pk, limit, prefix=keys.ROWS, after=last)
    read = [_row_from_item(item) for item in found.items]
    return read, read[-1].station_id if found.last else None


def rows_of(job_id: str, stations: Iterable[str]) -> dict[str, Row]:
    """The rows of some stations that have one."""
    found = table.get_many([keys.job_row(job_id, station_id) for station_id in stations])
    read = map(_row_from_item, found.values())
    return {row.station_id: row for row in read}


def _json(value: Json) -> str:
    return json.dumps(value, separators=(",", ":"), ensure_ascii=False)


def to_item(job: Job) -> Item:
    fields: Item = job._asdict()
    for name in TIMES:
        fields[name] = keys.stamp(fields[name]) if fields[name] else None
    fields["payload"] = _json(job.payload)
    fields["selection"] = (
        {name: value for name, value in job.selection._asdict().items() if value is not None} if job.selection else None
    )
    fields["by_state"] = job.by_state or None
    del fields["job_id"]
    return {
        **keys.job(job.job_id)._asdict(),
        "pk1": keys.ALL_JOBS,
        "sk1": job.job_id,
        "expires_at_s": int((job.created_at + RETENTION).timestamp()),
        **fields,
    }


def from_item(item: Item) -> Job:
    fields: Item = {name: item[name] for name in Job._fields if name in item}
    for name in TIMES:
        if name in fields:
            fields[name] = keys.time(fields[name])
    fields["payload"] = json.loads(fields["payload"])
    if "selection" in fields:
        fields["selection"] = Selection(**fields["selection"])
    return Job(**fields, job_id=keys.entity(item["pk"])[1])


def _page_to_item(job: Job, page: Page) -> Item:
    return {
        **keys.job_page(job.job_id, page.number)._asdict(),
        "stations": list(page.stations),
        "before": page.before,
        "goes_on": page.goes_on,
        "after": page.after,
        "begun": page.begun,
        "expires_at_s": int((job.created_at + RETENTION).timestamp()),
    }


def _page_from_item(number: int, item: Item) -> Page:
    fields = {name: item[name] for name in ("before", "goes_on", "after", "begun") if name in item}
    return Page(number, tuple(item["stations"]), **fields)


def _row_to_item(job_id: str, row: Row) -> Item:
    return {
        **keys.job_row(job_id, row.station_id)._asdict(),
        "call_state": row.state,
        "at": keys.stamp(row.at),
        "reason": row.reason,
        "expires_at_s": int((row.at + RETENTION).timestamp()),
    }


def _row_from_item(item: Item) -> Row:
    return Row(item["sk"].removeprefix(keys.ROWS), item["call_state"], keys.time(item["at"]), item.get("reason"))
