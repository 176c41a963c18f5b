"""What `bench.load` found, for the terminal."""

from collections.abc import Iterator
from typing import Any

from rich.table import Table

Json = dict[str, Any]
COLUMNS = ("p50", "p95", "p99", "max")


def render(results: Json) -> Iterator[Table]:
    """A table for each kind of measurement that was made."""
    for version, load in results.get("echo", {}).items():
        yield _table(f"Our own limit: OCPP {version} against an echo", [load], "")
    for version, result in results.get("sessions", {}).items():
        loads = [*([result["closed"]] if "closed" in result else []), *result["open"]]
        yield _table(f"Charging sessions in OCPP {version}", loads, _of_sessions(result))
    if storm := results.get("storm"):
        yield _storm(storm)
    if idle := results.get("idle"):
        yield _table("Idle stations", [idle], f"still connected at the end: {idle['held']} of {idle['stations']}")


def _table(title: str, loads: list[Json], caption: str) -> Table:
    table = Table(title=title, caption=caption, title_justify="left", caption_justify="left")
    for heading in ("offered/s", "answered", "of", "answered/s"):
        table.add_column(heading, justify="right", no_wrap=True)
    table.add_column("action", no_wrap=True)
    for heading in (*(f"{name} ms" for name in COLUMNS), "cores", "MB", "history behind s", "we late p99 ms"):
        table.add_column(heading, justify="right")
    for load in loads:
        offered = "closed loop" if load["rate_per_s"] is None else f"{load['rate_per_s']:g}"
        late = load["generator_late_ms"]
        for action, ms in load["ms"].items():
            whole = action == "all"
            figures = (offered, str(load["answered"]), str(load["due"]), f"{load['answered_per_s']:g}")
            taken = [str(load.get(name, "")) for name in ("cores", "rss_mb", "history_behind_s")]
            table.add_row(
                *(figures if whole else ("", "", "", "")),
                action,
                *(f"{ms[name]:g}" for name in COLUMNS),
                *([*taken, f"{late['p99']:g}" if late else ""] if whole else ("", "", "", "")),
                style="" if load["sustained"] or load["rate_per_s"] is None else "red",
            )
        for failure, count in load["failures"].items():
            table.add_row("", "", "", "", f"{count} x {failure}", style="red")
    return table


def _of_sessions(result: Json) -> str:
    ms, books = result["handshake_ms"], result["books"]
    lines = [
        f"{result['connected']} of {result['stations']} stations ready after {result['ready_after_s']} s; "
        f"handshakes p50 {ms['p50']:g} ms, p99 {ms['p99']:g} ms",
        _books(books),
    ]
    if result["failures_beside"]:
        lines.append(f"failures beside the load: {result['failures_beside']}")
    return "\n".join(lines)


def _books(books: Json) -> str:
    sent, kept = books["sent"], books["kept"]
    return (
        f"sessions sent {sent['sessions']} with {sent['energy_wh'] / 1000:g} kWh, "
        f"kept {kept['sessions']} with {kept['energy_wh'] / 1000:g} kWh; different: {books['differences']}"
    )


def _storm(storm: Json) -> Table:
    table = Table(title="A reconnect storm", caption=_books(storm["books"]), title_justify="left", show_header=False)
    ms = storm["handshake_ms"]
    for name, figure in {
        "stations": storm["stations"],
        "all back and booted after": f"{storm['all_back_after_s']:g} s",
        "online by the API, and still connected": f"{storm['online_at_api']}, {storm['still_connected']}",
        "handshakes p50, p99, max": f"{ms['p50']:g}, {ms['p99']:g}, {ms['max']:g} ms",
        "history behind then": f"{storm['history_behind_s']} s",
        "failures on the way": storm["failures"] or "none",
    }.items():
        table.add_row(name, str(figure))
    return table
