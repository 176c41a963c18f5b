"""CAMPAIGN items: the updates of many stations, kept for 400 days.

Many write to such an item at once: each station that has its turn or comes to its end is counted in it. So nobody
writes it whole; a change says which attributes must be as they were read.
"""

import datetime as dt
from decimal import Decimal
from typing import Any

from shared.domain.firmware_campaigns import Campaign, Limits
from shared.domain.firmware_updates import Entry, Terms
from shared.domain.jobs import Selection
from shared.domain.maintenance_windows import Window
from shared.store import keys, table
from shared.store.dynamodb import ConditionFailed, Item
from shared.store.firmware_updates import RETENTION

TIMES = ("created_at", "wave_begun_at", "wave_ended_at", "started_at", "resumed_at", "ended_at")


def create(campaign: Campaign) -> Campaign:
    """Keep a new campaign, or return the one that has its id. Its machine starts by this write."""
    try:
        table.put(to_item(campaign), condition="attribute_not_exists(pk)")
    except ConditionFailed as failed:
        return from_item(failed.item)
    return campaign


def find(campaign_id: str) -> Campaign | None:
    item = table.get(keys.campaign(campaign_id))
    return from_item(item) if item else None


def page(after: str | None, limit: int) -> tuple[list[Campaign], str | None]:
    """Campaigns, newest first, and the id to go on after."""
    last = None
    if after is not None:
        last = {**keys.campaign(after)._asdict(), "pk1": keys.ALL_CAMPAIGNS, "sk1": after}
    found = table.page(keys.ALL_CAMPAIGNS, limit, index="by_list", newest_first=True, after=last)
    wanted = [keys.Key(item["pk"], item["sk"]) for item in found.items]
    items = table.get_many(wanted)
    return [from_item(items[key]) for key in wanted if key in items], found.last["sk1"] if found.last else None


def change(was: Campaign, now: Campaign, unless_changed: tuple[str, ...]) -> Campaign | None:
    """Write what differs, and return the campaign as it stands then. None if somebody else changed meanwhile what must
    be as it was: the fields named."""
    before, after = to_item(was), to_item(now)
    fields = [name for name in after if name not in ("history", "revision") and before[name] != after[name]]
    given = {name: after[name] for name in fields if after[name] is not None}
    sets = [f"#{name} = :{name}" for name in given]
    removes = [f"#{name}" for name in fields if name not in given]
    values: Item = {":one": 1, **{f":{name}": value for name, value in given.items()}}
    if entries := after["history"][len(was.history) :]:
        sets.append("#history = list_append(#history, :entries)")
        values[":entries"] = entries
    conditions = []
    for name in unless_changed:
        if before[name] is None:
            conditions.append(f"attribute_not_exists(#{name})")
        else:
            conditions.append(f"#{name} = :was_{name}")
            values[f":was_{name}"] = before[name]
    try:
        item = table.update(
            keys.campaign(was.campaign_id),
            f"{'SET ' + ', '.join(sets) if sets else ''} {'REMOVE ' + ', '.join(removes) if removes else ''}"
            " ADD revision :one",
            values,
            condition=" AND ".join(("attribute_exists(pk)", *conditions)),
            names={f"#{name}": name for name in {*fields, *unless_changed, *(["history"] if entries else [])}},
            returns="ALL_NEW",
        )
    except ConditionFailed:
        return None
    return from_item(item)


def to_item(campaign: Campaign) -> Item:
    fields: Item = campaign._asdict()
    for name in TIMES:
        fields[name] = keys.stamp(fields[name]) if fields[name] else None
    fields["terms"] = _given(
        campaign.terms._asdict()
        | {
            name: keys.stamp(at) if (at := getattr(campaign.terms, name)) else None
            for name in ("retrieve_at", "install_at")
        }
    )
    fields["selection"] = _given(campaign.selection._asdict()) if campaign.selection else None
    fields["waves"] = list(campaign.waves)
    limits = campaign.halt_after
    fields["halt_after"] = _given(
        {"failures": limits.failures, "share": None if limits.share is None else str(limits.share)}
    )
    fields["window"] = _window_to_attribute(campaign.window) if campaign.window else None
    fields["history"] = [
        {"at": keys.stamp(entry.at), "event": entry.event, "detail": entry.detail or None} for entry in campaign.history
    ]
    del fields["campaign_id"]
    return {
        **keys.campaign(campaign.campaign_id)._asdict(),
        "pk1": keys.ALL_CAMPAIGNS,
        "sk1": campaign.campaign_id,
        "expires_at_s": int((campaign.created_at + RETENTION).timestamp()),
        **fields,
    }


def from_item(item: Item) -> Campaign:
    fields: Item = {name: item[name] for name in Campaign._fields if name in item}
    for name in TIMES:
        if name in fields:
            fields[name] = keys.time(fields[name])
    terms = dict(item["terms"])
    for name in ("retrieve_at", "install_at"):
        if name in terms:
            terms[name] = keys.time(terms[name])
    fields["terms"] = Terms(**terms)
    if "selection" in item:
        fields["selection"] = Selection(**item["selection"])
    fields["waves"] = tuple(item["waves"])
    limits = item["halt_after"]
    fields["halt_after"] = Limits(limits.get("failures"), Decimal(limits["share"]) if "share" in limits else None)
    if "window" in item:
        fields["window"] = _window_from_attribute(item["window"])
    fields["history"] = tuple(
        Entry(keys.time(one["at"]), one["event"], one.get("detail", "")) for one in item["history"]
    )
    return Campaign(**fields, campaign_id=keys.entity(item["pk"])[1])


def _given(fields: dict[str, Any]) -> Item:
    return {name: value for name, value in fields.items() if value is not None}


def _window_to_attribute(window: Window) -> Item:
    times = {"opens": window.opens.isoformat(), "closes": window.closes.isoformat()}
    return window._asdict() | times | {"days": list(window.days)}


def _window_from_attribute(attribute: Item) -> Window:
    opens, closes = (dt.time.fromisoformat(attribute[name]) for name in ("opens", "closes"))
    return Window(opens, closes, attribute["time_zone"], tuple(attribute["days"]))
