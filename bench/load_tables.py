"""What `bench.load` found, for the terminal, and which targets it misses."""

from collections.abc import Iterator
from typing import Any

from rich.table import Table

Json = dict[str, Any]

RATE_TARGET_PER_S = 200
P99_TARGET_MS, P99_TARGET_AT_PER_S = 250, 100
TITLES = {
    "echo": "Our own limit: the same stations against an echo",
    "rates": "Given rates",
    "highest": "The highest sustained rate",
    "idle": "Idle stations",
}


def render(results: Json) -> Iterator[Table]:
    """A table for each kind of measurement that was made."""
    for what, title in TITLES.items():
        if what in results:
            yield _table(title, results[what])


def missed(results: Json) -> list[str]:
    """The targets that these results miss, in words; of what was not measured nothing is said."""
    texts = []
    for load in results.get("rates", {}).get("loads", []):
        rate, p99_ms = load["rate_per_s"], load["ms"]["all"]["p99"]
        if rate <= RATE_TARGET_PER_S and not load["sustained"]:
            texts.append(f"{rate:g} messages/s are not sustained")
        if rate <= P99_TARGET_AT_PER_S and p99_ms >= P99_TARGET_MS:
            texts.append(f"p99 at {rate:g} messages/s is {p99_ms:.0f} ms, not below {P99_TARGET_MS} ms")
    if (idle := results.get("idle")) and idle["held"] < idle["stations"]:
        texts.append(f"{idle['held']} of {idle['stations']} idle stations are still connected")
    return texts


def _table(title: str, measured: Json) -> Table:
    table = Table(title=title, caption=_caption(measured), title_justify="left", caption_justify="left")
    for heading in ("messages/s", "answered", "of", "answered/s"):
        table.add_column(heading, justify="right", no_wrap=True)
    table.add_column("action", no_wrap=True)
    for heading in ("p50 ms", "p95 ms", "p99 ms", "max ms", "cores", "memory MB", "we late p99"):
        table.add_column(heading, justify="right", no_wrap=True)
    for load in measured["loads"]:
        color = "" if load["sustained"] else "red"
        for action, ms in load["ms"].items():
            whole = action == "all"
            if not whole and "highest_per_s" in measured:
                continue  # of a search only the whole of each step is of interest
            table.add_row(
                *(
                    (f"{load['rate_per_s']:g}", str(load["answered"]), str(load["due"]), f"{load['answered_per_s']:g}")
                    if whole
                    else ("", "", "", "")
                ),
                action,
                *(f"{ms[name]:g}" for name in ("p50", "p95", "p99", "max")),
                *((str(load.get(name, "")) for name in ("cores", "rss_mb")) if whole else ("", "")),
                f"{load['generator_late_ms']['p99']:g}" if whole else "",
                style=color,
            )
        for failure, count in load["failures"].items():
            table.add_row("", "", "", "", f"{count} x {failure}", style="red")
    return table


def _caption(measured: Json) -> str:
    ms = measured["handshake_ms"]
    parts = [
        f"{measured['connected']} of {measured['stations']} stations ready after {measured['ready_after_s']} s; "
        f"handshakes p50 {ms['p50']:g} ms, p99 {ms['p99']:g} ms"
    ]
    if "settled_after_s" in measured:
        parts.append(f"history behind then: {measured['settled_after_s']} s")
    if "rss_mb" in measured:
        before, after = measured["rss_mb"]["before"], measured["rss_mb"]["connected"]
        parts.append(f"memory {before} MB before they connected, {after} MB after")
    if "highest_per_s" in measured:
        parts.append(f"highest sustained: {measured['highest_per_s']} messages/s")
    if "held" in measured:
        parts.append(f"still connected at the end: {measured['held']}")
    if "streams_behind_s" in measured:
        parts.append(f"history behind at the end: {measured['streams_behind_s']} s")
    if measured["failures_beside"]:
        parts.append(f"failures beside the load: {measured['failures_beside']}")
    return "\n".join(parts)
