"""The live feed of operators' consoles: what a console watches, which events it gets, and the messages of both sides.

docs/live.md describes the protocol. Whoever may look at anything may watch everything.
"""

import datetime as dt
import hashlib
import json
from collections.abc import Mapping
from typing import Any, NamedTuple

from shared.domain.errors import Invalid
from shared.domain.events import EVENT_TYPES
from shared.domain.stations import MAX_STATION_ID

TICKET_LASTS = dt.timedelta(seconds=60)
WATCH_LASTS = dt.timedelta(minutes=15)
"""How long events are marked after a console has last watched or pinged."""
COMPLETE_AFTER_S = 2
"""From when on a console misses nothing: functions look once a second whether anybody watches."""
MOST_STATIONS = 200
MOST_REQUEST_CHARACTERS = 32_000
MOST_MESSAGE_BYTES = 128 * 1024
"""What API Gateway takes for a connection at once."""


class Watch(NamedTuple):
    """What a console wants to be told of; None: of all."""

    station_ids: frozenset[str] | None = None
    types: frozenset[str] | None = None

    def wants(self, event: Mapping[str, Any]) -> bool:
        """Whether an event in its published shape is for it. One that concerns no one station is for those who watch
        all of them."""
        is_of_station = self.station_ids is None or event["station_id"] in self.station_ids
        return is_of_station and (self.types is None or event["type"] in self.types)


class Console(NamedTuple):
    """A connection of an operator's console."""

    connection_id: str
    principal: str
    """Whose token has bought the ticket."""
    until: dt.datetime
    """When that token expires, and with it the connection."""
    watch: Watch | None = None
    """None: it has not said what it watches, and gets nothing."""


def ticket_hash(ticket: str) -> str:
    """What is kept of a ticket: who can read the table cannot connect with it."""
    return hashlib.sha256(ticket.encode()).hexdigest()


def request(body: str) -> dict[str, Any]:
    """The JSON object that a console sent. Raises Invalid."""
    if len(body) > MOST_REQUEST_CHARACTERS:
        raise Invalid(f"The message is longer than {MOST_REQUEST_CHARACTERS} characters")
    try:
        found = json.loads(body)
    except (ValueError, RecursionError):
        raise Invalid("The message is no JSON") from None
    if not isinstance(found, dict):
        raise Invalid("The message is no JSON object")
    return found


def watch_of(asked: Mapping[str, Any]) -> Watch:
    """What a `watch` asks for. Raises Invalid."""
    if unknown := sorted(asked.keys() - {"action", "station_ids", "types"}):
        raise Invalid(f"A watch has no {', '.join(unknown)[:100]}; it has station_ids and types")
    station_ids, types = _texts(asked, "station_ids"), _texts(asked, "types")
    if station_ids is not None and len(station_ids) > MOST_STATIONS:
        raise Invalid(f"station_ids: no more than {MOST_STATIONS}; watch all of them with null")
    if any(not 0 < len(one) <= MAX_STATION_ID for one in station_ids or ()):
        raise Invalid(f"station_ids: a station's id has 1 to {MAX_STATION_ID} characters")
    if unknown_types := sorted((types or frozenset()) - frozenset(EVENT_TYPES)):
        raise Invalid(f"types: there is no event type {unknown_types[0][:50]}")
    return Watch(station_ids, types)


def _texts(asked: Mapping[str, Any], name: str) -> frozenset[str] | None:
    given = asked.get(name)
    if given is None:
        return None
    if not isinstance(given, list) or not given or not all(isinstance(one, str) for one in given):
        raise Invalid(f"{name}: expected null or a list of texts that is not empty")
    return frozenset(given)


# ---------------------------------------------------------------------- what we send


def watching(watch: Watch) -> str:
    """The answer to a watch."""
    return _text(
        {
            "type": "watching",
            "station_ids": _sorted(watch.station_ids),
            "types": _sorted(watch.types),
            "complete_after_s": COMPLETE_AFTER_S,
        }
    )


def pong() -> str:
    """The answer to a ping."""
    return _text({"type": "pong"})


def error(reason: str) -> str:
    """The answer to what cannot be taken."""
    return _text({"type": "error", "reason": reason})


def told(event: Mapping[str, Any]) -> str:
    """An event as a console gets it; one that is too large for a message comes without its data, as `null`."""
    text = _text({"type": "event", "event": event})
    if len(text.encode()) <= MOST_MESSAGE_BYTES:
        return text
    return _text({"type": "event", "event": {**event, "data": None}})


def _sorted(texts: frozenset[str] | None) -> list[str] | None:
    return None if texts is None else sorted(texts)


def _text(message: Mapping[str, Any]) -> str:
    return json.dumps(message, ensure_ascii=False, separators=(",", ":"))
