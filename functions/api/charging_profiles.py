"""Smart charging: the charging profiles of stations, and the limits they amount to."""

import datetime as dt
import itertools
from http import HTTPStatus
from typing import Annotated

from aws_lambda_powertools.event_handler import Response
from aws_lambda_powertools.event_handler.openapi.params import Query

from shared.aws import charging_profiles as at_work
from shared.aws import command, orders
from shared.aws.command import Terms
from shared.aws.http import JSON, Api
from shared.aws.paging import DEFAULT_LIMIT, Cursor, Limit, page_where
from shared.aws.parameters import MAX_INTEGER, ProfileId, StationId
from shared.aws.views_calls import call_view
from shared.aws.views_charging_profiles import (
    ChargingForecast,
    ChargingProfileList,
    ChargingProfileWithCall,
    CompositeScheduleList,
    ProfileSettings,
    forecast_periods,
    profile_view,
    reported_view,
    with_call,
)
from shared.domain.charging_profiles import ChargingProfile, Criteria, KnownProfile, ProfileState, Purpose, RateUnit
from shared.domain.composite_schedules import composite
from shared.domain.errors import NotFound
from shared.domain.transactions import Transaction
from shared.store import charging_profiles, stations, transactions

WEEK_S = 7 * 86_400
UNKNOWN_STATION = {HTTPStatus.NOT_FOUND: "There is no such station."}
UNKNOWN = {HTTPStatus.NOT_FOUND: "There is no such charging profile at this station."}
NOT_NOW = {
    HTTPStatus.CONFLICT: "No transaction is active that the profile could be for, the station has no room for it or"
    " must not be sent it, or too many calls wait for it."
}

EvseId = Annotated[int | None, Query(ge=0, le=MAX_INTEGER, description="Only profiles of this EVSE; 0: the station.")]

api = handler = Api("charging_profiles")


@api.route("GET /stations/{station_id}/charging-profiles", {HTTPStatus.OK: ChargingProfileList}, UNKNOWN_STATION)
def list_charging_profiles(
    *,
    station_id: StationId,
    evse_id: EvseId = None,
    purpose: Annotated[Purpose | None, Query(description="Only profiles of this purpose.")] = None,
    state: Annotated[ProfileState | None, Query(description="Only profiles in this state.")] = None,
    limit: Limit = DEFAULT_LIMIT,
    cursor: Cursor = None,
) -> ChargingProfileList:
    """The charging profiles of a station by their numbers, as far as its answers have told.

    Those that are not installed are kept for 90 days.
    """

    def read(after: str | None, size: int) -> tuple[list[KnownProfile], str | None]:
        found, rest = charging_profiles.page(station_id, after, size)
        return at_work.seen(station_id, found), rest

    def keep(one: KnownProfile) -> bool:
        its = (one.profile.evse_id, one.profile.purpose, one.state)
        return all(wanted in (None, has) for wanted, has in zip((evse_id, purpose, state), its, strict=True))

    found, rest = page_where(read, keep, cursor, limit)
    if not found and cursor is None:
        stations.existing(station_id)
    return ChargingProfileList(items=[profile_view(one) for one in found], next_cursor=rest)


@api.route(
    "PUT /stations/{station_id}/charging-profiles",
    {HTTPStatus.ACCEPTED: ChargingProfileWithCall},
    UNKNOWN_STATION | NOT_NOW,
)
def put_charging_profile(station_id: StationId, wanted: ProfileSettings) -> Response[ChargingProfileWithCall]:
    """Install a charging profile, or replace one.

    The station is sent SetChargingProfile. The profile is `sent` until it has answered, and installed only if it is
    then `accepted`; one that stands under its number stays until then.
    """
    target = command.target(station_id)
    profile = wanted.in_domain(wanted.profile_id or 0)
    if wanted.profile_id is None:
        profile = profile._replace(profile_id=_number(profile, charging_profiles.of_station(station_id)))
    made = orders.of("SetChargingProfile").submit(target, profile, Terms(requested_by=api.caller.principal))
    return Response(HTTPStatus.ACCEPTED, JSON, with_call(_existing(station_id, profile.profile_id), call_view(made)))


@api.route(
    "DELETE /stations/{station_id}/charging-profiles/{profile_id}",
    {HTTPStatus.ACCEPTED: ChargingProfileWithCall},
    UNKNOWN | {HTTPStatus.CONFLICT: "The station must not be sent this now, or too many calls wait for it."},
)
def clear_charging_profile(station_id: StationId, profile_id: ProfileId) -> Response[ChargingProfileWithCall]:
    """Remove a charging profile from a station.

    The station is sent ClearChargingProfile; whether it accepts that or knows of no such profile, it is `cleared` then.
    To clear by other criteria, or all, call the station with that action.
    """
    _existing(station_id, profile_id)
    terms = Terms(requested_by=api.caller.principal)
    made = orders.of("ClearChargingProfile").submit(command.target(station_id), Criteria(profile_id), terms)
    return Response(HTTPStatus.ACCEPTED, JSON, with_call(_existing(station_id, profile_id), call_view(made)))


@api.route("GET /stations/{station_id}/composite-schedules", {HTTPStatus.OK: CompositeScheduleList}, UNKNOWN_STATION)
def get_composite_schedules(station_id: StationId) -> CompositeScheduleList:
    """What a station said last of the limits it makes of all it was told, for each EVSE it was asked for.

    The call GetCompositeSchedule asks it anew.
    """
    found = charging_profiles.reported(station_id)
    if not found:
        stations.existing(station_id)
    return CompositeScheduleList(items=[reported_view(one) for one in found], next_cursor=None)


@api.route("GET /stations/{station_id}/composite-schedule", {HTTPStatus.OK: ChargingForecast}, UNKNOWN_STATION)
def forecast_charging(
    station_id: StationId,
    evse_id: Annotated[int, Query(ge=0, le=MAX_INTEGER, description="The EVSE; 0: the station as a whole.")] = 0,
    duration_s: Annotated[int, Query(ge=1, le=WEEK_S, description="How far to look ahead.")] = 86_400,
    unit: Annotated[RateUnit, Query(description="A: per phase. W: of all phases together, at 230 V each.")] = "A",
) -> ChargingForecast:
    """The limits that the profiles we know of amount to from now on, without asking the station.

    A TxProfile goes before a TxDefaultProfile, the highest stack level counts, and the ChargingStationMaxProfile limits
    the result. For an EVSE without a transaction it is a forecast for one that begins now.
    """
    stations.existing(station_id)
    now = dt.datetime.now(dt.UTC).replace(microsecond=0)
    transaction = _active(station_id, evse_id) if evse_id else None
    installed = [one.profile for one in charging_profiles.of_station(station_id) if one.state == "accepted"]
    found = composite(
        installed,
        evse_id=evse_id,
        begin_at=now,
        duration_s=duration_s,
        unit=unit,
        transaction_began_at=transaction.started_at if transaction else None,
    )
    return ChargingForecast(
        evse_id=evse_id,
        start_at=now,
        duration_s=duration_s,
        unit=unit,
        transaction_id=transaction.transaction_id if transaction else None,
        periods=forecast_periods(now, found),
    )


def _number(profile: ChargingProfile, known: list[KnownProfile]) -> int:
    """The number of the profile whose place this one takes, or the lowest that is free."""
    taken = {one.profile.profile_id: one.profile for one in known if one.state in ("sent", "accepted")}
    same = [number for number, one in taken.items() if one.place == profile.place]
    return same[0] if same else next(number for number in itertools.count(1) if number not in taken)


def _active(station_id: str, evse_id: int) -> Transaction | None:
    found = transactions.recent_of_station(station_id)
    return next((one for one in found if one.state == "active" and one.evse_id == evse_id), None)


def _existing(station_id: str, profile_id: int) -> KnownProfile:
    found = charging_profiles.find(station_id, profile_id)
    if found is None:
        raise NotFound(f"There is no charging profile {profile_id} at {station_id}")
    return at_work.seen(station_id, [found])[0]
