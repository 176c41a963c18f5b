"""`cost`: what AWS bills, as it is to be expected of stations and as it was metered.

An estimate asks nobody: the model comes with the command line.
"""

from collections.abc import Iterable
from typing import Annotated, Any, Literal

import typer

from local.cli.arguments import SYSTEMS, add, add_group
from local.cli.errors import UsageError
from local.cli.output import Output
from local.cli.payloads import Json
from local.cli.session import session_of
from local.cli.times import past, span_s

ALTERNATIVES_HEAD = ("system", "USD a month", "costs less from")


def register(app: typer.Typer) -> None:
    group = typer.Typer(no_args_is_help=True, help="What AWS bills: expected and metered.")
    add(group, "estimate", show_estimate)
    add(group, "actual", show_actual)
    add_group(app, "cost", group, SYSTEMS)


def show_estimate(
    context: typer.Context,
    *,
    usual: Annotated[
        Literal["idle", "home", "dc"],
        typer.Option(
            "--station",
            help="What stations do unless something else says otherwise: nothing; charge at home, 26 nights a month for"
            " seven hours; charge fast, 15 times a day for half an hour. With meter values each minute.",
        ),
    ] = "home",
    version: Annotated[Literal["1.6", "2.0.1"], typer.Option("--ocpp", help="The version that they speak.")] = "1.6",
    stations: Annotated[int, typer.Option(metavar="N", min=1, help="How many stations there are.")] = 1,
    sessions: Annotated[
        float | None, typer.Option("--sessions-per-day", metavar="N", min=0, help="Of each station.")
    ] = None,
    minutes: Annotated[
        float | None, typer.Option("--minutes", metavar="N", min=0, help="How long a session takes.")
    ] = None,
    meter_interval: Annotated[
        str | None, typer.Option(metavar="SPAN", help="Between meter values: 60s, 15m; 0 for none.")
    ] = None,
    samples: Annotated[int | None, typer.Option(metavar="N", min=1, help="Sampled values in each.")] = None,
    heartbeat: Annotated[str | None, typer.Option(metavar="SPAN", help="Between heartbeats: 5m.")] = None,
    commands: Annotated[
        float | None, typer.Option("--commands-per-day", metavar="N", min=0, help="Calls to each station.")
    ] = None,
    kept_months: Annotated[
        float | None, typer.Option(metavar="N", min=0, help="How many months of data the table holds; 1 by itself.")
    ] = None,
    message_log: Annotated[bool, typer.Option("--message-log", help="All frames are logged.")] = False,
) -> None:
    """What stations would cost a month, and what they would on systems of other kinds.

    At list prices, from what a message was measured to use. Needs no system and no account.
    """
    # Only this command has a use for the model.
    from shared.cloud_units import units  # noqa: PLC0415  # see above
    from shared.domain import cloud_shapes  # noqa: PLC0415  # see above
    from shared.domain.cloud_estimates import PROFILES, estimate  # noqa: PLC0415  # see above

    given: dict[str, Any] = {
        "sessions_per_day": sessions,
        "session_minutes": minutes,
        "samples": samples,
        "heartbeat_s": _positive(heartbeat) if heartbeat else None,
        "commands_per_day": commands,
        "kept_months": kept_months,
    }
    said = {name: value for name, value in given.items() if value is not None}
    if meter_interval is not None:
        said["meter_interval_s"] = float(span_s(meter_interval)) or None
    usually = PROFILES[usual]._replace(version=version)
    traffic = usually._replace(**said, message_log=message_log)
    shown = cloud_shapes.estimate(estimate(traffic, units()), stations, usual if traffic == usually else None)
    output = session_of(context).output
    if output.as_json:
        output.document(shown)
    else:
        _show_estimate(output, shown)


def show_actual(
    context: typer.Context,
    *,
    start: Annotated[str | None, typer.Option("--from", metavar="DAY", help="The first day: 2026-11-01, 30d.")] = None,
    end: Annotated[str | None, typer.Option("--to", metavar="DAY", help="The last day; today by itself.")] = None,
) -> None:
    """What a stage has cost, day by day (UTC), by what AWS has metered.

    At list prices, without free tiers. By itself of the last seven days. Asking costs some 0.002 USD.
    """
    session = session_of(context)
    query = {
        name: past(text, session.now()).date().isoformat() if text else None
        for name, text in {"from": start, "to": end}.items()
    }
    found = session.client.get("cloud-costs", **query)
    if session.as_json:
        session.output.document(found)
        return
    services = [one["service"] for one in found["total"]["by_service"]]
    head = ("day", *services, "USD", "stations", "transactions", "a station-month", "a transaction")
    rows = [_cost_row(one["day"] + ("" if one["is_over"] else " so far"), one, services) for one in found["days"]]
    session.output.table(head, [*rows, _cost_row("all", found["total"], services)], right=frozenset(head[1:]))


def _show_estimate(output: Output, shown: Json) -> None:
    output.fields(
        {
            "a station and month": _usd(shown["usd_per_station"]),
            "a transaction": _usd(shown["usd_per_transaction"]),
            "a message": _usd(shown["usd_per_message"], 8),
            "fixed, a month": _usd(shown["fixed_usd"]),
            f"{shown['stations']} stations, a month": _usd(shown["usd"], 2),
        }
    )
    output.title("A station and month, by service")
    output.table(("service", "USD"), _pairs(shown["by_service"], "service"), right=frozenset({"USD"}))
    output.title("By what it is spent on")
    output.table(("cause", "USD"), _pairs(shown["by_cause"], "cause"), right=frozenset({"USD"}))
    output.title("By item")
    output.table(
        ("service", "item", "amount", "unit", "USD"),
        [
            (one["service"], one["item"], f"{one['amount']:.4g}", one["unit"], _usd(one["usd"]))
            for one in shown["lines"]
        ],
        right=frozenset({"amount", "USD"}),
    )
    output.title("The same stations on other systems")
    rows = [(one["name"], _usd(one["usd"], 2) or "too many", _from(one)) for one in shown["alternatives"]]
    output.table(ALTERNATIVES_HEAD, rows, right=frozenset(ALTERNATIVES_HEAD[1:]))


def _pairs(found: Iterable[Json], name: str) -> list[tuple[str, str]]:
    return [(one[name], _usd(one["usd"])) for one in found]


def _cost_row(day: str, one: Json, services: list[str]) -> tuple[str, ...]:
    by_service = {each["service"]: each["usd"] for each in one["by_service"]}
    return (
        day,
        *(_usd(by_service.get(service, 0.0)) for service in services),
        _usd(one["usd"]),
        f"{one['stations_connected']:.1f}",
        str(one["transactions_started"]),
        _usd(one["usd_per_station_month"]),
        _usd(one["usd_per_transaction"]),
    )


def _from(one: Json) -> str:
    if one["alternative"] == "serverless":
        return ""
    stations = one["cheaper_from_stations"]
    return "never" if stations is None else f"{stations} stations"


def _usd(value: float | None, digits: int = 4) -> str:
    return "" if value is None else f"{value:.{digits}f}"


def _positive(text: str) -> float:
    seconds = span_s(text)
    if not seconds:
        raise UsageError("A heartbeat comes after some time")
    return float(seconds)
