"""Times as they stand in JSON."""

import datetime as dt


def time(at: dt.datetime | None) -> str | None:
    """`2026-11-23T08:00:00Z`, with a fraction only where there is one."""
    return at.astimezone(dt.UTC).isoformat().replace("+00:00", "Z") if at else None
