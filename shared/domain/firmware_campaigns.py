"""Firmware campaigns: the update of many stations, in waves, that halts itself when too many fail.

The stations of a campaign are numbered. A wave is a stretch of these numbers; the next begins when every station of
the one before has come to its end. A station gets its turn while the campaign runs, its window is open, no more than
`concurrency` others are being updated and not too many have failed.
"""

import datetime as dt
import math
from decimal import Decimal
from typing import Literal, NamedTuple

from shared.domain.calls import follow_up_id
from shared.domain.firmware_updates import Entry, Terms, Update
from shared.domain.jobs import Selection
from shared.domain.maintenance_windows import Window

CampaignState = Literal["running", "paused", "halted", "succeeded", "failed", "cancelled"]
"""paused: by an operator. halted: by itself, since too many failed. failed: no station has the new firmware."""
GOING_ON: tuple[CampaignState, ...] = ("running", "paused", "halted")

Wave = int | str
"""So many further stations, or up to a share of all, as in "25%"."""
EVERYTHING: Wave = "100%"
DEFAULT_CONCURRENCY = 10
MOST_CONCURRENCY = 100
MOST_WAVES = 50


class Limits(NamedTuple):
    """How many stations may fail before a campaign halts itself. Passing either is too many."""

    failures: int | None = None
    share: Decimal | None = None
    """Of the stations of the waves that have begun, from 0 to 1."""

    def most_failures(self, begun: int) -> int | None:
        """How many of the stations of the waves that have begun may fail; None: all."""
        by_share = None if self.share is None else math.floor(self.share * begun)
        return min((one for one in (self.failures, by_share) if one is not None), default=None)


DEFAULT_LIMITS = Limits(share=Decimal("0.2"))


class Campaign(NamedTuple):
    """The update of many stations. `campaign_id` is a UUID that sorts by time."""

    campaign_id: str
    version: str
    """What the stations are to report once they are updated."""
    created_at: dt.datetime
    state: CampaignState = "running"
    reason: str | None = None
    """Why it halted, failed or was cancelled: a sentence for the operator."""
    firmware_id: str | None = None
    location: str | None = None
    """Where the stations fetch the firmware, if it is not one of ours."""
    signature: str | None = None
    signing_certificate: str | None = None
    terms: Terms = Terms()
    selection: Selection | None = None
    """Which stations it is for; None: they were named."""
    chosen: int = 0
    """How many stations have a row."""
    total: int | None = None
    """How many stations there are; None: they are still being chosen."""
    chosen_until: str | None = None
    """The station after which the choice goes on."""
    taken_back_until: str | None = None
    """Once it is cancelled, the station after which the taking back goes on."""
    waves: tuple[Wave, ...] = (EVERYTHING,)
    wave: int = 0
    """The wave that began last, from 1; 0: none has."""
    wave_begun_at: dt.datetime | None = None
    wave_ended_at: dt.datetime | None = None
    """When every station of that wave had come to its end."""
    pause_between_waves_s: int = 0
    concurrency: int = DEFAULT_CONCURRENCY
    window: Window | None = None
    halt_after: Limits = DEFAULT_LIMITS
    in_flight: int = 0
    """How many stations are being updated."""
    succeeded: int = 0
    failed: int = 0
    cancelled: int = 0
    started_at: dt.datetime | None = None
    """When its first wave began."""
    resumed_at: dt.datetime | None = None
    ended_at: dt.datetime | None = None
    requested_by: str | None = None
    history: tuple[Entry, ...] = ()
    execution: int = 1
    """Which execution of the state machine works on it: each does so for a while only, since its history is limited."""
    task_token: str | None = None
    awaits: str | None = None
    """The `stage` that its machine has seen, while it waits for another."""
    revision: int = 0

    @property
    def goes_on(self) -> bool:
        return self.state in GOING_ON

    @property
    def bounds(self) -> tuple[int, ...]:
        """How many stations there are up to the end of each wave; empty while stations are being chosen."""
        return bounds(self.waves, self.total or 0)

    @property
    def begun(self) -> int:
        """How many stations the waves have that have begun."""
        return self.bounds[self.wave - 1] if self.wave else 0

    @property
    def ended(self) -> int:
        """How many stations have come to their end."""
        return self.succeeded + self.failed + self.cancelled

    @property
    def queued(self) -> int:
        """How many stations with a row have not had their turn."""
        return self.chosen - self.in_flight - self.ended

    @property
    def wave_is_complete(self) -> bool:
        """Whether all stations of the waves that have begun have come to their end."""
        return self.wave > 0 and self.ended >= self.begun

    @property
    def most_failures(self) -> int | None:
        """How many stations may have failed by now; None: all."""
        return self.halt_after.most_failures(self.begun)

    @property
    def too_many_failed(self) -> str | None:
        """What limit is passed, in a sentence; None: none is."""
        most, (failures, share) = self.most_failures, self.halt_after
        if most is None or self.failed <= most:
            return None
        counted = f"{self.failed} of the {self.begun} stations whose wave has begun failed"
        if failures is not None and self.failed > failures:
            return f"{counted}; at most {failures} may"
        return f"{counted}; at most {float(share or 0) * 100:g} % may"

    @property
    def stage(self) -> str:
        """Where it stands, as far as its machine has to know: it goes on whenever this changes."""
        return f"{self.state}, wave {self.wave}{', complete' if self.wave_is_complete else ''}"

    @property
    def wait_is_over(self) -> bool:
        """Whether its machine waits although there is something for it to do."""
        return self.task_token is not None and self.awaits != self.stage

    def lets_start(self, now: dt.datetime) -> bool:
        """Whether one more station may have its turn now."""
        return self.is_open(now) and self.in_flight < self.concurrency

    def is_open(self, now: dt.datetime) -> bool:
        """Whether stations may have their turn now, as far as there is room."""
        if self.state != "running" or self.too_many_failed:
            return False
        return self.window is None or self.window.is_open(now)

    def must_halt(self) -> str | None:
        """Why a campaign that runs must halt, if it must: too many failed, and others are left to be spared."""
        is_left = self.total is None or self.ended + self.in_flight < self.total
        return self.too_many_failed if self.state == "running" and is_left else None

    def final(self) -> tuple[CampaignState, str | None]:
        """How it ends once every station has come to its end."""
        if not self.total:
            return "failed", "No station was selected"
        if not self.succeeded:
            return "failed", "No station was updated"
        passed = self.too_many_failed
        return ("failed", passed) if passed else ("succeeded", None)

    def update(self, station_id: str, number: int) -> Update:
        """The update of one of its stations, as it begins; its id is the same whenever it is made."""
        update_id = follow_up_id(self.campaign_id, station_id)
        return Update(update_id, station_id, self.campaign_id, self.version, self.created_at, number)

    def waits_since(self, placed_at: dt.datetime) -> dt.datetime:
        """Since when a station has waited for its turn while the campaign was running."""
        return max(placed_at, self.resumed_at) if self.resumed_at else placed_at


def bounds(waves: tuple[Wave, ...], total: int) -> tuple[int, ...]:
    """How many of all stations there are up to the end of each wave that has some. What the waves leave is one more."""
    found: list[int] = []
    before = 0
    for wave in (*waves, EVERYTHING):
        share = _share(wave)
        until = before + int(wave) if share is None else max(before, math.ceil(share * total))
        until = min(until, total)
        if until > before:
            found.append(until)
        before = until
    return tuple(found)


def _share(wave: Wave) -> Decimal | None:
    return Decimal(wave.removesuffix("%")) / 100 if isinstance(wave, str) else None
