"""The update of one station's firmware: what is wanted of it, how far it has come, how it ended.

An update belongs to a campaign, which may be of one station. It waits for its turn (the wave, the station being online
and perhaps idle, the maintenance window, the campaign's concurrency), is sent, and is followed until the station has
booted with the version that was wished, or until it has failed for good.
"""

import datetime as dt
from typing import Literal, NamedTuple

from shared.domain.calls import CallState

UpdateState = Literal["queued", "running", "succeeded", "failed", "cancelled"]
"""queued: has not had its turn. running: had it, and has not ended."""
OPEN: tuple[UpdateState, ...] = ("queued", "running")

Place = Literal["later", "waiting", "ready"]
"""Of a queued update. later: its wave has not begun. waiting: for its station. ready: the station could be updated, but
its campaign holds it back: it is paused, its window is closed, or as many others are being updated as may be."""

Awaited = Literal["turn", "sign", "download", "install", "boot"]
"""What the update's state machine waits for. turn: to ask the station, for the first time or again. sign: any sign that
the station was reached by a request which it has not answered."""

Command = Literal["UpdateFirmware", "SignedUpdateFirmware"]
"""The requests by which stations are asked; the second one is 1.6's for signed firmware."""

Signing = Literal["auto", "required", "never"]
"""Whether stations check a signature. auto: those that can, if there is one. never: only those that take nothing
else."""


class Entry(NamedTuple):
    """One thing that happened in an update."""

    at: dt.datetime
    event: str
    detail: str = ""


class Terms(NamedTuple):
    """How the stations of a campaign are updated."""

    when_idle: bool = False
    """Wait until no transaction runs at the station."""
    attempts: int = 3
    """How many times a station is asked to download, and to install, before its update has failed."""
    retry_after_s: int = 60
    retries: int | None = None
    """How many times the station itself is to try to download; None: as it likes."""
    retry_interval_s: int | None = None
    signing: Signing = "auto"
    retrieve_at: dt.datetime | None = None
    """Not before then the station is to download; None: at once."""
    install_at: dt.datetime | None = None
    """Not before then the station is to install; 1.6 can say so only of a signed update."""
    online_within_s: int = 7 * 86_400
    """How long an update waits for its turn while its campaign runs."""
    download_within_s: int = 3_600
    install_within_s: int = 3_600
    boot_within_s: int = 1_800


class Update(NamedTuple):
    """One station's firmware update."""

    update_id: str
    """A UUID that sorts by time, the same for the same campaign and station."""
    station_id: str
    campaign_id: str
    version: str
    """What the station is to report once it has booted again."""
    created_at: dt.datetime
    number: int = 0
    """Where it stands in the order of its campaign, from 0."""
    wave: int = 0
    """The wave of its campaign that it belongs to, from 1; 0: its wave has not begun."""
    placed_at: dt.datetime | None = None
    """When its wave began for it, and it began to wait for its turn."""
    state: UpdateState = "queued"
    place: Place | None = "later"
    """None: it is not queued any more."""
    turn_at: dt.datetime | None = None
    ended_at: dt.datetime | None = None
    reason: str | None = None
    """Why it failed or was cancelled, or what is remarkable about its success: a sentence for the operator."""
    awaits: Awaited | None = None
    task_token: str | None = None
    attempt: int = 0
    call_id: str | None = None
    """Its latest call."""
    call_state: CallState | None = None
    """How that call ended; None: it has not."""
    answer: str | None = None
    """The status in the station's answer, or the code of its CALLERROR."""
    ocpp_version: str = "1.6"
    """In which the station was asked."""
    sent_at: dt.datetime | None = None
    """When the latest attempt began: what the station told before is not of it."""
    signed: bool | None = None
    """Whether the station is asked to check a signature."""
    request_id: int | None = None
    """What the station's reports name; None: 1.6's plain request has no id."""
    status: str | None = None
    """The latest FirmwareStatus that the station told of this attempt, in OCPP 2.0.1's words."""
    status_at: dt.datetime | None = None
    downloaded_at: dt.datetime | None = None
    """When the station told of this attempt that it has the firmware, or something that it could not without."""
    installed_at: dt.datetime | None = None
    failure: str | None = None
    """Why the latest attempt is over, while another may follow."""
    failed_at: dt.datetime | None = None
    version_before: str | None = None
    version_reported: str | None = None
    """By its latest boot since it was sent."""
    booted_at: dt.datetime | None = None
    history: tuple[Entry, ...] = ()
    revision: int = 0

    @property
    def is_open(self) -> bool:
        return self.state in OPEN

    @property
    def command(self) -> Command:
        """The request by which the station was asked."""
        return "SignedUpdateFirmware" if self.signed and self.ocpp_version == "1.6" else "UpdateFirmware"
