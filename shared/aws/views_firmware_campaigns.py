"""The shapes of firmware campaigns in the operator API."""

import datetime as dt
from typing import Annotated, Any, Literal

from pydantic import ConfigDict, Field

from shared.aws.paging import NextCursor
from shared.aws.parameters import OptionalTime
from shared.aws.views import View
from shared.aws.views_jobs import Selection
from shared.domain import firmware_campaigns as domain
from shared.domain import maintenance_windows
from shared.domain.firmware_campaigns import CampaignState
from shared.domain.firmware_updates import Place, Signing, Terms, Update, UpdateState
from shared.domain.maintenance_windows import Day

A_DAY_S = 86_400
A_MILLION = 1_000_000
Wave = Annotated[int, Field(ge=1, le=A_MILLION)] | Annotated[str, Field(pattern=r"^(100|[1-9]?\d(\.\d{1,3})?)%$")]
"""So many further stations, or up to a share of all: "25%"."""
TimeOfDay = Annotated[str, Field(pattern=r"^([01]\d|2[0-3]):[0-5]\d$")]
_EXACT = ConfigDict(extra="forbid", strict=True)


class UpdateTerms(View):
    """How the stations are updated."""

    model_config = _EXACT

    when_idle: bool = Terms().when_idle
    """Wait until no transaction runs at the station."""
    attempts: Annotated[int, Field(ge=1, le=20)] = Terms().attempts
    """How many times a station is asked before its update has failed."""
    retry_after_s: Annotated[int, Field(ge=0, le=A_DAY_S)] = Terms().retry_after_s
    """How long to wait before it is asked again."""
    retries: Annotated[int, Field(ge=0, le=100)] | None = None
    """How many times the station itself is to try to download; null: as it likes."""
    retry_interval_s: Annotated[int, Field(ge=0, le=A_DAY_S)] | None = None
    signing: Signing = Terms().signing
    """Whether stations check the firmware's signature. auto: those that can, if there is one."""
    retrieve_at: OptionalTime = None
    """Not before then a station is to download."""
    install_at: OptionalTime = None
    """Not before then a station is to install; only a signed update can say so."""
    online_within_s: Annotated[int, Field(ge=1, le=90 * A_DAY_S)] = Terms().online_within_s
    """How long a station is waited for, while its campaign runs, before its update has failed."""
    download_within_s: Annotated[int, Field(ge=1, le=7 * A_DAY_S)] = Terms().download_within_s
    install_within_s: Annotated[int, Field(ge=1, le=7 * A_DAY_S)] = Terms().install_within_s
    boot_within_s: Annotated[int, Field(ge=1, le=7 * A_DAY_S)] = Terms().boot_within_s
    """How long after it has installed a station is waited for to boot with the new version."""


class MaintenanceWindow(View):
    """A maintenance window: stations get their turn only within it."""

    model_config = _EXACT

    opens: TimeOfDay = Field(alias="from")
    closes: TimeOfDay = Field(alias="to")
    """On the next day, if it is no later than `from`."""
    time_zone: Annotated[str, Field(min_length=1, max_length=64)]
    """A name of the IANA time zone database, such as Europe/Berlin."""
    days: Annotated[list[Day], Field(min_length=1, max_length=7)] | None = None
    """The days on which it opens; without them every day."""


class HaltLimits(View):
    """How many stations may fail before the campaign halts itself. Passing either number is too many."""

    model_config = _EXACT

    failures: Annotated[int, Field(ge=0, le=A_MILLION)] | None = None
    share: Annotated[float, Field(ge=0, le=1)] | None = None
    """Of the stations of the waves that have begun."""


CampaignLimits = Annotated[int, Field(ge=0, le=A_MILLION)] | Annotated[float, Field(gt=0, lt=1)] | HaltLimits
"""A whole number is one of failures, a fraction a share. A number is no fraction because it is written `1.0`."""


class CampaignCounts(View):
    """How many stations are in which state."""

    queued: int
    running: int
    succeeded: int
    failed: int
    cancelled: int


class CampaignEntry(View):
    """One thing that happened to a campaign."""

    at: dt.datetime
    event: str
    detail: str


class CampaignStation(View):
    """The update of one station of a campaign."""

    station_id: str
    state: UpdateState
    """queued: it has not had its turn. running: it is being updated."""
    reason: str | None
    """Why it failed or was cancelled, or what is remarkable about its success."""
    version: str | None
    """What the station runs, as far as it told: by its latest boot since it was asked, else from before."""
    update_id: str
    wave: int | None
    """Null: its wave has not begun."""
    place: Place | None
    """Of one that is queued. later: its wave has not begun. waiting: for its station to be online, and idle if it must
    be. ready: its campaign holds it back. Null: it is not queued."""
    status: str | None
    """The latest firmware status that the station told, in OCPP 2.0.1's words."""
    attempt: int
    """How many times it was asked."""
    turn_at: dt.datetime | None
    sent_at: dt.datetime | None
    status_at: dt.datetime | None
    booted_at: dt.datetime | None
    ended_at: dt.datetime | None


class CampaignStationList(View):
    """A page of the stations of a campaign, in order of their ids."""

    items: list[CampaignStation]
    next_cursor: NextCursor


class Campaign(View):
    """The update of many stations, in waves."""

    campaign_id: str
    state: CampaignState
    """paused: by an operator. halted: by itself, since too many failed. succeeded: stations were updated, and no limit
    was passed."""
    reason: str | None
    """Why it halted, failed or was cancelled."""
    firmware_id: str | None
    location: str | None
    """Where stations download the firmware, if it is not one of ours."""
    version: str
    """What the stations are to report once they are updated."""
    selection: Selection | None
    """Which stations were asked for; null: they were named one by one."""
    total: int | None
    """How many stations; null: they are still being chosen."""
    counts: CampaignCounts
    waves: list[Wave]
    wave: int
    """The wave that began last, from 1; 0: none has."""
    wave_bounds: list[int]
    """How many stations there are up to the end of each wave; empty while they are being chosen."""
    pause_between_waves_s: int
    concurrency: int
    """How many stations are updated at once, at most."""
    window: MaintenanceWindow | None
    halt_after: HaltLimits
    terms: UpdateTerms
    created_at: dt.datetime
    started_at: dt.datetime | None
    """When its first wave began."""
    ended_at: dt.datetime | None
    requested_by: str | None
    """Who asked for it."""
    history: list[CampaignEntry]


class CampaignDetail(Campaign):
    """A campaign with its stations."""

    stations: list[CampaignStation]
    """In the order in which they get their turn; of more than 1,000 those that come first by their ids."""


class CampaignList(View):
    """A page of campaigns, newest first."""

    items: list[Campaign]
    next_cursor: NextCursor


class CampaignChange(View):
    """What is to be different with a campaign that has not ended."""

    model_config = _EXACT

    state: Literal["paused", "running"] | None = None
    """paused: nobody gets a turn. running: it goes on, also after it halted, if by now no limit is passed."""
    halt_after: CampaignLimits | None = None
    """New limits; a whole number is one of failures, a fraction a share."""
    concurrency: Annotated[int, Field(ge=1, le=domain.MOST_CONCURRENCY)] | None = None


def campaign(campaign: domain.Campaign) -> Campaign:
    """The view of a campaign."""
    return Campaign(**_fields(campaign))


def detail(campaign: domain.Campaign, updates: list[Update]) -> CampaignDetail:
    """The view of a campaign with the updates of its stations."""
    return CampaignDetail(**_fields(campaign), stations=[station(one) for one in updates])


def _fields(campaign: domain.Campaign) -> dict[str, Any]:
    limits = campaign.halt_after
    return campaign._asdict() | {
        "selection": Selection(**campaign.selection._asdict()) if campaign.selection else None,
        "counts": CampaignCounts(
            queued=campaign.queued,
            running=campaign.in_flight,
            succeeded=campaign.succeeded,
            failed=campaign.failed,
            cancelled=campaign.cancelled,
        ),
        "waves": list(campaign.waves),
        "wave_bounds": list(campaign.bounds),
        "window": _window(campaign.window) if campaign.window else None,
        "halt_after": HaltLimits(failures=limits.failures, share=None if limits.share is None else float(limits.share)),
        "terms": UpdateTerms(**campaign.terms._asdict()),
        "history": [CampaignEntry(**entry._asdict()) for entry in campaign.history],
    }


def _window(window: maintenance_windows.Window) -> MaintenanceWindow:
    times = {"from": f"{window.opens:%H:%M}", "to": f"{window.closes:%H:%M}"}
    return MaintenanceWindow(**times, time_zone=window.time_zone, days=list(window.days))


def station(update: Update) -> CampaignStation:
    """The view of one station's update."""
    installed = update.version if update.state == "succeeded" else update.version_before
    shown = update._asdict() | {"version": update.version_reported or installed, "wave": update.wave or None}
    return CampaignStation(**{name: shown[name] for name in CampaignStation.model_fields})
