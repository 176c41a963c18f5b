"""The section on faults of docs/performance.md."""

from pathlib import Path

from bench import plots
from bench.report import Json

NAMES = {"apigatewaymanagementapi": "@connections", "eventbridge": "EventBridge", "events": "EventBridge"}


def page(results: Json, plots_in: Path) -> str:
    """The section, made of the results alone."""
    injected = _by_place(results["injected"])
    plots.bars(
        plots_in / "faults_injected.svg",
        {place: {"faults": float(sum(ways.values()))} for place, ways in injected.items()},
        title="Where faults were injected",
        x="faults",
    )
    faults = sum(sum(ways.values()) for ways in injected.values())
    rows = [f"| {place} | {way} | {count:,} |" for place, ways in injected.items() for way, count in ways.items()]
    return "\n".join(
        (
            "## When things go wrong",
            "",
            f"{results['stations']} stations, half of OCPP 1.6 and half of 2.0.1, told {results['messages']:,} messages"
            f" in {results['transactions']:,} transactions ({results['told_in_s']} s), while {results['rate']:.0%} of"
            f" all requests to AWS went wrong and {results['cuts']:,} connections were cut at random moments, most of"
            f" them between a message and its answer; {results['offline']:,} messages are of sessions that happened"
            " while the station was offline. Stations repeat what was not answered, as real ones do"
            " ([faults.md](faults.md)).",
            "",
            "| the books | |",
            "|---|--:|",
            f"| transactions and readings lost | {results['lost']:,} |",
            f"| transactions and readings doubled | {results['doubled']:,} |",
            f"| transactions with other content | {results['wrong']:,} |",
            f"| energy told, Wh | {results['told_wh']:,} |",
            f"| energy known, Wh | {results['known_wh']:,} |",
            f"| changes of status missing in the histories | {results['statuses_missing']:,} |",
            f"| dead letters | {results['dead_letters']:,} |",
            "",
            f"{faults:,} faults were injected:",
            "",
            "| where | what | how often |",
            "|---|---|--:|",
            *rows,
            "",
            "![Where faults were injected](plots/faults_injected.svg)",
            "",
        )
    )


def _by_place(injected: dict[str, int]) -> dict[str, dict[str, int]]:
    found: dict[str, dict[str, int]] = {}
    for name, count in injected.items():
        place, _, way = name.partition(": ")
        found.setdefault(NAMES.get(place, place), {})[way] = count
    return found
