"""REQUEST items: the request ids that calls to a station have used, so that a report of it names one call; and, apart
from them, the remoteStartIds, so that a transaction names the call that it began with."""

import datetime as dt

from shared.domain.errors import Conflict
from shared.store import keys, table
from shared.store.dynamodb import ConditionFailed

RETENTION = dt.timedelta(days=90)
"""As long as the calls themselves are kept."""


REQUEST, REMOTE_START = "Request id", "Remote start id"
"""The kinds of ids. One of each may have the same number."""


def claim(station_id: str, request_id: int, call_id: str, kind: str = REQUEST) -> None:
    """Give an id to a call. Raises Conflict if another one has it."""
    now = dt.datetime.now(dt.UTC)
    try:
        table.put(
            {
                **_key(station_id, request_id, kind)._asdict(),
                "call_id": call_id,
                "expires_at_s": int((now + RETENTION).timestamp()),
            },
            condition="attribute_not_exists(pk) OR call_id = :call",
            values={":call": call_id},
        )
    except ConditionFailed as failed:
        owner = failed.item["call_id"]
        raise Conflict(f"{kind} {request_id} belongs to the call {owner}; left out, a new one is given") from failed


def find(station_id: str, request_id: int, kind: str = REQUEST) -> str | None:
    """The call that an id was given to."""
    item = table.get(_key(station_id, request_id, kind))
    return item["call_id"] if item else None


def _key(station_id: str, request_id: int, kind: str) -> keys.Key:
    of_kind = keys.remote_start if kind == REMOTE_START else keys.request
    return of_kind(station_id, request_id)
