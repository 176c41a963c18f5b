"""The domain events of stations' firmware updates and their campaigns (docs/events.md)."""

import datetime as dt
from collections.abc import Iterator

from shared.domain.events import Event
from shared.domain.firmware_campaigns import Campaign
from shared.domain.firmware_updates import Update

SHOWN = ("state", "attempt", "status", "failure")
"""What of an update is news."""


def of_update(before: Update | None, now: Update) -> Iterator[Event]:
    """What a change of an update amounts to. That it exists is no news: its campaign tells."""
    if before is None or all(getattr(before, name) == getattr(now, name) for name in SHOWN):
        return
    data = {
        **{name: getattr(now, name) for name in ("update_id", "campaign_id", "version", "state", "attempt", "status")},
        "reason": now.reason or now.failure,
    }
    if not now.is_open and before.is_open:
        reported = {"version_before": now.version_before, "version_reported": now.version_reported}
        yield Event("firmware_update.ended", now.station_id, now.ended_at or _latest(now), data | reported)
    else:
        yield Event("firmware_update.changed", now.station_id, _latest(now), data)


def of_campaign(before: Campaign | None, now: Campaign) -> Iterator[Event]:
    """What a change of a campaign amounts to: another state or wave. Its stations' updates tell of the rest."""
    if before is not None and (before.state, before.wave) == (now.state, now.wave):
        return
    counts = {name: getattr(now, name) for name in ("succeeded", "failed", "cancelled")}
    data = {
        **{name: getattr(now, name) for name in ("campaign_id", "version", "state", "reason", "wave", "total")},
        **{"previous": before.state if before else None, "queued": now.queued, "running": now.in_flight, **counts},
    }
    at = now.history[-1].at if now.history else now.created_at
    yield Event("firmware_campaign.changed", "", at, data)


def _latest(update: Update) -> dt.datetime:
    return update.history[-1].at if update.history else update.created_at
