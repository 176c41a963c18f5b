"""Periodic event streams (use cases N11 to N15 of OCPP 2.1): the values of a monitor, many to a message.

A station opens a stream and sends its values without waiting for an answer to any of them.
"""

import datetime as dt
from typing import Literal, NamedTuple

StreamState = Literal["open", "closed"]


class EventStream(NamedTuple):
    """A stream of a station. Its number may be used again once it is closed."""

    stream_id: int
    monitor_id: int
    interval_s: int | None
    """Its values come after this time at the latest; None or 0: that does not count."""
    values: int | None
    """Or as soon as there are this many; None or 0: that does not count."""
    state: StreamState
    changed_at: dt.datetime
    """When it was opened, adjusted or closed."""
    opened_at: dt.datetime | None = None
    """None: we know it from the station's list, not from its opening."""


class StreamedValue(NamedTuple):
    """A value of the variable that a stream's monitor watches."""

    at: dt.datetime
    value: str


class StreamedValues(NamedTuple):
    """The values that one message brought."""

    stream_id: int
    received_at: dt.datetime
    pending: int
    """How many more the station had waiting then; growing numbers mean that it cannot keep up."""
    values: tuple[StreamedValue, ...]
