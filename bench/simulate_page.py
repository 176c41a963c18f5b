"""The section of docs/performance.md about fleets that are too large to play here, and the plots of docs/scale.md."""

from pathlib import Path

from bench import plots
from bench.page import table
from bench.report import Json

MIDDLE = "100000"
PER_S = 500.0
"""New connections that API Gateway admits."""


def page(results: Json, folder: Path) -> str:
    """Markdown, from the JSON of bench.simulate; the plots go to the folder."""
    draw(results, folder)
    shipped = [one for one in results["storms"] if one["shipped"] and one["name"] in ("cut", "outage")]
    return f"""## How a large fleet comes back

Simulated against AWS's published quotas, not measured: all stations lose their connections at once, and dial again as
we tell them to. [scale.md](scale.md) has the other ways to dial, what binds at which size, and what is assumed.

{storm_table(shipped)}
![Share of 100,000 stations that is back](plots/simulate_cut_{MIDDLE}.svg)

![New connections per second in the wave after two hours](plots/simulate_echo.svg)
"""


def storm_table(storms: list[Json]) -> str:
    rows = (
        (
            f"{one['stations']:,}",
            what(one),
            one["retry"],
            *(seconds(one["back_within_s"][share]) for share in ("0.5", "0.99", "1.0")),
            f"{one['attempts_per_station']:.2f}",
            f"{one['peaks']['connects']:,}",
            f"{one['peaks']['messages']:,}",
            f"{one['peak_concurrency']:,}",
        )
        for one in storms
    )
    headings = ("stations", "what", "dialling again", "half back", "99 %", "all", "attempts each")
    return table((*headings, "connections/s", "requests/s", "concurrency"), rows)


def what(storm: Json) -> str:
    return f"outage of {storm['outage_s'] / 60:.0f} min" if storm["outage_s"] else str(storm["name"])


def seconds(time_s: float | None) -> str:
    """`260 s`, and minutes from ten on."""
    if time_s is None:
        return "not in 4 h"
    return f"{time_s:,.0f} s" if time_s < 600 else f"{time_s / 60:,.0f} min"


def draw(results: Json, folder: Path) -> None:
    """The share that is back over time for each size, and the echo."""
    for size, curves in results["curves"].items():
        plots.lines(
            folder / f"simulate_cut_{size}.svg",
            {name: (at, share) for name, (at, share) in curves.items()},
            title=f"{int(size):,} stations are cut off at once",
            x="seconds (logarithmic)",
            y="share that is back",
            x_scale="log",
        )
    plots.lines(
        folder / "simulate_echo.svg",
        {name: (minutes, rates) for name, (minutes, rates) in results["echo_curves"].items()},
        title="100,000 stations with what we ship: the wave that follows",
        x="minutes after the cut",
        y="new connections per second",
        limits={"admitted": PER_S},
    )
