"""REQUEST items: the request ids that calls to a station have used, so that a report of it names one call."""

import datetime as dt

from shared.domain.errors import Conflict
from shared.store import keys, table
from shared.store.dynamodb import ConditionFailed

RETENTION = dt.timedelta(days=90)
"""As long as the calls themselves are kept."""


def claim(station_id: str, request_id: int, call_id: str) -> None:
    """Give a request id to a call. Raises Conflict if another one has it."""
    now = dt.datetime.now(dt.UTC)
    try:
        table.put(
            {
                **keys.request(station_id, request_id)._asdict(),
                "call_id": call_id,
                "expires_at_s": int((now + RETENTION).timestamp()),
            },
            condition="attribute_not_exists(pk) OR call_id = :call",
            values={":call": call_id},
        )
    except ConditionFailed as failed:
        owner = failed.item["call_id"]
        raise Conflict(f"Request id {request_id} belongs to the call {owner}; left out, a new one is given") from failed
