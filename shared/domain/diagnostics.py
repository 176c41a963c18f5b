"""A collection of logs: the same log wanted of many stations, watched and taken back as one."""

import datetime as dt
from collections import Counter
from collections.abc import Iterable
from typing import Literal, NamedTuple

from shared.domain.calls import follow_up_id
from shared.domain.log_retrievals import OPEN, STATES, LogType, Retrieval, Terms

DiagnosticsState = Literal["running", "succeeded", "failed", "cancelled"]
"""succeeded: at every station. failed: at one or more. cancelled: at one or more, and failed at none."""

MOST_STATIONS = 1_000


class Diagnostics(NamedTuple):
    """A collection of logs. `diagnostics_id` is a UUID that sorts by time."""

    diagnostics_id: str
    created_at: dt.datetime
    total: int
    """How many stations it is of."""
    log_type: LogType = "DiagnosticsLog"
    oldest_at: dt.datetime | None = None
    latest_at: dt.datetime | None = None
    terms: Terms = Terms()
    requested_by: str | None = None
    cancelled_at: dt.datetime | None = None
    ended_at: dt.datetime | None = None
    """Once somebody has found that it has ended."""
    by_state: dict[str, int] = {}  # noqa: RUF012  # never changed in place: tuples of this kind are values
    """How many retrievals came to which end; empty while it runs, for then they tell."""

    def retrieval(self, station_id: str) -> Retrieval:
        """The retrieval at one of its stations, as it begins."""
        begun = Retrieval(
            retrieval_id=follow_up_id(self.diagnostics_id, station_id),
            station_id=station_id,
            diagnostics_id=self.diagnostics_id,
            created_at=self.created_at,
            log_type=self.log_type,
            oldest_at=self.oldest_at,
            latest_at=self.latest_at,
            terms=self.terms,
            requested_by=self.requested_by,
        )
        return begun.noted(self.created_at, "created")


def tally(total: int, retrievals: Iterable[Retrieval]) -> dict[str, int]:
    """How many stations of a collection are in which state, every state named; those that are not seen yet wait."""
    counted = Counter(one.state for one in retrievals)
    counted["queued"] += max(0, total - counted.total())
    return {state: counted[state] for state in STATES}


def state_of(by_state: dict[str, int]) -> DiagnosticsState:
    if any(by_state.get(state) for state in OPEN):
        return "running"
    if by_state.get("failed"):
        return "failed"
    return "cancelled" if by_state.get("cancelled") else "succeeded"
