"""IDEMPOTENCY items: under which id a request with an Idempotency-Key makes its resource, decided once, kept for a day.

No answer is kept. The resource is made under the id that stands here, and making it is idempotent by its id: so the
same request again finds what the first one made, or makes what it left unmade. Messages of stations are known in the
same way by their message ids: what is kept of one goes by when it came first.
"""

import datetime as dt
from collections.abc import Sequence
from typing import NamedTuple

from shared.store import keys, table
from shared.store.dynamodb import ConditionFailed

KEPT = dt.timedelta(hours=24)


class KeyReused(Exception):
    """The key was sent before with another request."""


class Promise(NamedTuple):
    """The id of the resource that a request makes."""

    resource_id: str
    is_repeated: bool = False
    """Whether the same request was met before; then the resource may be there already."""


def promise(key: str, fingerprint: str, resource_id: str, now: dt.datetime) -> Promise:
    """Promise an id to the request of this fingerprint, or tell which one was promised before. Raises KeyReused.

    `key` stands for who asks for what under which Idempotency-Key. TTL may leave an item for days after its time.
    """
    item = {
        **keys.idempotency(key)._asdict(),
        "resource_id": resource_id,
        "fingerprint": fingerprint,
        "expires_at_s": int((now + KEPT).timestamp()),
    }
    try:
        table.put(
            item,
            condition="attribute_not_exists(pk) OR expires_at_s <= :now",
            values={":now": int(now.timestamp())},
        )
    except ConditionFailed as failed:
        if failed.item["fingerprint"] != fingerprint:
            raise KeyReused(key) from failed
        # A write whose answer was lost was tried again and met itself: then the id is the one that was drawn.
        return Promise(failed.item["resource_id"], failed.item["resource_id"] != resource_id)
    return Promise(resource_id)


def first_received_at(
    station_id: str, message_id: str, content: Sequence[str], received_at: dt.datetime
) -> dt.datetime:
    """When a station's message of 2.x came first, which may be now. One that was not answered comes again under its id;
    another under the same id, which the standard forbids, is a message of its own."""
    key, fingerprint = keys.digest(station_id, message_id), keys.digest(*content)
    try:
        return keys.time(promise(key, fingerprint, keys.stamp(received_at), received_at).resource_id)
    except KeyReused:
        return received_at
