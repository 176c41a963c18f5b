"""The live table of the demo, made of nothing but what the operator API says."""

from collections import Counter
from collections.abc import Iterator
from datetime import datetime
from typing import Any

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from local.demo.operator import View

Json = dict[str, Any]

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
}


WIDE = 120
"""Columns of a terminal from which on there is room for all."""
FINDING = "last finding"
COLUMNS = ("station", "model", "OCPP", "#", "status", "power", "energy", "card", "transaction", FINDING)
ONLY_WIDE = {"model", "OCPP", "card"}
TO_THE_RIGHT = {"power", "energy"}

Cell = str | Text


def render(view: View, now: datetime, width: int) -> RenderableType:
    """A row for each connector, and a line of totals. `now` is the time of the stations, `width` the terminal's."""
    rows = [row for station in view.stations for row in _rows(view, station)]
    shown = [name for name in COLUMNS if width >= WIDE or name not in ONLY_WIDE]
    widths = {name: max(len(one) for one in (name, *(row[name] for row in rows))) for name in shown}
    # The finding gets what the others leave; each column has a border and two blanks besides.
    widths[FINDING] = max(len(FINDING), width - 1 - sum(widths[name] + 3 for name in shown if name != FINDING) - 3)
    title = f"Idlewatt · {now:%Y-%m-%d %H:%M:%S} UTC · {_versions(view)}".rstrip(" ·")
    table = Table(title=title, title_justify="left")
    for name in shown:
        right = name in TO_THE_RIGHT
        table.add_column(name, width=widths[name], no_wrap=True, justify="right" if right else "left")
    for row in rows:
        table.add_row(*(row[name] for name in shown))
    return Group(table, Text(_totals(view)))


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
        f"{len(view.ended())} transactions ended · {_energy(view.energy_wh())} in all · {kinds} kinds of findings"
    )


def _rows(view: View, station: Json) -> Iterator[dict[str, Cell]]:
    """A station's connectors; what is true of the whole station stands in its first row."""
    name = Text(station["station_id"], style="" if station["online"] else "dim strike")
    model = f"{station['vendor'] or '?'} {station['model'] or ''}"
    version = station["ocpp_version"] or ""
    finding = _finding(view.findings.get(station["station_id"], []))
    for evse in station["evses"] or [{"evse_id": "", "connectors": []}]:
        transaction = _running(view, station["station_id"], evse["evse_id"])
        status = _status(evse, transaction)
        row: dict[str, Cell] = dict.fromkeys(COLUMNS, "")
        row |= {"station": name, "model": model, "OCPP": version, FINDING: finding}
        row |= {"#": str(evse["evse_id"]), "status": Text(status, style=COLORS.get(status, ""))}
        yield row | _charge(view, transaction)
        name, model, version, finding = Text(), "", "", ""


def _status(evse: Json, transaction: Json | None) -> str:
    """What the station says of a connector, and in 2.x, where that is Occupied, its transaction."""
    status: str | None = next((connector["reported_status"] for connector in evse["connectors"]), None)
    state: str | None = transaction["charging_state"] if transaction else None
    return (state if status == "Occupied" and state else status) or ""


def _running(view: View, station_id: str, evse_id: int | None) -> Json | None:
    """The transaction that runs on an EVSE; the newest, should an old one still be open."""
    here = [one for one in view.active() if one["station_id"] == station_id and one["evse_id"] == evse_id]
    return max(here, key=lambda one: one["started_at"] or "", default=None)


def _charge(view: View, transaction: Json | None) -> dict[str, Cell]:
    if transaction is None:
        return {}
    power_w, energy_wh = view.power_w.get(transaction["transaction_id"]), transaction["energy_wh"]
    return {
        "power": "" if power_w is None else _power(power_w),
        "energy": "" if energy_wh is None else _energy(energy_wh),
        "card": transaction["id_token"] or "",
        "transaction": transaction["transaction_id"],
    }


def _finding(found: list[Json]) -> str:
    """The finding that was seen last."""
    latest = max(found, key=lambda one: one["last_at"], default=None)
    return f"{latest['code']} {latest['path']}: {latest['text']}" if latest else ""


def _power(power_w: float) -> str:
    return f"{power_w / 1000:.1f} kW"


def _energy(energy_wh: int) -> str:
    return f"{energy_wh / 1000:.2f} kWh"
