"""A firmware campaign's state machine looks at its campaign: what is next to do is done, a page at a time.

Stations are chosen, waves begin and end, those that are ready get their turn when the window opens, and what a
cancelled campaign has left is taken back. Whatever is done here may be done again: the machine may try a look again,
and the table's stream looks after turns at the same time.

Given `{"campaign_id", "looks", "began_at"}` (how many looks this execution has had, and when it began), it returns
`{"next": "again" | "wait" | "done", "looks", "stage", "within_s"}`: wait until the stage changes, or so many seconds.
"""

import datetime as dt
from typing import Any, Literal, NamedTuple

from shared.aws import outbox, selections, turns
from shared.domain import campaign_steps
from shared.domain.firmware_campaigns import Campaign
from shared.store import calls, firmware_campaigns, firmware_turns, keys, patience, stations

STATIONS_PER_LOOK = 100
MOST_LOOKS = 1_000
LONGEST = dt.timedelta(days=300)
"""An execution is over after 25,000 events or a year; before either the next one takes over."""
SAFETY_NET_S = 12 * 3_600
"""Should something be missed, it is found then."""
SETTLING_S = 60
"""For so long after a wave has begun an index may still hide one of its stations."""
TAKING_BACK = dt.timedelta(seconds=5)
"""A station that had its turn right before the campaign was cancelled may be called within this time."""
TAKING_BACK_S = 2


class Look(NamedTuple):
    """What a look came to."""

    next: Literal["again", "wait", "done"]
    within_s: float = SAFETY_NET_S


AGAIN, DONE = Look("again"), Look("done")


def handler(event: dict[str, Any], context: object) -> dict[str, Any]:
    patience.begin(context)
    looks = int(event["looks"]) + 1
    now = dt.datetime.now(dt.UTC)
    campaign = firmware_campaigns.find(event["campaign_id"])
    if campaign is None:
        return {"next": "done", "looks": looks, "stage": "gone", "within_s": 1}
    look = _look(campaign, now)
    if look.next != "done" and (looks >= MOST_LOOKS or now - keys.time(event["began_at"]) > LONGEST):
        _hand_over(campaign)
        look = DONE
    within_s = max(1, min(SAFETY_NET_S, round(look.within_s)))
    return {"next": look.next, "looks": looks, "stage": campaign.stage, "within_s": within_s}


def _look(campaign: Campaign, now: dt.datetime) -> Look:
    if campaign.state == "cancelled":
        return _take_back(campaign, now)
    if not campaign.goes_on:
        return DONE
    if campaign.total is None:
        return _choose(campaign, now)
    if campaign.state != "running":
        return Look("wait")
    if campaign.wave == 0 or campaign.wave_is_complete:
        return _next_wave(campaign, now)
    if firmware_turns.in_place(campaign.campaign_id, "later", 1, below=campaign.begun):
        return _place(campaign, now)
    turns.fill(campaign)
    return Look("wait", _until_opening(campaign, now))


def _hand_over(campaign: Campaign) -> None:
    """Let another execution go on with the campaign; the stream starts it."""
    found: Campaign | None = campaign
    while found and found.execution == campaign.execution:
        if firmware_campaigns.change(found, found._replace(execution=found.execution + 1), ("execution",)):
            return
        found = firmware_campaigns.find(campaign.campaign_id)


def _choose(campaign: Campaign, now: dt.datetime) -> Look:
    """The next stations of the selection get their rows."""
    assert campaign.selection is not None  # noqa: S101  # named stations are counted when the campaign is made
    found, rest = selections.choose(campaign.selection, campaign.chosen_until, STATIONS_PER_LOOK // 2)
    first = campaign.chosen
    firmware_turns.create([campaign.update(one, number) for number, one in enumerate(found, first)])
    chosen = campaign_steps.choose(campaign, now, len(found), rest)
    firmware_campaigns.change(campaign, chosen, unless_changed=("chosen", "chosen_until"))
    return AGAIN


def _next_wave(campaign: Campaign, now: dt.datetime) -> Look:
    """The next wave begins, once the pause after the one before is over and the window is open; or all is done."""
    held = ("state", "wave", "wave_ended_at")
    if campaign.wave == len(campaign.bounds):
        ended = campaign_steps.finish(campaign, now)
        return DONE if firmware_campaigns.change(campaign, ended, unless_changed=("state", "failed")) else AGAIN
    if campaign.wave and campaign.wave_ended_at is None:
        firmware_campaigns.change(campaign, campaign_steps.complete_wave(campaign, now), held)
        return AGAIN
    if campaign.wave_ended_at:
        rest = campaign.wave_ended_at + dt.timedelta(seconds=campaign.pause_between_waves_s) - now
        if rest > dt.timedelta():
            return Look("wait", rest.total_seconds() + 1)
    if not campaign.is_open(now):
        return Look("wait", _until_opening(campaign, now))
    firmware_campaigns.change(campaign, campaign_steps.begin_wave(campaign, now), held)
    return AGAIN


def _place(campaign: Campaign, now: dt.datetime) -> Look:
    """Stations whose wave has begun begin to wait for their turn. One that is not there has failed."""
    page = firmware_turns.in_place(campaign.campaign_id, "later", STATIONS_PER_LOOK, below=campaign.begun)
    known = {one.station_id for one in stations.find_many([one.station_id for one in page])}
    for update in page:
        if update.station_id in known or stations.find(update.station_id):
            firmware_turns.begin_waiting(update, campaign.wave, now)
        else:
            turns.end_queued(update, "failed", "There is no such station")
    return AGAIN


def _until_opening(campaign: Campaign, now: dt.datetime) -> float:
    """How long until there may be something to do that no change of an item tells of."""
    waits = [float(SAFETY_NET_S)]
    if campaign.window and (opening := campaign.window.next_opening(now)):
        waits.append((opening - now).total_seconds() + 1)
    if campaign.wave_begun_at and now - campaign.wave_begun_at < dt.timedelta(seconds=SETTLING_S):
        waits.append(SETTLING_S)
    return min(waits)


def _take_back(campaign: Campaign, now: dt.datetime) -> Look:
    """Who has not had a turn is told that there is none; calls that have not been sent are cancelled."""
    page, rest = firmware_turns.page(campaign, campaign.taken_back_until, STATIONS_PER_LOOK)
    for update in page:
        if update.state == "queued":
            turns.end_queued(update, "cancelled", campaign.reason)
        elif update.is_open and update.call_id:
            call = calls.find(update.station_id, update.call_id)
            if call and call.state == "queued":
                outbox.cancel(call)
    firmware_campaigns.change(campaign, campaign._replace(taken_back_until=rest), unless_changed=("taken_back_until",))
    if rest is not None:
        return AGAIN
    found = firmware_campaigns.find(campaign.campaign_id)
    if found is None:
        return DONE
    is_settled = not found.in_flight or (found.ended_at or now) + TAKING_BACK <= now
    return DONE if not found.queued and is_settled else Look("wait", TAKING_BACK_S)
