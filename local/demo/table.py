"""The live table of the demo, made of nothing but what the operator API says."""

from collections import Counter
from datetime import datetime

from rich.console import ConsoleDimensions, Group, RenderableType
from rich.table import Table
from rich.text import Text

from local.demo.client import Json
from local.demo.operator import View

COLORS = {
    "Available": "green",
    "Preparing": "cyan",
    "Occupied": "cyan",
    "EVConnected": "cyan",
    "Charging": "bold yellow",
    "SuspendedEV": "yellow",
    "SuspendedEVSE": "yellow",
    "Finishing": "cyan",
    "Faulted": "bold red",
    "Unavailable": "red",
    "Reserved": "magenta",
}


WIDE = 120
"""Columns of a terminal from which on there is room for all."""
AROUND = 7
"""Lines of a picture that are no rows: title, head, borders, totals, and one where trouble is told."""
FINDING = "last finding"
COLUMNS = ("station", "name", "model", "OCPP", "connectors", "power", FINDING)
ONLY_WIDE = {"name", "model"}
TO_THE_RIGHT = {"power"}

Cell = str | Text


def render(view: View, now: datetime, size: ConsoleDimensions) -> RenderableType:
    """A row for each station, as many as the terminal has room for, and a line of totals. `now` is the time of the
    stations."""
    room = max(1, size.height - AROUND)
    rows = [_row(view, station) for station in view.stations[:room]]
    shown = [name for name in COLUMNS if size.width >= WIDE or name not in ONLY_WIDE]
    widths = {name: max(len(one) for one in (name, *(row[name] for row in rows))) for name in shown}
    # The finding gets what the others leave; each column has a border and two blanks besides.
    widths[FINDING] = max(0, size.width - 1 - sum(widths[name] + 3 for name in shown if name != FINDING) - 3)
    if widths[FINDING] < len(FINDING):
        shown.remove(FINDING)
    title = f"Idlewatt · {now:%Y-%m-%d %H:%M:%S} UTC · {_versions(view)}".rstrip(" ·")
    table = Table(title=title, title_justify="left")
    for name in shown:
        right = name in TO_THE_RIGHT
        table.add_column(name, width=widths[name], no_wrap=True, justify="right" if right else "left")
    for row in rows:
        table.add_row(*(row[name] for name in shown))
    left = len(view.stations) - len(rows)
    return Group(table, Text(_totals(view) + (f" · {left} more stations" if left else "")))


def _versions(view: View) -> str:
    """How many stations speak which version of OCPP."""
    spoken = Counter(version for one in view.stations if (version := one["ocpp_version"]))
    return "OCPP " + ", ".join(f"{version} ({count})" for version, count in sorted(spoken.items())) if spoken else ""


def _totals(view: View) -> str:
    """One line that sums up."""
    online = sum(one["online"] for one in view.stations)
    power_w = sum(view.power_w.values())
    kinds = sum(len(found) for found in view.findings.values())
    return (
        f"{online} of {len(view.stations)} stations online · {len(view.active())} charging with {_power(power_w)} · "
        f"{len(view.ended())} transactions ended with {_energy(view.energy_wh())} · {kinds} kinds of findings"
    )


def _row(view: View, station: Json) -> dict[str, Cell]:
    station_id = station["station_id"]
    running = [_running(view, station_id, evse["evse_id"]) for evse in station["evses"]]
    power_w = [view.power_w[one["transaction_id"]] for one in running if one and one["transaction_id"] in view.power_w]
    return {
        "station": Text(station_id, style="" if station["online"] else "dim strike"),
        "name": station["name"] or "",
        "model": f"{station['vendor'] or '?'} {station['model'] or ''}",
        "OCPP": station["ocpp_version"] or "",
        "connectors": Text(", ").join(
            _status(evse, transaction) for evse, transaction in zip(station["evses"], running, strict=True)
        ),
        "power": _power(sum(power_w)) if power_w else "",
        FINDING: _finding(view.findings.get(station_id, [])),
    }


def _status(evse: Json, transaction: Json | None) -> Text:
    """What the station says of a connector, and in 2.x, where that is Occupied, its transaction."""
    status: str | None = next((connector["reported_status"] for connector in evse["connectors"]), None)
    state: str | None = transaction["charging_state"] if transaction else None
    word = (state if status == "Occupied" and state else status) or "?"
    return Text(word, style=COLORS.get(word, ""))


def _running(view: View, station_id: str, evse_id: int | None) -> Json | None:
    """The transaction that runs on an EVSE; the newest, should an old one still be open."""
    here = [one for one in view.active() if one["station_id"] == station_id and one["evse_id"] == evse_id]
    return max(here, key=lambda one: one["started_at"] or "", default=None)


def _finding(found: list[Json]) -> str:
    """The finding that was seen last."""
    latest = max(found, key=lambda one: one["last_at"], default=None)
    return f"{latest['code']} {latest['path']}: {latest['text']}" if latest else ""


def _power(power_w: float) -> str:
    return f"{power_w / 1000:.1f} kW"


def _energy(energy_wh: int) -> str:
    return f"{energy_wh / 1000:.2f} kWh"
