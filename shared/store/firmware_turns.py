"""The UPDATE items of a campaign: who waits where, whose turn it is, and how each is counted in its CAMPAIGN.

A station has its turn, and comes to its end, by one transaction over both items: so the campaign's numbers are exact,
whoever does what how often.
"""

import datetime as dt
from collections.abc import Iterable, Sequence

from shared.domain.firmware_campaigns import Campaign
from shared.domain.firmware_updates import Place, Update, UpdateState
from shared.store import keys, table
from shared.store.dynamodb import ConditionFailed
from shared.store.firmware_updates import from_item, to_item

ROWS_PER_TRANSACTION = 100
OTHERS = 10
"""How many of a station's latest updates are looked through for one that is open. More are never open at once."""


def create(updates: Sequence[Update]) -> None:
    """Keep new updates. Those that exist stay as they are: they may have moved on."""
    for start in range(0, len(updates), ROWS_PER_TRANSACTION):
        rows = [
            table.Put(to_item(one), "attribute_not_exists(pk)") for one in updates[start : start + ROWS_PER_TRANSACTION]
        ]
        try:
            table.transact(*rows)
        except ConditionFailed:
            for row in rows:
                _put_new(row)


def _put_new(row: table.Put) -> None:
    try:
        table.put(row.item, condition=row.condition)
    except ConditionFailed:
        return


def in_place(campaign_id: str, place: Place, limit: int, below: int | None = None) -> list[Update]:
    """The first updates in a place, in the order of the campaign: all, or those with a lower number. Some moments old,
    so one may be missing or stand elsewhere by now."""
    until = keys.in_queue(place, below) if below is not None else keys.in_queue(place, 10**7 - 1)
    found = table.query(
        keys.updates_of_campaign(campaign_id), between=(keys.in_queue(place), until), index="by_list", limit=limit
    )
    every = _read([keys.Key(item["pk"], item["sk"]) for item in found.items])
    return [one for one in every if one.place == place and (below is None or one.number < below)]


def page(campaign: Campaign, after: str | None, limit: int) -> tuple[list[Update], str | None]:
    """The updates of a campaign in order of their stations, and the station to go on after."""
    partition = keys.updates_of_campaign(campaign.campaign_id)
    last = None
    if after is not None:
        own = keys.update(after, campaign.update(after, 0).update_id)
        last = {**own._asdict(), "pk2": partition, "sk2": after}
    found = table.page(partition, limit, index="by_station", after=last)
    return _read([keys.Key(item["pk"], item["sk"]) for item in found.items]), found.last["sk2"] if found.last else None


def _read(wanted: list[keys.Key]) -> list[Update]:
    items = table.get_many(wanted)
    return [from_item(items[key]) for key in wanted if key in items]


def put(update: Update, place: Place) -> bool:
    """Note where an update waits now. False if it has had its turn, or waits there already."""
    try:
        table.update(
            keys.update(update.station_id, update.update_id),
            "SET place = :place, pk1 = :queue, sk1 = :sort ADD revision :one",
            {
                ":place": place,
                ":queue": keys.updates_of_campaign(update.campaign_id),
                ":sort": keys.in_queue(place, update.number),
                ":one": 1,
                ":later": "later",
            },
            condition="attribute_exists(place) AND place <> :later AND place <> :place",
        )
    except ConditionFailed:
        return False
    return True


def begin_waiting(update: Update, wave: int, at: dt.datetime) -> bool:
    """Note that the wave of an update has begun. False if that is known."""
    try:
        table.update(
            keys.update(update.station_id, update.update_id),
            "SET place = :place, sk1 = :sort, wave = :wave, placed_at = :at, history = list_append(history, :entries)"
            " ADD revision :one",
            {
                ":place": "waiting",
                ":sort": keys.in_queue("waiting", update.number),
                ":wave": wave,
                ":at": keys.stamp(at),
                ":entries": [{"at": keys.stamp(at), "event": "wave begun", "detail": f"wave {wave}"}],
                ":one": 1,
                ":later": "later",
            },
            condition="place = :later",
        )
    except ConditionFailed:
        return False
    return True


def take_turn(update: Update, others: Iterable[Update], campaign: Campaign, at: dt.datetime) -> bool:
    """Give an update its turn: the campaign runs, has room and has not had too many failures, and none of the
    station's `others` has its turn. False if something of that does not hold, or it has had it."""
    failures = campaign.most_failures
    try:
        table.transact(
            table.Update(
                keys.update(update.station_id, update.update_id),
                "SET #state = :running, turn_at = :at, history = list_append(history, :entries)"
                " REMOVE place, pk1, sk1 ADD revision :one",
                {
                    ":running": "running",
                    ":at": keys.stamp(at),
                    ":entries": [{"at": keys.stamp(at), "event": "its turn"}],
                    ":one": 1,
                    ":later": "later",
                },
                "attribute_exists(place) AND place <> :later",
                {"#state": "state"},
            ),
            table.Update(
                keys.campaign(campaign.campaign_id),
                "ADD in_flight :one, revision :one",
                {":one": 1, ":running": "running"} | ({} if failures is None else {":failures": failures}),
                "#state = :running AND in_flight < concurrency"
                + ("" if failures is None else " AND failed <= :failures"),
                {"#state": "state"},
            ),
            *(
                table.Update(
                    keys.update(one.station_id, one.update_id),
                    "ADD revision :one",
                    {":one": 1, ":running": "running"},
                    "attribute_exists(pk) AND #state <> :running",
                    {"#state": "state"},
                )
                for one in others
            ),
        )
    except ConditionFailed:
        return False
    return True


def end(update: Update, state: UpdateState, reason: str | None, at: dt.datetime) -> bool:
    """Bring an update to its end, and count it. False if it is not as it was read: queued, or in its turn."""
    had_turn = update.state == "running"
    entry = {"at": keys.stamp(at), "event": state, "detail": reason}
    try:
        table.transact(
            table.Update(
                keys.update(update.station_id, update.update_id),
                "SET #state = :state, ended_at = :at, history = list_append(history, :entries)"
                f"{', reason = :reason' if reason else ''} REMOVE place, pk1, sk1 ADD revision :one",
                {
                    ":state": state,
                    ":at": keys.stamp(at),
                    ":entries": [{name: value for name, value in entry.items() if value}],
                    ":one": 1,
                    ":was": update.state,
                    **({":reason": reason} if reason else {}),
                },
                "#state = :was",
                {"#state": "state"},
            ),
            table.Update(
                keys.campaign(update.campaign_id),
                f"ADD #counted :one, revision :one{', in_flight :less' if had_turn else ''}",
                {":one": 1} | ({":less": -1} if had_turn else {}),
                "attribute_exists(pk)",
                {"#counted": state},
            ),
        )
    except ConditionFailed:
        return False
    return True


def others_of_station(update: Update) -> list[Update]:
    """The other updates of a station that are open, whatever was written before."""
    found = table.query(keys.updates_of_station(update.station_id), newest_first=True, limit=OTHERS, consistent=True)
    every = map(from_item, found.items)
    return [one for one in every if one.update_id != update.update_id and one.is_open]
