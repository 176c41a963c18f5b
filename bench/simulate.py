"""How a fleet that this machine could not play meets the quotas of an account: `python -m bench.simulate`.

A simulation of 10,000 to 1,000,000 stations (bench/simulation): after their connections were cut, after an outage, and
of the second wave two hours later, for each way to dial again. What we send stations (shared/fleet.py) is chosen by it.
Nothing is measured here, so every run gives the same figures. Writes docs/scale.md too.

The results, `.local/bench/simulate.json`:

    {"storms": [{"name": "cut", "stations": 100000, "retry": "2.x: 10 s + 0 to 250 s, 3 doublings", "shipped": true,
                 "outage_s": 0.0, "back_within_s": {"0.5": 135.1, "0.99": 257.9, "1.0": 260.9}, "done_within_s": 262.0,
                 "attempts_per_station": 1.0, "refused": {"down": 0, …}, "throttled_messages": 0,
                 "peaks": {"connects": 466, …}, "peak_concurrency": 40, "environments": {"connect": 12, …},
                 "cold_starts": 70, "ends_lost": 0}],
     "echoes": [{"stations": 100000, "retry": "…", "planned": true, "peak_connects": 80, "attempts_per_station": 1.0}],
     "curves": {"100000": {"2.x: …": [[seconds], [share that is back]]}}, "echo_curves": {…},
     "steady": [{"traffic": "…", "stations": 100000, "connects": 16.0, …}], "largest": {"home, …": {"connects": …}}}

Times back are counted from the end of the outage.
"""

import argparse
import json
import sys
from collections.abc import Iterable
from concurrent.futures import ProcessPoolExecutor

import numpy as np

from bench import report
from bench.report import ROOT, Json, Target
from bench.scale_page import scale_page
from bench.simulation import scenarios
from bench.simulation.fleets import fast, home, idle
from bench.simulation.outcome import Outcome
from bench.simulation.quotas import Floats, default_quotas
from bench.simulation.retries import Retry
from bench.simulation.scenarios import SIZES, Scenario
from bench.simulation.steady import largest_fleets, steady
from bench.simulation.storm import simulate
from shared.fleet import HEARTBEAT_INTERVAL_S

RESULTS = "simulate.json"
PAGE = ROOT / "docs" / "scale.md"
PLOTS = ROOT / "docs" / "plots"
PROCESSES = 2
POINTS = 120
"""Of a curve."""
SHARES = (0.5, 0.99, 1.0)
ALL_BACK_S = 300.0
NO_ECHO_ABOVE_PER_S = 100.0
ATTEMPTS = 1.1


def main(arguments: list[str] | None = None) -> int:
    """0; whether the targets are reached stands in the results."""
    parser = argparse.ArgumentParser(prog="python -m bench.simulate", description=__doc__)
    parser.add_argument("--page", action="store_true", help="simulate nothing, only make docs/scale.md")
    options = parser.parse_args(arguments)
    file = report.RESULTS / RESULTS
    if not options.page:
        results = _results()
        report.write(file, results, _targets(results))
    PAGE.write_text(scale_page(json.loads(file.read_text("utf-8")), PLOTS), "utf-8")
    print(f"{PAGE.relative_to(ROOT)} is made of {file.relative_to(ROOT)}")
    return 0


def _results() -> Json:
    wanted = [*scenarios.outages(), *scenarios.others()]
    with ProcessPoolExecutor(PROCESSES) as pool:
        # The largest first, so that no process is left alone with one of them.
        order = sorted(range(len(wanted)), key=lambda number: -wanted[number].stations)
        found = dict(zip(order, pool.map(storm, [wanted[number] for number in order]), strict=True))
        echoes = list(pool.map(_echoes, [Scenario("cut", size, ((1.0, retry),)) for size, retry in _echoing()]))
    parts = [found[number] for number in range(len(wanted))]
    return {
        "storms": [storm for storm, _ in parts],
        "echoes": [one for ones, _ in echoes for one in ones],
        "curves": _by_size(parts),
        "echo_curves": echoes[-1][1],
        "steady": list(_steady()),
        "largest": {
            traffic.name: largest_fleets(traffic, default_quotas()) for traffic in (idle(300), home(300), fast(300))
        },
    }


def _echoing() -> list[tuple[int, Retry]]:
    return [
        *((size, scenarios.shipped(size)) for size in SIZES[::2]),
        (SIZES[1], scenarios.FIXED_10),
        (SIZES[1], scenarios.shipped(SIZES[1])),
    ]


def storm(scenario: Scenario) -> tuple[Json, list[list[float]] | None]:
    """What came of a scenario, and the curve of a cut."""
    outcome = simulate(scenario.case())
    names = [retry.name for _, retry in scenario.retries]
    mixed = ", ".join(f"{share:.0%} {retry.name}" for share, retry in scenario.retries)
    name = names[0] if len(names) == 1 else mixed
    told = {
        "name": scenario.name,
        "stations": scenario.stations,
        "retry": name,
        "shipped": name == scenarios.shipped(scenario.stations).name,
        "outage_s": scenario.outage_s,
        **_summary(outcome, scenario.outage_s),
    }
    return told, _curve(outcome.connected_at) if scenario.name == "cut" else None


def _summary(outcome: Outcome, outage_s: float) -> Json:
    done = float(np.nanmax(outcome.done_at)) - outage_s
    return {
        "back_within_s": {str(share): _round(outcome.back_within_s(share) - outage_s) for share in SHARES},
        "done_within_s": None if np.isnan(outcome.done_at).any() else _round(done),
        "attempts_per_station": round(outcome.attempts_per_station, 2),
        "refused": outcome.refused,
        "throttled_messages": outcome.throttled_messages,
        "peaks": {name: round(outcome.peak(name)) for name in outcome.seconds},
        "peak_concurrency": outcome.peak_concurrency,
        "environments": outcome.environments,
        "cold_starts": outcome.cold_starts,
        "ends_lost": outcome.ends_lost,
    }


def _echoes(scenario: Scenario) -> tuple[list[Json], Json]:
    """The second wave without planned ends and with them, and how many connect then per second, by the minute."""
    before = simulate(scenario.case())
    made, curves = [], {}
    for planned in (False, True):
        outcome = scenarios.echo(scenario, before, planned=planned)
        made.append(
            {
                "stations": scenario.stations,
                "retry": scenario.retries[0][1].name,
                "planned": planned,
                "peak_connects": round(_most_per_s(outcome.connected_at)),
                "attempts_per_station": round(outcome.attempts_per_station, 2),
                "ends_lost": outcome.ends_lost,
            }
        )
        starts_min = float(scenarios.cut_again_at(scenario, before, planned=planned).min()) / 60
        minutes = starts_min + outcome.connected_at / 60
        counts, edges = np.histogram(minutes, bins=np.arange(88, 130, 0.5))
        name = "closed at a random age" if planned else "cut at two hours"
        curves[name] = [
            [round(edge, 1) for edge in edges[:-1].tolist()],
            [round(one / 30, 1) for one in counts.tolist()],
        ]
    return made, curves


def _most_per_s(at: Floats) -> float:
    """The most connections per second, over ten seconds."""
    known = at[~np.isnan(at)]
    return float(np.bincount((known / 10).astype(np.int64)).max()) / 10


def _curve(connected_at: Floats) -> list[list[float]]:
    """After which time which share is back."""
    known = np.sort(connected_at[~np.isnan(connected_at)])
    shares = np.linspace(1 / len(connected_at), len(known) / len(connected_at), POINTS)
    places = np.minimum((shares * len(connected_at)).astype(np.int64), len(known) - 1)
    return [[round(at, 1) for at in known[places].tolist()], [round(share, 3) for share in shares.tolist()]]


def _by_size(parts: Iterable[tuple[Json, list[list[float]] | None]]) -> Json:
    curves: Json = {}
    for storm, curve in parts:
        if curve is not None:
            curves.setdefault(str(storm["stations"]), {})[storm["retry"]] = curve
    return curves


def _steady() -> Iterable[Json]:
    for size in SIZES:
        for kind in (idle, home, fast):
            traffic = kind(HEARTBEAT_INTERVAL_S)
            figures = {name: _round(value) for name, value in steady(size, traffic)._asdict().items()}
            yield {"traffic": traffic.name, "stations": size, **figures}


def _round(value: float) -> float | None:
    return None if np.isnan(value) else round(value, 1)


def _targets(results: Json) -> list[Target]:
    """At 100,000 stations, with what we ship. 500 connections per second admit them in 200 s; stations that cannot know
    of each other use four fifths of that, after a wait of 10 s: 260 s, and some to spare."""
    storms = [one for one in results["storms"] if one["stations"] == SIZES[1] and one["shipped"]]
    cut = next(one for one in storms if one["name"] == "cut")
    (echo,) = (
        one for one in results["echoes"] if one["stations"] == SIZES[1] and one["planned"] and "2.x" in one["retry"]
    )
    return [
        Target("100,000 stations are cut off: all are back", cut["back_within_s"]["1.0"], ALL_BACK_S, unit="s"),
        Target("… attempts per station", cut["attempts_per_station"], ATTEMPTS),
        Target("… connections per second in the wave two hours later", echo["peak_connects"], NO_ECHO_ABOVE_PER_S),
    ]


if __name__ == "__main__":
    sys.exit(main())
