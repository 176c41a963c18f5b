"""The steps of a firmware campaign: each makes of a campaign what it is afterwards, with an entry in its history."""

import datetime as dt

from shared.domain.errors import Conflict
from shared.domain.firmware_campaigns import Campaign, Limits
from shared.domain.firmware_updates import Entry


def pause(campaign: Campaign, at: dt.datetime, by: str | None) -> Campaign:
    """Nobody gets a turn any more until it is resumed. A halted campaign is paused as it is. Raises Conflict."""
    _check_goes_on(campaign)
    if campaign.state in ("paused", "halted"):
        return campaign
    return _told(campaign._replace(state="paused"), at, "paused", _by(by))


def resume(campaign: Campaign, at: dt.datetime, by: str | None) -> Campaign:
    """It goes on. Raises Conflict if it has ended, or if so many have failed that it would halt again."""
    _check_goes_on(campaign)
    if campaign.too_many_failed:
        raise Conflict(f"{campaign.too_many_failed}. To go on, raise halt_after")
    if campaign.state == "running":
        return campaign
    return _told(campaign._replace(state="running", reason=None, resumed_at=at), at, "resumed", _by(by))


def change_terms(
    campaign: Campaign, at: dt.datetime, by: str | None, limits: Limits | None, concurrency: int | None
) -> Campaign:
    """Other limits or another concurrency. Raises Conflict if it has ended."""
    _check_goes_on(campaign)
    changed = campaign._replace(
        halt_after=limits or campaign.halt_after, concurrency=concurrency or campaign.concurrency
    )
    if changed == campaign:
        return campaign
    return _told(changed, at, "changed", _by(by))


def cancel(campaign: Campaign, at: dt.datetime, by: str | None) -> Campaign:
    """Who has not had a turn gets none. Raises Conflict if it has ended otherwise."""
    if campaign.state == "cancelled":
        return campaign
    _check_goes_on(campaign)
    reason = f"The campaign was cancelled{_by(by, ' ')}"
    return _told(campaign._replace(state="cancelled", reason=reason, ended_at=at), at, "cancelled", _by(by))


def halt(campaign: Campaign, at: dt.datetime) -> Campaign:
    """It halts itself because too many have failed."""
    reason = campaign.too_many_failed or ""
    return _told(campaign._replace(state="halted", reason=reason), at, "halted", reason)


def choose(campaign: Campaign, at: dt.datetime, stations: int, rest: str | None) -> Campaign:
    """So many more stations are chosen; no `rest` means that these were the last."""
    chosen = campaign._replace(chosen=campaign.chosen + stations, chosen_until=rest)
    if rest is not None:
        return chosen
    return _told(chosen._replace(total=chosen.chosen), at, "chosen", f"{chosen.chosen} stations")


def begin_wave(campaign: Campaign, at: dt.datetime) -> Campaign:
    """The next wave begins."""
    begun = campaign._replace(
        wave=campaign.wave + 1, wave_begun_at=at, wave_ended_at=None, started_at=campaign.started_at or at
    )
    detail = f"wave {begun.wave} of {len(begun.bounds)}, {begun.begun - campaign.begun} stations"
    return _told(begun, at, "wave begun", detail)


def complete_wave(campaign: Campaign, at: dt.datetime) -> Campaign:
    """Every station of the wave has come to its end."""
    return _told(campaign._replace(wave_ended_at=at), at, "wave complete", f"wave {campaign.wave}")


def finish(campaign: Campaign, at: dt.datetime) -> Campaign:
    """Every station has come to its end."""
    state, reason = campaign.final()
    return _told(campaign._replace(state=state, reason=reason, ended_at=at), at, state, reason or "")


def _check_goes_on(campaign: Campaign) -> None:
    if not campaign.goes_on:
        raise Conflict(f"The campaign has ended: it is {campaign.state}")


def _told(campaign: Campaign, at: dt.datetime, event: str, detail: str) -> Campaign:
    return campaign._replace(history=(*campaign.history, Entry(at, event, detail)))


def _by(who: str | None, before: str = "") -> str:
    return f"{before}by {who}" if who else ""
