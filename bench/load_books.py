"""Whether the system's books say what the stations said: sessions and energy, who is online, what is in the history."""

import asyncio
import json
import time
import urllib.parse
import urllib.request
from collections import Counter
from collections.abc import Iterable, Iterator
from typing import Any

from bench.load_sessions import card
from bench.stations import LoadStation
from local.process import System

Json = dict[str, Any]

BEHIND_AT_MOST_S = 120.0
LOOK_EVERY_S = 0.05


def save_cards(system: System, stations: Iterable[LoadStation]) -> None:
    """Let every station's driver charge."""
    for station in stations:
        url = f"{system.api_url}/id-tokens/{card(station.station_id)}"
        request = urllib.request.Request(url, b"{}", {"content-type": "application/json"}, method="PUT")
        urllib.request.urlopen(request, timeout=30).close()


async def settled(system: System, station: LoadStation) -> float | None:
    """How many seconds after a change of status it is in the station's history: what follows from messages has its own
    pace, and this comes after everything before it. None if it is not within two minutes."""
    message, status = station.sessions.change_status()
    began = time.monotonic()
    await station.call(*message)
    while time.monotonic() - began < BEHIND_AT_MOST_S:
        if await asyncio.to_thread(_last_status, system, station.station_id) == status:
            return round(time.monotonic() - began, 2)
        await asyncio.sleep(LOOK_EVERY_S)
    return None


def compare_sessions(system: System, stations: Iterable[LoadStation]) -> Json:
    """The sessions whose end was answered, as the stations and as the system count them; `differences` is the number
    of sessions that one of them has and the other has not, or not with this energy."""
    by_id = {station.station_id: station for station in stations}
    sent = Counter((name, wh) for name, station in by_id.items() for wh in station.sessions.ended_wh)
    kept = Counter(
        (one["station_id"], one["energy_wh"])
        for one in _items(system, "transactions")
        if one["station_id"] in by_id and one["state"] == "ended"
    )
    return {
        "sent": {"sessions": sent.total(), "energy_wh": sum(wh * count for (_, wh), count in sent.items())},
        "kept": {"sessions": kept.total(), "energy_wh": sum((wh or 0) * count for (_, wh), count in kept.items())},
        "differences": (sent - kept).total() + (kept - sent).total(),
    }


def online(system: System, stations: Iterable[LoadStation]) -> int:
    """How many of the stations are online by the system's own account."""
    ours = {station.station_id for station in stations}
    return sum(one["station_id"] in ours for one in _items(system, "stations", online="true"))


def _last_status(system: System, station_id: str) -> str | None:
    page = _get(system, f"stations/{station_id}/events", type="status.changed", limit="1")
    return page["items"][0]["data"]["reported_status"] if page["items"] else None


def _items(system: System, path: str, **query: str) -> Iterator[Json]:
    """Everything in a list, page by page."""
    cursor: dict[str, str] = {}
    while True:
        page = _get(system, path, limit="200", **query, **cursor)
        yield from page["items"]
        if page["next_cursor"] is None:
            return
        cursor = {"cursor": page["next_cursor"]}


def _get(system: System, path: str, **query: str) -> Json:
    url = f"{system.api_url}/{path}?{urllib.parse.urlencode(query)}"
    with urllib.request.urlopen(url, timeout=30) as answer:
        page: Json = json.load(answer)
    return page
