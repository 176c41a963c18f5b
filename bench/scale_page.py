"""docs/scale.md, of what was simulated; so no figure in it is older than the settings that are shipped."""

from pathlib import Path

from bench.page import table
from bench.report import Json
from bench.simulate_page import draw, seconds, storm_table
from bench.simulation.quotas import default_quotas, published
from bench.simulation.steady import limits
from shared.fleet import retry_settings

TEXT = Path(__file__).parent / "scale.md"
"""What is said between the figures."""
FLEETS = (1_000, 10_000, 100_000, 300_000, 1_000_000)
NAMES = ("connects", "messages", "writes", "index_writes", "concurrency")
"""What is counted and held against a quota."""


def scale_page(results: Json, plots: Path) -> str:
    """Markdown, from the JSON of bench.simulate; the plots go to the folder."""
    draw(results, plots)
    storms = results["storms"]
    compared = [one for one in storms if one["name"] in ("cut", "outage")]
    others = [one for one in storms if one["name"] not in ("cut", "outage")]
    curves = "\n\n".join(
        f"![Share of {int(size):,} stations that is back](plots/simulate_cut_{size}.svg)" for size in results["curves"]
    )
    tables = {
        "shipped": shipped_table(),
        "storms": storm_table(compared),
        "curves": curves,
        "refusals": _refusals(compared),
        "echoes": _echoes(results["echoes"]),
        "ends": _ends([one for one in storms if one["name"] == "cut" and one["shipped"]]),
        "others": storm_table(others),
        "other_refusals": _refusals(others),
        "steady": _steady(results["steady"]),
        "largest": _largest(results["largest"]),
        "quotas": _quotas(),
    }
    text = TEXT.read_text("utf-8")
    for name, found in tables.items():
        text = text.replace("{{" + name + "}}", found.strip())
    return text


def shipped_table() -> str:
    """What stations are told, by `expected_stations`."""
    rows = []
    for size in FLEETS:
        settings = retry_settings(size)
        if settings is not None:
            rows.append((f"{size:,}", *settings))
    names = ("RetryBackOffWaitMinimum (s)", "RetryBackOffRandomRange (s)", "RetryBackOffRepeatTimes")
    return table(("expected_stations", *names), rows)


def _refusals(storms: list[Json]) -> str:
    """Where attempts were refused: by which limit, how often."""
    rows = [
        (
            f"{one['stations']:,}, {one['name']}, {one['retry']}",
            *(
                f"{one['refused'][reason]:,}"
                for reason in ("connections", "requests", "environments", "table", "index")
            ),
            f"{one['throttled_messages']:,}",
            f"{one['cold_starts']:,}",
            seconds(one["done_within_s"]),
        )
        for one in storms
        if any(count for reason, count in one["refused"].items() if reason != "down") or one["throttled_messages"]
    ]
    if not rows:
        return ""
    headings = (
        "refused attempts",
        "500/s",
        "10,000/s",
        "Lambda",
        "table",
        "list",
        "throttled messages",
        "cold starts",
    )
    return table((*headings, "all said"), rows)


def _ends(cuts: list[Json]) -> str:
    """How many ends of connections nobody notes."""
    rows = ((f"{one['stations']:,}", f"{one['ends_lost']:,}") for one in cuts)
    return table(("stations that are cut off", "ends that are refused"), rows)


def _echoes(echoes: list[Json]) -> str:
    rows = (
        (
            f"{one['stations']:,}, {one['retry']}",
            "closed at a random age" if one["planned"] else "cut at two hours",
            f"{one['peak_connects']:,}",
            f"{one['attempts_per_station']:.2f}",
        )
        for one in echoes
    )
    return table(("stations that were cut together", "connections end", "most connections/s", "attempts each"), rows)


def _steady(steady: list[Json]) -> str:
    most = limits(default_quotas())._asdict()
    rows = (
        (
            f"{one['stations']:,}, {one['traffic']}",
            *(_against(one[name], most[name]) for name in NAMES),
        )
        for one in steady
    )
    headings = ("stations", "connections/s", "requests/s", "writes/s", "writes/s of the list", "concurrency")
    return table(headings, rows)


def _against(used: float, limit: float) -> str:
    """A figure, in bold where it is more than eight tenths of what there is."""
    text = f"{used:,.0f}" if used >= 10 else f"{used:.1f}"
    return f"**{text}**" if used > 0.8 * limit else text


def _largest(largest: Json) -> str:
    rows = ((traffic, *(f"{_rounded(sizes[name]):,}" for name in NAMES)) for traffic, sizes in largest.items())
    return table(("stations that use 80 % of it", "500/s", "10,000/s", "new table", "list", "concurrency"), rows)


def _rounded(number: int) -> int:
    """To two figures."""
    unit: int = 10 ** max(0, len(str(number)) - 2)
    return number // unit * unit


def _quotas() -> str:
    rows = (
        (entry["quota"], f"{float(entry['value']):,.0f}", entry.get("raise", "no"), entry["source"], entry["read_on"])
        for entry in published().values()
    )
    return table(("quota", "default", "to be raised", "source", "read on"), rows)
