"""BATTERY_SWAP items: a record for every swap at a station, made up of the messages that name its request id."""

import datetime as dt
import json
import re
from typing import Any

from shared.domain.battery_swaps import Battery, BatterySwap, SwapEvent
from shared.store import keys, table
from shared.store.dynamodb import Item

AT: dict[SwapEvent, str] = {"BatteryIn": "in_at", "BatteryOut": "out_at", "BatteryOutTimeout": "timed_out_at"}
BATTERIES: dict[SwapEvent, str] = {"BatteryIn": "batteries_in", "BatteryOut": "batteries_out"}
TIMES = ("known_at", "in_at", "out_at", "timed_out_at")
WHO = ("id_token", "id_token_type")
NUMBER = re.compile("-?[0-9]+")


def find(station_id: str, request_id: int) -> BatterySwap | None:
    item = table.get(keys.battery_swap(station_id, request_id))
    return from_item(item) if item else None


def page(after: str | None, limit: int) -> tuple[list[BatterySwap], str | None]:
    """All swaps, newest first, and the position to go on after."""
    last = None
    if after is not None:
        station_id, _, number = after.partition("#")[2].rpartition("#")
        if not (station_id and NUMBER.fullmatch(number)):
            raise table.no_position()
        key = keys.battery_swap(station_id, int(number))
        last = {**key._asdict(), "pk1": keys.ALL_BATTERY_SWAPS, "sk1": after}
    found = table.page(keys.ALL_BATTERY_SWAPS, limit, index="by_list", newest_first=True, after=last)
    wanted = [keys.Key(item["pk"], item["sk"]) for item in found.items]
    items = table.get_many(wanted)
    return [from_item(items[key]) for key in wanted if key in items], found.last["sk1"] if found.last else None


def page_of_station(station_id: str, after: str | None, limit: int) -> tuple[list[BatterySwap], str | None]:
    """The swaps of a station, the highest request ids first, and the sort key to go on after."""
    if after is not None and not NUMBER.fullmatch(after):
        raise table.no_position()
    partition = keys.battery_swaps_of_station(station_id)
    found = table.page(partition, limit, newest_first=True, after=keys.after(partition, after))
    return [from_item(item) for item in found.items], found.last["sk"] if found.last else None


def note_event(
    station_id: str,
    request_id: int,
    event: SwapEvent,
    at: dt.datetime,
    *,
    batteries: tuple[Battery, ...],
    id_token: tuple[str, str],
) -> None:
    """Keep what a BatterySwap says; the same again changes nothing. Of a time-out the batteries are not kept: they were
    offered, and stay where they are."""
    fields: Item = {}
    if event in BATTERIES:
        fields[BATTERIES[event]] = _as_text(batteries)
    once: Item = {AT[event]: keys.stamp(at), **dict(zip(WHO, id_token, strict=True))}
    _note(station_id, request_id, at, fields, once)


def note_request(station_id: str, request_id: int, at: dt.datetime, call_id: str, id_token: tuple[str, str]) -> None:
    """Keep that a station is asked for a swap."""
    _note(station_id, request_id, at, {"call_id": call_id}, dict(zip(WHO, id_token, strict=True)))


def note_answer(station_id: str, request_id: int, at: dt.datetime, answer: str, reason_code: str | None) -> None:
    """Keep what the station has answered to that."""
    _note(station_id, request_id, at, {"answer": answer, "reason_code": reason_code}, {})


def _note(station_id: str, request_id: int, at: dt.datetime, fields: Item, once: Item) -> None:
    """Write some fields, and others only if they are not there."""
    once = {
        **once,
        "known_at": keys.stamp(at),
        "pk1": keys.ALL_BATTERY_SWAPS,
        "sk1": f"{keys.stamp(at)}#{station_id}#{request_id}",
    }
    given = {name: value for name, value in fields.items() if value is not None}
    sets = [f"#{name} = :{name}" for name in given]
    sets += [f"#{name} = if_not_exists(#{name}, :{name})" for name in once]
    table.update(
        keys.battery_swap(station_id, request_id),
        f"SET {', '.join(sets)}",
        {f":{name}": value for name, value in {**given, **once}.items()},
        names={f"#{name}": name for name in {**given, **once}},
    )


def _as_text(batteries: tuple[Battery, ...]) -> str:
    rows = [[*one[:4], keys.stamp(one.produced_at) if one.produced_at else None, one.vendor_info] for one in batteries]
    return json.dumps(rows, separators=(",", ":"), ensure_ascii=False)


def _from_text(text: str) -> tuple[Battery, ...]:
    rows: list[list[Any]] = json.loads(text)
    return tuple(
        Battery(evse_id, number, soc, soh, keys.time(produced_at) if produced_at else None, info)
        for evse_id, number, soc, soh, produced_at, info in rows
    )


def from_item(item: Item) -> BatterySwap:
    fields: dict[str, Any] = {name: item[name] for name in BatterySwap._fields if name in item}
    for name in TIMES:
        if name in fields:
            fields[name] = keys.time(fields[name])
    for name in BATTERIES.values():
        if name in fields:
            fields[name] = _from_text(fields[name])
    return BatterySwap(station_id=keys.entity(item["pk"])[1], request_id=int(item["sk"]), **fields)
