"""What stations cost a month: `python -m bench.cost` (docs/cost.md).

Works out the three profiles in OCPP 1.6 and 2.0.1 from the request units and bytes that bench.units has measured, those
of shared/cloud_units.json if it has not run, and compares them with systems of other kinds. Nothing is measured here.
"""

import argparse
import json
import sys

from bench import report
from bench.report import Json, Target
from shared import cloud_units
from shared.cloud_prices import prices, region
from shared.domain import cloud_shapes
from shared.domain.cloud_alternatives import NAMES, SCALE, usd
from shared.domain.cloud_estimates import PROFILES, REACH_USD, VERSIONS, Estimate, estimate

TITLES = {"idle": "idle", "home": "home, each 60 s", "dc": "DC, each 60 s"}
MEASURED = report.RESULTS / "units.json"
RESULT = report.RESULTS / "cost.json"


def main(arguments: list[str] | None = None) -> int:
    argparse.ArgumentParser(prog="python -m bench.cost", description=__doc__).parse_args(arguments)
    units = cloud_units.of(json.loads(MEASURED.read_text("utf-8"))) if MEASURED.exists() else cloud_units.units()
    months = {
        (profile, version): estimate(traffic._replace(version=version), units)
        for profile, traffic in PROFILES.items()
        for version in VERSIONS
    }
    targets = [
        Target(
            f"{TITLES[profile]}, OCPP {version}: a charger-month",
            round(month.usd, 4),
            REACH_USD[profile],
            unit="USD",
            why=_why(month) if month.usd > REACH_USD[profile] else "",
        )
        for (profile, version), month in months.items()
    ]
    results: Json = {
        "region": region(),
        "prices_of": sorted({price.date for price in prices().values()}),
        "profiles": [
            {"profile": profile, "version": version, **cloud_shapes.estimate(month, 1, profile)}
            for (profile, version), month in months.items()
        ],
        "scale": [
            {"profile": profile, "alternative": alternative, "points": _points(alternative, months[profile, "1.6"])}
            for profile in PROFILES
            for alternative in NAMES
        ],
    }
    report.write(RESULT, results, targets)
    for target in targets:
        print(f"{target.what}: {target.measured:.4f} USD (at most {target.target})")
    return 0


def _points(alternative: str, month: Estimate) -> list[list[float]]:
    """Numbers of stations, and dollars a month for each that it carries."""
    found = ((stations, usd(alternative, month, stations)) for stations in SCALE)  # type: ignore[arg-type]  # one of NAMES
    return [[stations, dollars] for stations, dollars in found if dollars is not None]


def _why(month: Estimate) -> str:
    """What it is spent on beyond what API Gateway takes for connections and messages."""
    toll = {"websocket_message", "connection_minute"}
    others = sorted((line for line in month.lines if line.item not in toll), key=lambda line: -line.usd)[:4]
    paid = sum(line.usd for line in month.lines if line.item in toll)
    rest = ", ".join(f"{line.usd:.4f} ({line.amount:,.4g} of: {line.unit.partition(',')[0]})" for line in others)
    return f"{paid:.4f} USD are API Gateway's for messages and minutes; of the rest {rest}."


if __name__ == "__main__":
    sys.exit(main())
