"""Values as people read them."""

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from rich.text import Text

Json = dict[str, Any]

STYLES = {
    **dict.fromkeys(
        ("online", "answered", "Accepted", "accepted", "Available", "active", "done", "succeeded"), "green"
    ),
    **dict.fromkeys(("sent", "queued", "Pending", "running", "Charging", "Occupied", "pending"), "yellow"),
    **dict.fromkeys(
        ("refused", "timed_out", "expired", "Rejected", "rejected", "Blocked", "Faulted", "failed", "Invalid"), "red"
    ),
    **dict.fromkeys(("offline", "cancelled", "ended", "Unavailable", "Expired"), "dim"),
}


def plain(value: object) -> str:
    """A value in one line. What a station put into it cannot steer the terminal."""
    text = {None: "", True: "yes", False: "no"}.get(value) if value is None or isinstance(value, bool) else None
    if text is None:
        text = value if isinstance(value, str) else compact(value)
    return "".join(one if one.isprintable() else "�" for one in text)


def compact(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def state(value: object) -> Text:
    """A state in its colour."""
    text = plain(value)
    return Text(text, style=STYLES.get(text, ""))


def time(value: str | None) -> str:
    """A time of the API, in UTC to the second: `2026-11-23 08:00:00Z`."""
    return _at(value).strftime("%Y-%m-%d %H:%M:%SZ") if value else ""


def clock(value: str) -> str:
    """The same with milliseconds, for what follows closely on each other."""
    return _at(value).isoformat(sep=" ", timespec="milliseconds").replace("+00:00", "Z")


def _at(value: str) -> datetime:
    return datetime.fromisoformat(value).astimezone(UTC)


def energy(wh: int | None) -> str:
    return "" if wh is None else f"{wh / 1000:.3f} kWh"


def answer(call: Mapping[str, Any]) -> Text:
    """How a call ended, in a few words: the status in its answer, or the code of its error."""
    if call["error"]:
        return Text(plain(f"{call['error']['code']} {call['error']['description']}".strip()), style="red")
    if call["answer"] is None:
        return Text("")
    status = call["answer"].get("status")
    return state(status) if isinstance(status, str) else Text(plain(call["answer"]))


def connectors(station: Mapping[str, Any]) -> str:
    """How many connectors are in which state: `2 Available, 1 Charging`."""
    states = [one["reported_status"] or one["status"] for evse in station["evses"] for one in evse["connectors"]]
    return ", ".join(f"{states.count(one)} {plain(one)}" for one in dict.fromkeys(states))


def bold(value: object) -> Text:
    return Text(plain(value), style="bold")


def dim(value: object) -> Text:
    return Text(plain(value), style="dim")


def warning(value: object) -> Text:
    return Text(plain(value), style="yellow")
