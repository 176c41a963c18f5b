"""What is to be believed of the times of events: clocks are not set, run ahead, and are put right in mid-transaction.

What a station says is kept as it is, as retries are known by it; what is folded and billed are believed times.
"""

import datetime as dt
from collections.abc import Iterable
from typing import TYPE_CHECKING

if TYPE_CHECKING:  # which asks here what to believe of its times
    from shared.domain.transaction_events import TransactionEvent

NOT_BEFORE = dt.datetime(2015, 1, 1, tzinfo=dt.UTC)
"""A clock that shows less has never been set."""
FURTHEST_AHEAD = dt.timedelta(days=1)
"""Of the receipt: more than a time zone that was taken for another."""
LONGEST = dt.timedelta(days=30)
"""A transaction that seems to take longer has more likely begun by one clock and ended by another."""


def is_credible(event: "TransactionEvent") -> bool:
    """Whether an event can have happened when the station says, as far as we know when it came."""
    return event.received_at is None or _can_be(event.at, event.received_at)


def _can_be(at: dt.datetime, received_at: dt.datetime) -> bool:
    return at >= NOT_BEFORE and at - received_at <= FURTHEST_AHEAD


def believed(event: "TransactionEvent") -> "TransactionEvent":
    """An event with times that can be: where the station's cannot, it happened when it was received first."""
    received_at = event.received_at
    if received_at is None:
        return event
    values = event.meter_values
    if not all(_can_be(value.at, received_at) for value in values):
        lags = [event.at - value.at for value in values]
        values = tuple(
            value
            if _can_be(value.at, received_at)
            else value._replace(at=received_at - lag if dt.timedelta(0) <= lag <= LONGEST else received_at)
            for value, lag in zip(values, lags, strict=True)
        )
    at = event.at if is_credible(event) else received_at
    return event._replace(at=at, meter_values=values)


def straightened(events: Iterable["TransactionEvent"]) -> list["TransactionEvent"]:
    """Events in the order of their seqNos, with times that do not go back: between two that do, no time has passed, and
    those that follow are as far from each other as the station says."""
    made: list[TransactionEvent] = []
    shift, zero = dt.timedelta(0), dt.timedelta(0)
    for event in map(believed, events):
        latest = made[-1].at if made else event.at
        if event.at >= latest:
            shift = zero
        elif event.at + shift < latest:
            shift = latest - event.at
        at = event.at + shift
        # A value that is later than its event was measured before the clock was put back.
        values = (one._replace(at=min(one.at + shift, at)) if one.at <= event.at else one for one in event.meter_values)
        made.append(event._replace(at=at, meter_values=tuple(values)) if shift else event)
    return made


def is_implausible(started_at: dt.datetime | None, ended_at: dt.datetime | None) -> bool:
    """Whether a transaction cannot have taken the time between two moments."""
    if started_at is None or ended_at is None:
        return False
    return not -FURTHEST_AHEAD <= ended_at - started_at <= LONGEST
