"""`reservations` and `profiles`: what stations are to keep for somebody, and how much they may give."""

from typing import Annotated, Any

import typer

from local.cli import formats
from local.cli.arguments import CHARGING, All, Limit, StationId, add
from local.cli.payloads import Json
from local.cli.session import session_of

RESERVATIONS = ("reservation", "evse", "token", "group", "state", "answer", "requested", "expires", "transaction")
PROFILES = ("profile", "evse", "purpose", "kind", "level", "limits", "from", "to", "transaction", "state", "answer")
SHOWN_PERIODS = 4


def register(app: typer.Typer) -> None:
    add(app, "reservations", list_reservations, CHARGING)
    add(app, "profiles", list_profiles, CHARGING)


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


def list_profiles(
    context: typer.Context,
    station_id: StationId,
    *,
    evse: Annotated[
        int | None, typer.Option(metavar="NUMBER", help="Only those of this EVSE; 0: of the station.")
    ] = None,
    purpose: Annotated[
        str | None, typer.Option(metavar="PURPOSE", help="Only those of this purpose, such as TxDefaultProfile.")
    ] = None,
    state: Annotated[
        str | None, typer.Option(metavar="STATE", help="Only those in this state: sent, accepted, rejected, cleared.")
    ] = None,
    limit: Limit = None,
    is_all: All = False,
) -> None:
    """List the charging profiles of a station by their numbers.

    EVSE 0 is the station as a whole. A limit counts from its seconds of the schedule on.
    """
    session = session_of(context)

    def show(profiles: list[Json]) -> None:
        session.output.table(PROFILES, map(_profile_row, profiles))

    path, query = ("stations", station_id, "charging-profiles"), {"evse_id": evse, "purpose": purpose, "state": state}
    session.listing(show, *path, limit=session.limit(limit, is_all), **query)


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


def _profile_row(one: Json) -> tuple[Any, ...]:
    return (
        one["profile_id"],
        one["evse_id"],
        one["purpose"],
        " ".join(filter(None, (one["kind"], one["recurrency"]))),
        one["stack_level"],
        _limits(one["schedule"]),
        formats.time(one["valid_from"]),
        formats.time(one["valid_to"]),
        one["transaction_id"],
        formats.state(one["state"]),
        one["status"],
    )


def _limits(schedule: Json) -> str:
    """`16 A, 3600 s: 10 A`."""
    limits = [f"{one['limit']:g} {schedule['unit']}" for one in schedule["periods"][:SHOWN_PERIODS]]
    later = [f"{one['start_s']} s: {text}" for one, text in zip(schedule["periods"][1:], limits[1:], strict=False)]
    more = ["…"] if len(schedule["periods"]) > SHOWN_PERIODS else []
    return ", ".join([*limits[:1], *later, *more])
