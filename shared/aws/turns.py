"""Whose turn it is in a firmware campaign: who is updated, who waits, what follows from an end, when to halt.

A station has its turn as soon as it can be updated and its campaign lets it. Both are looked at whenever one of them
changes, by whoever sees it: the table's stream, or the function of the campaign's state machine. All of it may be done
at once and repeatedly.
"""

import datetime as dt
from typing import Any, Literal

from shared.aws import workflow
from shared.domain import campaign_steps
from shared.domain.firmware_campaigns import Campaign
from shared.domain.firmware_updates import Update
from shared.store import connections, firmware_campaigns, firmware_turns, firmware_updates, keys, transactions
from shared.store.changes import Change
from shared.store.dynamodb import encode_item

READY_AT_ONCE = 20
"""How many that are ready are looked at, while there is room."""
ATTEMPTS = 5


def consider(update: Update) -> bool:
    """Give an update its turn, if it is time; else note what it waits for. True if it has had its turn by now and its
    campaign was not cancelled."""
    for _ in range(ATTEMPTS):
        if update.state != "queued" or update.place in (None, "later"):
            return update.state == "running"
        campaign = firmware_campaigns.find(update.campaign_id)
        if campaign is None:
            return False
        if campaign.state == "cancelled":
            end_queued(update, "cancelled", campaign.reason)
            return False
        others = firmware_turns.others_of_station(update)
        now = _now()
        can = not any(one.state == "running" for one in others) and _can_be_updated(update, campaign, now)
        if can and campaign.lets_start(now):
            if firmware_turns.take_turn(update, others, campaign, now):
                return True
        elif not firmware_turns.put(update, "ready" if can else "waiting") or not can:
            return False
        # Ready, or outrun by another: perhaps there is room since.
        found = firmware_updates.find(update.station_id, update.update_id)
        if found is None:
            return False
        update = found
    return False


def _can_be_updated(update: Update, campaign: Campaign, now: dt.datetime) -> bool:
    """Whether the station is there, and idle if it must be."""
    connection = connections.find(update.station_id)
    if connection is None or not connection.is_online(now):
        return False
    if not campaign.terms.when_idle:
        return True
    return not any(one.state == "active" for one in transactions.recent_of_station(update.station_id))


def fill(campaign: Campaign | None) -> None:
    """Give those their turn that are ready, as far as there is room."""
    while campaign and campaign.lets_start(_now()):
        ready = firmware_turns.in_place(campaign.campaign_id, "ready", READY_AT_ONCE)
        begun = [consider(one) for one in ready[: campaign.concurrency - campaign.in_flight]]
        if not any(begun):
            return
        campaign = firmware_campaigns.find(campaign.campaign_id)


def end(update: Update, state: Literal["succeeded", "failed", "cancelled"], reason: str | None) -> Update | None:
    """Bring an update to its end and count it in its campaign, once: returns it as it stands then. None if it has
    ended."""
    for _ in range(ATTEMPTS):
        if not update.is_open:
            return None
        ended = firmware_turns.end(update, state, reason, _now())
        found = firmware_updates.find(update.station_id, update.update_id)
        if ended or found is None:
            return found
        update = found
    raise TimeoutError(f"the update {update.update_id} of {update.station_id} kept changing")


def end_queued(update: Update, state: Literal["failed", "cancelled"], reason: str | None) -> bool:
    """Bring an update to its end that has not had its turn. False if it has had it since it was read, or has ended: the
    stream repeats what it brought and indexes lag, and a station that has been asked is followed to its end."""
    return update.state == "queued" and firmware_turns.end(update, state, reason, _now())


def may_give_up(update: Update) -> bool:
    """Whether an update has waited long enough for its turn: its station could not be updated for so long while the
    campaign ran."""
    campaign = firmware_campaigns.find(update.campaign_id)
    if campaign is None or campaign.state == "cancelled" or update.state != "queued":
        return True
    if campaign.state != "running" or update.place != "waiting":
        return False
    since = campaign.waits_since(update.placed_at or update.created_at)
    return _now() >= since + dt.timedelta(seconds=campaign.terms.online_within_s)


# ---------------------------------------------------------------------- what follows


def follow_ended(update: Update) -> None:
    """What follows from the end of an update: a halt, or the turn of others, of its campaign and of its station."""
    campaign = firmware_campaigns.find(update.campaign_id)
    if campaign is not None:
        halt_if_needed(campaign)
        fill(campaign)
    for other in firmware_turns.others_of_station(update):
        consider(other)


def follow_campaign(change: Change) -> None:
    """What follows from a change of a CAMPAIGN item: its machine starts or goes on, it halts, or there is room."""
    if change.new is None:
        return
    campaign = firmware_campaigns.from_item(change.new)
    before = firmware_campaigns.from_item(change.old) if change.old else None
    if before is None or before.execution != campaign.execution:
        _start(campaign)
        return
    halt_if_needed(campaign)
    if (before.state, before.concurrency) != (campaign.state, campaign.concurrency):
        fill(firmware_campaigns.find(campaign.campaign_id))
    if campaign.task_token and campaign.wait_is_over:
        workflow.wake(campaign.task_token, {"stage": campaign.stage})


def halt_if_needed(campaign: Campaign) -> None:
    """Halt a campaign in which too many have failed."""
    found: Campaign | None = campaign
    while found and found.must_halt():
        halted = campaign_steps.halt(found, _now())
        if firmware_campaigns.change(found, halted, unless_changed=("state", "wave", "halt_after")):
            return
        found = firmware_campaigns.find(campaign.campaign_id)


def _start(campaign: Campaign) -> None:
    number = campaign.execution
    name = campaign.campaign_id if number == 1 else f"{campaign.campaign_id}-{number}"
    given: dict[str, Any] = {
        "campaign_id": campaign.campaign_id,
        "key": encode_item(keys.campaign(campaign.campaign_id)._asdict()),
        "look": {"looks": 0},
    }
    workflow.start("FirmwareCampaign", name, given)


def _now() -> dt.datetime:
    return dt.datetime.now(dt.UTC)
