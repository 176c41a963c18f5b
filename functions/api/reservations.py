"""Reservations: EVSEs kept for id tokens."""

import datetime as dt
from http import HTTPStatus
from typing import Annotated

from aws_lambda_powertools.event_handler import Response
from aws_lambda_powertools.event_handler.openapi.params import Query
from pydantic import BaseModel, ConfigDict, Field

from shared.aws import command, idempotency, orders
from shared.aws import reservations as at_work
from shared.aws.command import Terms
from shared.aws.http import JSON, Api
from shared.aws.idempotency import IdempotencyKey
from shared.aws.paging import DEFAULT_LIMIT, Cursor, Limit, page_where
from shared.aws.parameters import MAX_INTEGER, Printable, ReservationId, StationId, Time
from shared.aws.views_calls import call_view
from shared.aws.views_reservations import (
    Reservation,
    ReservationList,
    ReservationWithCall,
    reservation_view,
    with_call,
)
from shared.domain import reservations as domain
from shared.domain.authorization import type_of
from shared.domain.errors import Conflict, NotFound
from shared.domain.reservations import OPEN, ReservationState
from shared.store import reservations, stations, tokens

UNKNOWN_STATION = {HTTPStatus.NOT_FOUND: "There is no such station."}
UNKNOWN = {HTTPStatus.NOT_FOUND: "There is no such reservation at this station."}

LONGEST_TOKEN = 255

api = handler = Api("reservations")


class ReservationOrder(BaseModel):
    """A reservation to be made."""

    model_config = ConfigDict(extra="forbid", strict=True, use_attribute_docstrings=True)

    id_token: Annotated[str, Field(min_length=1, max_length=LONGEST_TOKEN), Printable]
    """Whom the EVSE is kept for; with OCPP 1.6 at most 20 characters, with 2.0.1 36."""
    expires_at: Time
    """Until when."""
    evse_id: Annotated[int, Field(ge=0, le=MAX_INTEGER)] = 0
    """0: any of the station, which it may not support."""
    connector_type: Annotated[str, Field(min_length=1, max_length=20), Printable] | None = None
    """Any EVSE with a connector of this type (`cCCS2`); not with OCPP 1.6."""
    token_type: Annotated[str, Field(min_length=1, max_length=20), Printable] | None = None
    """Which kind of token it is, in OCPP 2.x's words; left out, as the id token has it, or else ISO14443."""
    group_id: Annotated[str, Field(min_length=1, max_length=LONGEST_TOKEN), Printable] | None = None
    """Whose id tokens may use it as well; left out, the group of the id token, if we know it."""


@api.route("GET /stations/{station_id}/reservations", {HTTPStatus.OK: ReservationList}, UNKNOWN_STATION)
def list_reservations(
    station_id: StationId,
    state: Annotated[ReservationState | None, Query(description="Only reservations in this state.")] = None,
    limit: Limit = DEFAULT_LIMIT,
    cursor: Cursor = None,
) -> ReservationList:
    """The reservations of a station, the highest numbers first. They are kept for 90 days after their end."""

    def read(after: str | None, size: int) -> tuple[list[domain.Reservation], str | None]:
        found, rest = reservations.page(station_id, after, size)
        return at_work.seen(found), rest

    found, rest = page_where(read, lambda one: state in (None, one.state), cursor, limit)
    if not found and cursor is None:
        stations.existing(station_id)
    return ReservationList(items=[reservation_view(one) for one in found], next_cursor=rest)


@api.route("GET /reservations", {HTTPStatus.OK: ReservationList})
def list_open_reservations(limit: Limit = DEFAULT_LIMIT, cursor: Cursor = None) -> ReservationList:
    """The reservations of all stations that are open, the first to expire first.

    One that was made before this list was kept is in it once something changes of it.
    """
    now = dt.datetime.now(dt.UTC)

    def read(after: str | None, size: int) -> tuple[list[domain.Reservation], str | None]:
        found, rest = reservations.open_page(after, size, now)
        return at_work.seen(found), rest

    found, rest = page_where(read, lambda one: one.state in OPEN, cursor, limit)
    return ReservationList(items=[reservation_view(one) for one in found], next_cursor=rest)


@api.route("GET /stations/{station_id}/reservations/{reservation_id}", {HTTPStatus.OK: Reservation}, UNKNOWN)
def get_reservation(station_id: StationId, reservation_id: ReservationId) -> Reservation:
    """One reservation."""
    return reservation_view(_existing(station_id, reservation_id))


@api.route(
    "POST /stations/{station_id}/reservations",
    {HTTPStatus.ACCEPTED: ReservationWithCall},
    UNKNOWN_STATION | {HTTPStatus.CONFLICT: "The station must not be asked for this, or too many calls wait for it."},
)
def make_reservation(
    station_id: StationId, wanted: ReservationOrder, idempotency_key: IdempotencyKey = None
) -> Response[ReservationWithCall]:
    """Reserve an EVSE for an id token.

    The station is asked with ReserveNow, at the latest when the reservation expires. It is `pending` until the station
    has answered, and kept only if it is then `accepted`.
    """
    promised = idempotency.promise(api, idempotency_key)
    made = command.resume(station_id, promised.resource_id) if promised.is_repeated else None
    if made is None:
        order = _order(station_id, wanted)
        terms = Terms(call_id=promised.resource_id, requested_by=api.caller.principal)
        made = orders.of("ReserveNow").submit(command.target(station_id), order, terms)
    kept = _existing(station_id, made.notes["reservation_id"])
    return Response(HTTPStatus.ACCEPTED, JSON, with_call(kept, call_view(made)))


@api.route(
    "DELETE /stations/{station_id}/reservations/{reservation_id}",
    {HTTPStatus.OK: ReservationWithCall, HTTPStatus.ACCEPTED: ReservationWithCall},
    UNKNOWN | {HTTPStatus.CONFLICT: "The reservation is over, or too many calls wait for the station."},
)
def cancel_reservation(station_id: StationId, reservation_id: ReservationId) -> Response[ReservationWithCall]:
    """Cancel a reservation.

    The station is told with CancelReservation; whether it accepts that or knows of no such reservation, it is
    `cancelled` then. 200: the station had not been asked for it yet, and will not be.
    """
    standing = _existing(station_id, reservation_id)
    if standing.state not in OPEN:
        raise Conflict(f"The reservation is over: it is {standing.state}")
    if withdrawn := at_work.withdraw(standing):
        return Response(HTTPStatus.OK, JSON, with_call(withdrawn, None))
    terms = Terms(requested_by=api.caller.principal)
    made = orders.of("CancelReservation").submit(command.target(station_id), standing, terms)
    return Response(HTTPStatus.ACCEPTED, JSON, with_call(_existing(station_id, reservation_id), call_view(made)))


def _order(station_id: str, wanted: ReservationOrder) -> domain.Reservation:
    """What is to be reserved; the command finds an id for it."""
    token = tokens.find(wanted.id_token)
    return domain.Reservation(
        reservation_id=0,
        station_id=station_id,
        evse_id=wanted.evse_id,
        id_token=wanted.id_token,
        expires_at=wanted.expires_at,
        requested_at=dt.datetime.now(dt.UTC),
        group_id=wanted.group_id or (token.group_id if token else None),
        token_type=wanted.token_type or type_of(token),
        connector_type=wanted.connector_type,
    )


def _existing(station_id: str, reservation_id: int) -> domain.Reservation:
    found = reservations.find(station_id, reservation_id)
    if found is None:
        raise NotFound(f"There is no reservation {reservation_id} at {station_id}")
    return at_work.seen([found])[0]
