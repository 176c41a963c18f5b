"""The shapes of stations' firmware updates in the operator API."""

import datetime as dt

from shared.aws.paging import NextCursor
from shared.aws.views import View
from shared.domain import firmware_updates
from shared.domain.firmware_updates import UpdateState


class UpdateEvent(View):
    """Something that happened in an update."""

    at: dt.datetime
    event: str
    """wave begun, its turn, asked (by a call), call (how it ended), status (that the station told), booted (with which
    version), attempt failed, followed (the station goes on by itself), succeeded, failed, cancelled."""
    detail: str | None


class FirmwareUpdate(View):
    """The update of a station's firmware."""

    update_id: str
    station_id: str
    campaign_id: str
    version: str
    """What the station is to report once it has booted again."""
    state: UpdateState
    """queued: has not had its turn. running: had it, and has not ended."""
    reason: str | None
    """Why it failed or was cancelled, or what is remarkable about its success."""
    attempt: int
    """How many times the station was asked; 0: not yet."""
    status: str | None
    """What the station told last of this attempt, in OCPP 2.0.1's words."""
    signed: bool | None
    """Whether the station is asked to check a signature; null before it is asked."""
    call_id: str | None
    """The latest call by which it was asked."""
    version_before: str | None
    version_reported: str | None
    """By its latest boot since it was asked."""
    created_at: dt.datetime
    turn_at: dt.datetime | None
    ended_at: dt.datetime | None
    history: list[UpdateEvent]
    """Oldest first."""


class FirmwareUpdateList(View):
    """A page of a station's firmware updates, newest first."""

    items: list[FirmwareUpdate]
    next_cursor: NextCursor


def firmware_update(update: firmware_updates.Update) -> FirmwareUpdate:
    fields = update._asdict()
    shown = {name: fields[name] for name in FirmwareUpdate.model_fields if name != "history"}
    history = [UpdateEvent(at=one.at, event=one.event, detail=one.detail or None) for one in update.history]
    return FirmwareUpdate(**shown, history=history)
