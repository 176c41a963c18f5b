"""What AWS bills for this stage: as it was metered, day by day, and as it is to be expected of stations."""

import datetime as dt
from http import HTTPStatus
from typing import Annotated, Any, Literal

from aws_lambda_powertools.event_handler.openapi.params import Query
from pydantic import BeforeValidator, WithJsonSchema

from shared.aws import cloud_usage
from shared.aws.http import Api
from shared.aws.views_cloud_costs import CloudCostEstimate, CloudCostReport, CloudCosts, CloudCostsOfDay, CloudPrice
from shared.cloud_prices import region
from shared.cloud_units import units
from shared.domain import cloud_shapes
from shared.domain.cloud_costs import MINUTES_PER_MONTH, Amounts, added, bill, total_usd
from shared.domain.cloud_estimates import PROFILES, Traffic, estimate
from shared.domain.errors import Invalid
from shared.store import transaction_lists

MOST_DAYS = 92
USUAL_DAYS = 7
DAY_MINUTES = 24 * 60
OF_THE_STAGE = ("secret_month",)
"""What costs the same however many stations there are: on none of them."""
TELLING_MINUTES = 60.0
"""Of connections. From fewer a month cannot be told."""

api = handler = Api("cloud_costs")


def _day(value: Any) -> Any:
    if not isinstance(value, str):
        return value
    return dt.datetime.strptime(value, "%Y-%m-%d").replace(tzinfo=dt.UTC).date()


Day = Annotated[
    dt.date | None,
    BeforeValidator(_day),
    WithJsonSchema({"anyOf": [{"type": "string", "format": "date"}, {"type": "null"}]}),
]


@api.route("GET /cloud-costs", {HTTPStatus.OK: CloudCostReport})
def get_cloud_costs(
    start: Annotated[
        Day, Query(alias="from", description="The first day (UTC). Six days before `to` if it is not said.")
    ] = None,
    end: Annotated[Day, Query(alias="to", description="The last day, which counts. Today if it is not said.")] = None,
) -> CloudCostReport:
    """What AWS bills for this stage, day by day.

    As CloudWatch has counted it, at list prices, without free tiers, discounts and taxes. CloudWatch is minutes late.
    Events and workflows are counted for the whole account and region. Not in it are the starts of functions, files,
    data transfer, the user pool and your own queries of the log. The size of the table is that of today. At most 92
    days; each request costs some 0.002 USD itself.
    """
    now = dt.datetime.now(dt.UTC)
    last = end or now.date()
    first = start or last - dt.timedelta(days=USUAL_DAYS - 1)
    if last > now.date():
        raise Invalid("This day has not come yet", path="to")
    if not 0 <= (last - first).days < MOST_DAYS:
        raise Invalid(f"A request is of 1 to {MOST_DAYS} days", path="from")
    used = cloud_usage.amounts_by_day(first, last, api.event["requestContext"]["apiId"])
    size_gb, running = cloud_usage.table_gb(), cloud_usage.open_now(now)
    days = []
    spent: list[tuple[Amounts, float, int]] = []
    for day, amounts in used.items():
        is_over = day < now.date()
        minutes = DAY_MINUTES if is_over else max(1.0, now.hour * 60 + now.minute + now.second / 60)
        open_minutes = 0.0 if is_over else running.minutes
        whole = added(
            (amounts, cloud_usage.standing(size_gb, minutes / DAY_MINUTES), {"connection_minute": open_minutes})
        )
        begun = transaction_lists.begun_on(day)
        days.append(CloudCostsOfDay(day=day, is_over=is_over, **_costs(whole, minutes, begun)))
        spent.append((whole, minutes, begun))
    used_in_all = added(one[0] for one in spent)
    total = _costs(used_in_all, sum(one[1] for one in spent), sum(one[2] for one in spent))
    return CloudCostReport(
        region=region(),
        prices=[CloudPrice(**one) for one in cloud_shapes.prices_of(bill(used_in_all))],
        days=days,
        total=CloudCosts(**total),
        connections_open=running.connections,
    )


@api.route("GET /cloud-costs/estimate", {HTTPStatus.OK: CloudCostEstimate})
def estimate_cloud_costs(
    *,
    profile: Annotated[
        Literal["idle", "home", "dc"],
        Query(
            description="What stations do unless something else says otherwise: nothing; charge at home, 26 nights a"
            " month for seven hours; charge fast, 15 times a day for half an hour. With meter values each minute."
        ),
    ] = "home",
    ocpp_version: Annotated[Literal["1.6", "2.0.1"], Query(description="What they speak.")] = "1.6",
    stations: Annotated[int, Query(ge=1, le=10_000_000, description="How many there are.")] = 1,
    sessions_per_day: Annotated[float | None, Query(ge=0, le=1440, description="Of each station.")] = None,
    session_minutes: Annotated[float | None, Query(ge=0, le=44_640, description="Of each session.")] = None,
    meter_interval_s: Annotated[
        float | None, Query(ge=0, le=86_400, description="Between the meter values of a session; 0: there are none.")
    ] = None,
    samples: Annotated[int | None, Query(ge=1, le=200, description="Sampled values in each.")] = None,
    heartbeat_s: Annotated[float | None, Query(ge=1, le=86_400, description="Between heartbeats.")] = None,
    commands_per_day: Annotated[float | None, Query(ge=0, le=100_000, description="Calls to each station.")] = None,
    message_log: Annotated[bool, Query(description="Whether all frames are logged.")] = False,
    kept_months: Annotated[
        float | None, Query(ge=0, le=120, description="How many months of data the table holds; 1 by itself.")
    ] = None,
) -> CloudCostEstimate:
    """What stations would cost a month, and what they would on systems of other kinds.

    From what one message of each kind was measured to use, at list prices. docs/cost.md says what is assumed.
    """
    given = {
        "sessions_per_day": sessions_per_day,
        "session_minutes": session_minutes,
        "meter_interval_s": meter_interval_s,
        "samples": samples,
        "heartbeat_s": heartbeat_s,
        "commands_per_day": commands_per_day,
        "kept_months": kept_months,
    }
    said = {name: value for name, value in given.items() if value is not None}
    if meter_interval_s == 0:
        said["meter_interval_s"] = None  # type: ignore[assignment]  # None of a value that may be None
    usual = PROFILES[profile]._replace(version=ocpp_version, message_log=message_log)
    traffic: Traffic = usual._replace(**said)  # type: ignore[arg-type]  # each of the type that the parameter has
    shown = cloud_shapes.estimate(estimate(traffic, units()), stations, profile)
    if traffic != PROFILES[profile]._replace(version=ocpp_version):
        shown["target_usd"] = None
    return CloudCostEstimate(**shown)


def _costs(amounts: Amounts, minutes: float, begun: int) -> dict[str, Any]:
    """The bill of some time, so many minutes, in which so many transactions began."""
    lines = bill(amounts)
    usd = total_usd(lines)
    connection_minutes = amounts.get("connection_minute", 0.0)
    with_stations = total_usd(line for line in lines if line.item not in OF_THE_STAGE)
    return {
        "usd": usd,
        "by_service": cloud_shapes.services(lines),
        "lines": [cloud_shapes.line(one) for one in lines],
        "messages": amounts.get("websocket_message", 0.0),
        "stations_connected": connection_minutes / minutes,
        "transactions_started": begun,
        "usd_per_station_month": with_stations / connection_minutes * MINUTES_PER_MONTH
        if connection_minutes >= TELLING_MINUTES
        else None,
        "usd_per_transaction": with_stations / begun if begun else None,
    }
