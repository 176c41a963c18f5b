"""Firmware campaigns: the update of many stations in waves, watched, paused, resumed and cancelled as one."""

import datetime as dt
from collections.abc import Callable
from http import HTTPStatus
from typing import Annotated

from aws_lambda_powertools.event_handler import Response
from aws_lambda_powertools.event_handler.openapi.params import Path, Query

from shared.aws import campaign_orders, idempotency, views_firmware_campaigns
from shared.aws.campaign_orders import CampaignOrder
from shared.aws.http import JSON, Api
from shared.aws.idempotency import IdempotencyKey
from shared.aws.paging import DEFAULT_LIMIT, Cursor, Limit, page_where
from shared.aws.parameters import PathText
from shared.aws.views_firmware_campaigns import (
    CampaignChange,
    CampaignDetail,
    CampaignList,
    CampaignStationList,
)
from shared.domain import campaign_steps
from shared.domain.errors import Conflict, Invalid, NotFound
from shared.domain.firmware_campaigns import Campaign
from shared.domain.firmware_updates import Update, UpdateState
from shared.store import firmware_campaigns, firmware_turns

UNKNOWN = {HTTPStatus.NOT_FOUND: "There is no such campaign."}
NOT_READY = {HTTPStatus.CONFLICT: "The firmware's file has not come."}
ENDED = {HTTPStatus.CONFLICT: "The campaign has ended, or it would halt again at once."}
SHOWN = 1_000
"""How many stations are shown with their campaign."""
ATTEMPTS = 20
"""Stations that have their turn, or come to their end, change a campaign at the same time."""
UNLESS_CHANGED = ("state", "wave", "failed", "halt_after")

api = handler = Api("firmware_campaigns")

CampaignId = Annotated[PathText, Path(min_length=1, max_length=64, description="The id of a firmware campaign.")]


@api.route("POST /firmware-campaigns", {HTTPStatus.ACCEPTED: CampaignDetail}, NOT_READY)
def start_campaign(order: CampaignOrder, idempotency_key: IdempotencyKey = None) -> Response[CampaignDetail]:
    """Update the firmware of stations.

    The stations are named, or selected by what is known of them while the campaign begins. They are updated in waves:
    the next begins when every station of the one before has come to its end. Should too many fail, the campaign halts
    itself. A station that is not there is one that failed.
    """
    now = dt.datetime.now(dt.UTC)
    drawn = campaign_orders.campaign(order, now, api.caller.principal)
    promised = idempotency.promise(api, idempotency_key)
    campaign = drawn._replace(campaign_id=promised.resource_id)
    kept = firmware_campaigns.find(campaign.campaign_id)
    if kept is None:
        updates = [
            campaign.update(station_id, number) for number, station_id in enumerate(campaign_orders.named(order))
        ]
        firmware_turns.create(updates)
        kept = firmware_campaigns.create(campaign)
        if kept == campaign:
            return Response(HTTPStatus.ACCEPTED, JSON, _view(kept, updates[:SHOWN]))
    return Response(HTTPStatus.ACCEPTED, JSON, _view(kept))


@api.route("GET /firmware-campaigns", {HTTPStatus.OK: CampaignList})
def list_campaigns(limit: Limit = DEFAULT_LIMIT, cursor: Cursor = None) -> CampaignList:
    """Firmware campaigns, newest first. They are kept for 400 days."""
    found, rest = firmware_campaigns.page(cursor, limit)
    items = [views_firmware_campaigns.campaign(one) for one in found]
    return CampaignList(items=items, next_cursor=rest)


@api.route("GET /firmware-campaigns/{campaign_id}", {HTTPStatus.OK: CampaignDetail}, UNKNOWN)
def get_campaign(campaign_id: CampaignId) -> CampaignDetail:
    """One firmware campaign, how far it has come, and its stations."""
    return _view(_existing(campaign_id))


@api.route("GET /firmware-campaigns/{campaign_id}/stations", {HTTPStatus.OK: CampaignStationList}, UNKNOWN)
def list_stations_of_campaign(
    campaign_id: CampaignId,
    state: Annotated[UpdateState | None, Query(description="Only stations in this state.")] = None,
    limit: Limit = DEFAULT_LIMIT,
    cursor: Cursor = None,
) -> CampaignStationList:
    """The stations of a campaign, in order of their ids."""
    campaign = _existing(campaign_id)
    found, rest = page_where(
        lambda after, size: firmware_turns.page(campaign, after, size),
        lambda update: state in (None, update.state),
        cursor,
        limit,
    )
    return CampaignStationList(items=[views_firmware_campaigns.station(one) for one in found], next_cursor=rest)


@api.route("PATCH /firmware-campaigns/{campaign_id}", {HTTPStatus.OK: CampaignDetail}, UNKNOWN | ENDED)
def change_campaign(campaign_id: CampaignId, change: CampaignChange) -> CampaignDetail:
    """Pause a campaign, let it go on, or change its limits and its concurrency.

    While it is paused or halted nobody gets a turn; stations that have had theirs come to their end.
    """
    if change == CampaignChange():
        raise Invalid("Nothing is said of what to change", path="state")
    limits = None if change.halt_after is None else campaign_orders.limits(change.halt_after)
    by = api.caller.principal

    def step(campaign: Campaign, now: dt.datetime) -> Campaign:
        changed = campaign_steps.change_terms(campaign, now, by, limits, change.concurrency)
        if change.state == "paused":
            return campaign_steps.pause(changed, now, by)
        return campaign_steps.resume(changed, now, by) if change.state == "running" else changed

    return _view(_changed(campaign_id, step))


@api.route("DELETE /firmware-campaigns/{campaign_id}", {HTTPStatus.ACCEPTED: CampaignDetail}, UNKNOWN | ENDED)
def cancel_campaign(campaign_id: CampaignId) -> Response[CampaignDetail]:
    """Cancel a campaign.

    Nothing of it is sent any more; it takes a moment until every station says so. Stations that are downloading or
    installing by then are followed to their end.
    """
    by = api.caller.principal
    cancelled = _changed(campaign_id, lambda campaign, now: campaign_steps.cancel(campaign, now, by))
    return Response(HTTPStatus.ACCEPTED, JSON, _view(cancelled))


def _changed(campaign_id: str, step: Callable[[Campaign, dt.datetime], Campaign]) -> Campaign:
    for _ in range(ATTEMPTS):
        campaign = _existing(campaign_id)
        following = step(campaign, dt.datetime.now(dt.UTC))
        if following == campaign:
            return campaign
        changed = firmware_campaigns.change(campaign, following, UNLESS_CHANGED)
        if changed:
            return changed
    raise Conflict("The campaign keeps changing; try again")


def _existing(campaign_id: str) -> Campaign:
    found = firmware_campaigns.find(campaign_id)
    if found is None:
        raise NotFound(f"There is no firmware campaign {campaign_id}")
    return found


def _view(campaign: Campaign, updates: list[Update] | None = None) -> CampaignDetail:
    if updates is None:
        updates, _rest = firmware_turns.page(campaign, None, SHOWN)
    in_order = sorted(updates, key=lambda update: update.number)
    return views_firmware_campaigns.detail(campaign, in_order)
