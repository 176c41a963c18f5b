"""RETRIEVAL items: the logs that were wanted of each station, newest last, kept for 400 days."""

import datetime as dt
import json
from collections.abc import Callable, Iterable, Iterator

from shared.domain import log_retrievals
from shared.domain.calls import Entry, follow_up_id
from shared.domain.file_links import File
from shared.domain.log_retrievals import Retrieval, Terms
from shared.store import keys, steps, table
from shared.store.dynamodb import ConditionFailed, Item
from shared.store.table import Put

RETENTION = dt.timedelta(days=400)
FILES_KEPT = dt.timedelta(days=90)
"""How long the bucket keeps what stations have uploaded (infra/data.py)."""
TIMES = (
    *("created_at", "oldest_at", "latest_at", "ended_at", "cancelled_at", "link_expires_at", "sent_at"),
    *("answered_at", "status_at"),
)
PART = 50
"""How many are written at once: DynamoDB takes 100 items or 4 MB in a transaction."""


def create(retrievals: Iterable[Retrieval]) -> None:
    """Keep new retrievals; those that are there already stay as they are."""
    waiting = list(retrievals)
    while waiting:
        part, waiting = waiting[:PART], waiting[PART:]
        puts = [Put(to_item(one), "attribute_not_exists(pk)") for one in part]
        try:
            table.transact(*puts)
        except ConditionFailed:  # an earlier attempt got further
            for put in puts:
                _create_one(put)


def _create_one(put: Put) -> None:
    try:
        table.put(put.item, condition=put.condition)
    except ConditionFailed:
        return


def find(station_id: str, retrieval_id: str) -> Retrieval | None:
    item = table.get(keys.retrieval(station_id, retrieval_id))
    return from_item(item) if item else None


def change(station_id: str, retrieval_id: str, step: Callable[[Retrieval], Retrieval | None]) -> Retrieval | None:
    """Take a step with a retrieval; None if it is not there, or the step makes nothing of it. Raises Conflict."""
    return steps.take(
        f"The retrieval {retrieval_id}",
        lambda: find(station_id, retrieval_id),
        lambda standing: step(standing) if standing else None,
        to_item,
        from_item,
    )


def note_file(station_id: str, retrieval_id: str, ref: str, file: File) -> bool:
    """Note that a file has arrived by the upload link `ref`. False if the retrieval is gone, or has a file already."""
    at = dt.datetime.now(dt.UTC)
    taken = change(station_id, retrieval_id, lambda standing: log_retrievals.take_file(standing, ref, file, at))
    return taken is not None


def latest_of_station(station_id: str, limit: int, after: str | None = None) -> tuple[list[Retrieval], str | None]:
    """A station's retrievals, newest first, and the id to go on after; no write that was made before is missing."""
    partition = keys.retrievals_of_station(station_id)
    found = table.query(partition, newest_first=True, limit=limit, after=keys.after(partition, after), consistent=True)
    return [from_item(item) for item in found.items], found.last["sk"] if found.last else None


def page_of_station(station_id: str, after: str | None, limit: int) -> tuple[list[Retrieval], str | None]:
    """A page of a station's retrievals, newest first, and the id to go on after if there are more."""
    partition = keys.retrievals_of_station(station_id)
    found = table.page(partition, limit, newest_first=True, after=keys.after(partition, after))
    return [from_item(item) for item in found.items], found.last["sk"] if found.last else None


def page_of_collection(diagnostics_id: str, after: str | None, limit: int) -> tuple[list[Retrieval], str | None]:
    """The retrievals of a collection in order of their stations, and where to go on; eventually consistent."""
    last = None
    if after is not None:
        retrieval_id = follow_up_id(diagnostics_id, after)
        last = {
            **keys.retrieval(after, retrieval_id)._asdict(),
            "pk2": keys.retrievals_of_collection(diagnostics_id),
            "sk2": after,
        }
    found = table.page(keys.retrievals_of_collection(diagnostics_id), limit, index="by_station", after=last)
    wanted = [keys.Key(item["pk"], item["sk"]) for item in found.items]
    items = table.get_many(wanted)
    return [from_item(items[key]) for key in wanted if key in items], found.last["sk2"] if found.last else None


def of_collection(diagnostics_id: str) -> Iterator[Retrieval]:
    """All retrievals of a collection in order of their stations."""
    after: str | None = None
    while True:
        found, after = page_of_collection(diagnostics_id, after, 100)
        yield from found
        if after is None:
            return


def to_item(retrieval: Retrieval) -> Item:
    fields: Item = retrieval._asdict()
    for name in TIMES:
        fields[name] = keys.stamp(fields[name]) if fields[name] else None
    fields["terms"] = retrieval.terms._asdict()
    fields["answer"] = json.dumps(retrieval.answer) if retrieval.answer is not None else None
    if retrieval.file:
        fields["file"] = retrieval.file._asdict() | {"arrived_at": keys.stamp(retrieval.file.arrived_at)}
    fields["history"] = [
        {"at": keys.stamp(entry.at), "event": entry.event, "detail": entry.detail or None}
        for entry in retrieval.history
    ]
    del fields["station_id"], fields["retrieval_id"]
    return {
        **keys.retrieval(retrieval.station_id, retrieval.retrieval_id)._asdict(),
        "pk2": keys.retrievals_of_collection(retrieval.diagnostics_id),
        "sk2": retrieval.station_id,
        "expires_at_s": int((retrieval.created_at + RETENTION).timestamp()),
        **fields,
    }


def from_item(item: Item) -> Retrieval:
    fields: Item = {name: item[name] for name in Retrieval._fields if name in item}
    for name in TIMES:
        if name in fields:
            fields[name] = keys.time(fields[name])
    fields["terms"] = Terms(**fields["terms"])
    if "answer" in fields:
        fields["answer"] = json.loads(fields["answer"])
    if "file" in fields:
        fields["file"] = File(**fields["file"] | {"arrived_at": keys.time(fields["file"]["arrived_at"])})
    fields["history"] = tuple(
        Entry(keys.time(one["at"]), one["event"], one.get("detail", "")) for one in item.get("history", [])
    )
    fields |= {"retrieval_id": item["sk"], "station_id": keys.entity(item["pk"])[1]}
    return Retrieval(**fields)
