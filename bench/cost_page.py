"""The section of docs/performance.md about the bill."""

from pathlib import Path

from bench import plots
from bench.page import table
from bench.report import Json

SERVICES = 6
"""How many are told apart in the plot; the rest is one bar."""


def page(results: Json, folder: Path) -> str:
    """Markdown, from the JSON of bench.cost; the plots go to the folder."""
    found = results["profiles"]
    _split(found, folder / "cost_split.svg")
    _causes(found, folder / "cost_causes.svg")
    for profile in ("idle", "home", "dc"):
        _scale(results["scale"], profile, folder / f"cost_scale_{profile}.svg")
    rows = [
        (
            f"{one['profile']}, {one['version']}",
            f"{one['messages_per_station']:,.0f}",
            f"{one['usd_per_station']:.4f}",
            f"{one['target_usd']:.3f}",
            "" if one["usd_per_transaction"] is None else f"{one['usd_per_transaction']:.4f}",
            f"{one['usd_per_message'] * 1e6:.2f}",
        )
        for one in found
    ]
    months = table(
        ("station", "messages", "USD a month", "at most", "USD a transaction", "USD a million messages"), rows
    )
    crossings = [
        (alternative["name"], *(_from(one, place) for one in found if one["version"] == "1.6"))
        for place, alternative in enumerate(found[0]["alternatives"])
        if alternative["alternative"] != "serverless"
    ]
    breakeven = table(("costs less from", "idle", "home", "DC"), crossings)
    first, *_, last = results["prices_of"]
    return f"""## What it costs

List prices of {results["region"]} ({first} to {last}), no free tiers; worked out from the request units, invocations,
events and bytes that each message was measured to use. [cost.md](cost.md) says what stations do and what is assumed.

{months}
![Dollars a charger-month by service](plots/cost_split.svg)

![Dollars a charger-month by what they are spent on](plots/cost_causes.svg)

Other systems cost less from so many stations on (OCPP 1.6):

{breakeven}
![Dollars a month by number of stations that charge at home](plots/cost_scale_home.svg)

The same for [idle stations](plots/cost_scale_idle.svg) and for [fast chargers](plots/cost_scale_dc.svg).
"""


def _split(found: list[Json], path: Path) -> None:
    groups = {}
    for one in found:
        services = {each["service"]: each["usd"] for each in one["by_service"]}
        groups[_name(one)] = services
    kept = sorted({name for group in groups.values() for name in group}, key=lambda name: -_largest(groups, name))
    shown = {
        name: {service: group.get(service, 0.0) for service in kept[:SERVICES]}
        | {"others": sum(group.get(service, 0.0) for service in kept[SERVICES:])}
        for name, group in groups.items()
    }
    plots.bars(path, shown, title="A charger-month by service", x="USD", stacked=True)


def _largest(groups: dict[str, dict[str, float]], service: str) -> float:
    return max(group.get(service, 0.0) for group in groups.values())


def _causes(found: list[Json], path: Path) -> None:
    groups = {_name(one): {each["cause"]: each["usd"] for each in one["by_cause"]} for one in found}
    plots.bars(path, groups, title="A charger-month by what it is spent on", x="USD", stacked=True)


def _scale(found: list[Json], profile: str, path: Path) -> None:
    names = {
        "serverless": "Idlewatt",
        "always_on": "containers and database",
        "one_machine": "one machine",
        "hybrid": "containers in front",
        "iot_core": "bridge to IoT Core",
    }
    series = {
        names[one["alternative"]]: ([point[0] for point in one["points"]], [point[1] for point in one["points"]])
        for one in found
        if one["profile"] == profile
    }
    title = f"What N stations cost a month ({profile}, OCPP 1.6)"
    plots.lines(path, series, title=title, x="stations", y="USD a month", x_scale="log", y_scale="log")


def _name(one: Json) -> str:
    return f"{one['profile']}, OCPP {one['version']}"


def _from(one: Json, place: int) -> str:
    stations = one["alternatives"][place]["cheaper_from_stations"]
    return "never" if stations is None else f"{stations:,}"
