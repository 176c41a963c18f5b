"""The shapes of bulk jobs in the operator API."""

import datetime as dt
from typing import Annotated

from pydantic import ConfigDict, Field, JsonValue

from shared.aws.paging import NextCursor
from shared.aws.views import View
from shared.aws.views_calls import CallError
from shared.domain.jobs import JobState, RowState
from shared.domain.stations import MAX_STATION_ID, Registration

MAX_TEXT = 255


class Selection(View):
    """Stations by what is known of them: those for which all that is said here is true."""

    model_config = ConfigDict(extra="forbid", strict=True)

    online: bool | None = None
    """Whether it is connected."""
    vendor: Annotated[str, Field(max_length=MAX_TEXT)] | None = None
    """What it said at its latest boot, to the letter."""
    model: Annotated[str, Field(max_length=MAX_TEXT)] | None = None
    firmware_version: Annotated[str, Field(max_length=MAX_TEXT)] | None = None
    registration: Registration | None = None
    station_id_prefix: Annotated[str, Field(min_length=1, max_length=MAX_STATION_ID)] | None = None
    """How its identity begins."""


class Counts(View):
    """How many stations of a job are in which state."""

    waiting: int
    """Their turn has not come."""
    queued: int
    sent: int
    answered: int
    refused: int
    timed_out: int
    expired: int
    cancelled: int
    not_made: int
    """There is no such station, or it must not be sent this."""


class Job(View):
    """One call to many stations."""

    job_id: str
    state: JobState
    """done: the call has come to its end at every station."""
    action: str
    payload: dict[str, JsonValue]
    """The request, without secrets; of SetVariables without any value, which the calls of the stations show."""
    selection: Selection | None
    """Which stations were asked for; null: they were named one by one."""
    total: int | None
    """How many stations; null: they are still being chosen."""
    by_state: Counts
    created_at: dt.datetime
    expires_at: dt.datetime
    """From then on no call of it is sent any more."""
    cancelled_at: dt.datetime | None
    ended_at: dt.datetime | None
    requested_by: str | None
    """Who asked for it."""


class JobList(View):
    """A page of jobs, newest first."""

    items: list[Job]
    next_cursor: NextCursor


class JobCall(View):
    """What has become of a job at one station."""

    station_id: str
    state: RowState
    """Of its call; not_made: there is none, for the `reason` beside it."""
    call_id: str | None
    """Null: no call was made."""
    reason: str | None
    answer: dict[str, JsonValue] | None
    """The payload of the station's answer."""
    error: CallError | None
    changed_at: dt.datetime
    """When it came to this state."""


class JobCallList(View):
    """A page of the stations of a job, in order of their ids; those whose turn has not come are not among them."""

    items: list[JobCall]
    next_cursor: NextCursor
