"""`reservations`: what stations are to keep for later."""

from typing import Annotated, Any

import typer

from local.cli import formats
from local.cli.arguments import CHARGING, All, Limit, StationId, add
from local.cli.payloads import Json
from local.cli.session import session_of

RESERVATIONS = ("reservation", "evse", "token", "group", "state", "answer", "requested", "expires", "transaction")


def register(app: typer.Typer) -> None:
    add(app, "reservations", list_reservations, CHARGING)


def list_reservations(
    context: typer.Context,
    station_id: StationId,
    *,
    state: Annotated[
        str | None,
        typer.Option(metavar="STATE", help="Only those in this state: pending, accepted, refused, used, expired, …"),
    ] = None,
    limit: Limit = None,
    is_all: All = False,
) -> None:
    """List the reservations of a station, the highest numbers first.

    EVSE 0 is any of the station.
    """
    session = session_of(context)

    def show(reservations: list[Json]) -> None:
        session.output.table(RESERVATIONS, map(_reservation_row, reservations))

    path = ("stations", station_id, "reservations")
    session.listing(show, *path, limit=session.limit(limit, is_all), state=state)


def _reservation_row(one: Json) -> tuple[Any, ...]:
    return (
        one["reservation_id"],
        one["evse_id"],
        one["id_token"],
        one["group_id"],
        formats.state(one["state"]),
        one["status"],
        formats.time(one["requested_at"]),
        formats.time(one["expires_at"]),
        one["transaction_id"],
    )
