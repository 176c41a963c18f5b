"""Bulk jobs: one call to many stations, and what has become of it at each.

The stations of a job stand in pages, which are worked on one by one. A station has a row in the job once there is
something to say of it there; until then it waits.
"""

import datetime as dt
from collections import Counter
from collections.abc import Iterable
from typing import Literal, NamedTuple, get_args

from shared.domain.calls import OPEN, CallState, Json, follow_up_id
from shared.domain.stations import Registration, Station

JobState = Literal["running", "done"]
RowState = Literal[CallState, "not_made"]
"""What became of the call to one station. not_made: it must not be sent it, or is not there."""
ROW_STATES: tuple[RowState, ...] = (*get_args(CallState), "not_made")

JobPurpose = Literal["call", "take back"]
"""What a job is about: to call its stations, and once it is cancelled, to take back what waits."""

MOST_STATIONS = 10_000
"""How many stations may be named one by one."""
STATIONS_PER_PAGE = 25


class Selection(NamedTuple):
    """Stations by what is known of them. What is None does not matter."""

    online: bool | None = None
    vendor: str | None = None
    model: str | None = None
    firmware_version: str | None = None
    registration: Registration | None = None
    station_id_prefix: str | None = None

    def takes(self, station: Station, *, is_online: bool) -> bool:
        return (
            self.online in (None, is_online)
            and self.vendor in (None, station.vendor)
            and self.model in (None, station.model)
            and self.firmware_version in (None, station.firmware_version)
            and self.registration in (None, station.registration)
            and station.station_id.startswith(self.station_id_prefix or "")
        )


class Job(NamedTuple):
    """A call to many stations. `job_id` is a UUID that sorts by time."""

    job_id: str
    action: str
    payload: Json
    """Without its secrets: what is sent is kept apart from it, and only until `expires_at`."""
    created_at: dt.datetime
    expires_at: dt.datetime
    """From then on no call of it is sent any more."""
    requested_by: str | None = None
    selection: Selection | None = None
    """Which stations it is for; None: they were named."""
    total: int | None = None
    """How many stations; None: they are still being chosen."""
    cancelled_at: dt.datetime | None = None
    ended_at: dt.datetime | None = None
    by_state: dict[str, int] = {}  # noqa: RUF012  # never changed in place: tuples of this kind are values
    """How many calls came to which end; empty while it runs, for then the rows tell."""

    @property
    def state(self) -> JobState:
        return "done" if self.ended_at else "running"

    @property
    def purpose(self) -> JobPurpose:
        return "take back" if self.cancelled_at else "call"

    def call_id(self, station_id: str) -> str:
        """The id of the job's call to a station, the same whenever it is made."""
        return follow_up_id(self.job_id, station_id)


class Page(NamedTuple):
    """Some stations of a job, worked on together."""

    number: int
    stations: tuple[str, ...]
    before: int
    """How many stations the pages before it have."""
    goes_on: bool = False
    """Whether there is a page after it."""
    after: str | None = None
    """Where in the list of all stations the choice for the next page begins, if stations are chosen."""
    begun: JobPurpose | None = None
    """For what somebody began to work on it last; None: nobody did."""

    @property
    def end(self) -> int:
        """How many stations there are up to its end."""
        return self.before + len(self.stations)


class Row(NamedTuple):
    """What has become of a job at one station."""

    station_id: str
    state: RowState
    at: dt.datetime
    reason: str | None = None
    """Why no call was made."""

    @property
    def is_final(self) -> bool:
        return self.state not in OPEN


def pages(stations: Iterable[str]) -> list[Page]:
    """Stations in pages, each station once."""
    every = tuple(dict.fromkeys(stations))
    starts = range(0, len(every), STATIONS_PER_PAGE)
    return [
        Page(number, every[start : start + STATIONS_PER_PAGE], start, goes_on=start != starts[-1])
        for number, start in enumerate(starts)
    ]


def tally(total: int | None, rows: Iterable[Row]) -> dict[str, int]:
    """How many stations of a job are in which state, every state named; `waiting` are those without a row."""
    counted = Counter(row.state for row in rows)
    waiting = max(0, (total or 0) - counted.total())
    return {"waiting": waiting, **{state: counted[state] for state in ROW_STATES}}


def have_ended(total: int | None, rows: Iterable[Row]) -> bool:
    """Whether the job has come to its end at every station."""
    finals = [row.is_final for row in rows]
    return total is not None and len(finals) >= total and all(finals)
