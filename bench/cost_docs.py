"""The figures in docs/cost.md and docs/deploy.md, made of the model: `python -m bench.cost_docs` writes them anew.

They stand between the lines `<!-- cost: NAME -->` and `<!-- cost -->`; the rest of the pages is written by hand.
"""

import re
import sys
from collections.abc import Mapping
from pathlib import Path

from bench.page import table
from bench.report import ROOT
from shared.cloud_units import units
from shared.domain.cloud_alternatives import NAMES, Alternative, crossover, usd
from shared.domain.cloud_costs import by_service, total_usd
from shared.domain.cloud_estimates import PROFILES, REACH_USD, VERSIONS, Estimate, Traffic, estimate, fixed

PAGES = (ROOT / "docs" / "cost.md", ROOT / "docs" / "deploy.md")
BLOCK = re.compile(r"(?P<begin><!-- cost: (?P<name>\w+) -->\n)(?P<old>.*?)(?P<end><!-- cost -->\n)", re.DOTALL)
SHOWN: Mapping[str, Traffic] = {
    "is connected and idle": PROFILES["idle"],
    "charges at home 26 nights a month, a meter value a minute": PROFILES["home"],
    "the same, a meter value each quarter of an hour": PROFILES["home"]._replace(meter_interval_s=900),
    "charges fast 15 times a day, a meter value a minute": PROFILES["dc"],
    "the same, a meter value every ten seconds": PROFILES["dc"]._replace(meter_interval_s=10),
}
NUMBERS = (10, 100, 1_000, 10_000, 100_000, 1_000_000)


def page(text: str) -> str:
    """A page with its figures as they are now."""
    made = blocks()
    return BLOCK.sub(lambda found: f"{found['begin']}{made[found['name']]}{found['end']}", text)


def blocks() -> dict[str, str]:
    """The figures by the names of their places."""
    return {
        "stations": _stations(),
        "reach": _reach(),
        "split": _split(),
        "causes": _causes(),
        "scale": _scale(),
        "crossover": _crossover(),
        "fixed": table(
            ("item", "a month", "USD"),
            [*((one.unit, f"{one.amount:,.0f}", f"{one.usd:.3f}") for one in fixed())],
        )
        + f"\nTogether {total_usd(fixed()):.2f} USD.\n",
    }


def _month(profile: str, version: str) -> Estimate:
    return estimate(PROFILES[profile]._replace(version=version), units())  # type: ignore[arg-type]  # one of VERSIONS


def _stations() -> str:
    rows = (
        (what, *(f"{estimate(traffic._replace(version=version), units()).usd:.3f}" for version in VERSIONS))
        for what, traffic in SHOWN.items()
    )
    return table(("a station that …", "USD, 1.6", "USD, 2.0.1"), rows)


def _reach() -> str:
    rows = (
        (profile, *(f"{_month(profile, version).usd:.4f}" for version in VERSIONS), f"{REACH_USD[profile]:.3f}")
        for profile in PROFILES
    )
    return table(("profile", "1.6", "2.0.1", "to be reached"), rows)


def _split() -> str:
    months = [_month(profile, "1.6") for profile in PROFILES]
    services = list(dict.fromkeys(service for month in months for service in by_service(month.lines)))
    rows = ((one, *(_share(by_service(month.lines).get(one, 0.0), month) for month in months)) for one in services)
    return table(("service (1.6)", *PROFILES), rows)


def _causes() -> str:
    months = [_month(profile, "1.6") for profile in PROFILES]
    causes = ("connection", "heartbeats", "sessions", "meter values")
    rows = ((one, *(_share(month.by_cause.get(one, 0.0), month) for month in months)) for one in causes)
    return table(("spent on (1.6)", *PROFILES), rows)


def _share(dollars: float, month: Estimate) -> str:
    return f"{dollars:.4f} ({dollars / month.usd:.0%})"


def _scale() -> str:
    month = _month("home", "1.6")
    return table(
        ("stations at home", *NAMES.values()),
        ((f"{count:,}", *(_dollars(name, month, count) for name in NAMES)) for count in NUMBERS),
    )


def _dollars(alternative: Alternative, month: Estimate, stations: int) -> str:
    found = usd(alternative, month, stations)
    return "too many" if found is None else f"{found:,.0f}"


def _crossover() -> str:
    months = [_month(profile, "1.6") for profile in PROFILES]
    rows = (
        (title, *(_from(crossover(name, month)) for month in months))
        for name, title in NAMES.items()
        if name != "serverless"
    )
    return table(("costs less from so many stations on", *PROFILES), rows)


def _from(stations: int | None) -> str:
    return "never" if stations is None else f"{stations:,}"


def main() -> int:
    for path in PAGES:
        path.write_text(page(path.read_text("utf-8")), "utf-8")
    return 0


def is_current(path: Path) -> bool:
    """Whether a page has the figures of today."""
    text = path.read_text("utf-8")
    return page(text) == text


if __name__ == "__main__":
    sys.exit(main())
