"""UPLOAD items: what the link of an upload is for, until a week after it has expired."""

import datetime as dt
from typing import NamedTuple

from shared.store import keys, table

RETENTION = dt.timedelta(days=7)


class Purpose(NamedTuple):
    """What an upload belongs to."""

    station_id: str
    retrieval_id: str
    most_mib: int


def keep(ref: str, purpose: Purpose, expires_at: dt.datetime) -> None:
    """Say what the upload under a link will belong to; `expires_at` is when the link does."""
    table.put(
        {
            **keys.upload(ref)._asdict(),
            **purpose._asdict(),
            "expires_at_s": int((expires_at + RETENTION).timestamp()),
        }
    )


def find(ref: str) -> Purpose | None:
    item = table.get(keys.upload(ref))
    return Purpose(*(item[name] for name in Purpose._fields)) if item else None
