"""Smart charging: the charging profiles of stations, those of others beside ours, and the limits they amount to."""

import datetime as dt
from http import HTTPStatus
from typing import Annotated

from aws_lambda_powertools.event_handler import Response
from aws_lambda_powertools.event_handler.openapi.params import Query

from shared.aws import charging_profiles as at_work
from shared.aws import charging_transactions, command, idempotency, orders
from shared.aws.charging_bounds import bounds
from shared.aws.command import Terms
from shared.aws.http import JSON, Api
from shared.aws.idempotency import IdempotencyKey
from shared.aws.paging import DEFAULT_LIMIT, Cursor, Limit, page_where
from shared.aws.parameters import MAX_INTEGER, ProfileId, StationId, TransactionId
from shared.aws.views_calls import Call, call_view
from shared.aws.views_charging_limits import (
    ChargingLimitList,
    ChargingNeedsList,
    PriorityCharging,
    PriorityChargingOrder,
    limit_view,
    needs_view,
    priority_view,
)
from shared.aws.views_charging_profiles import (
    ChargingProfileList,
    ChargingProfileWithCall,
    ProfileSelection,
    ProfileSettings,
    SetpointUpdate,
    profile_view,
    with_call,
)
from shared.aws.views_charging_schedules import ChargingForecast, CompositeScheduleList, forecast_periods, reported_view
from shared.domain.charging_profiles import Criteria, Purpose, RateUnit
from shared.domain.composite_schedules import composite
from shared.domain.errors import Invalid, NotFound
from shared.domain.known_profiles import KnownProfile, ProfileState, SetpointOrder, number_for
from shared.domain.priority_charging import PriorityCharging as Priority
from shared.domain.transactions import Transaction
from shared.store import (
    charging_limits,
    charging_needs,
    charging_profiles,
    composite_schedules,
    priority_charging,
    stations,
    transactions,
)

WEEK_S = 7 * 86_400
UNKNOWN_STATION = {HTTPStatus.NOT_FOUND: "There is no such station."}
UNKNOWN_TRANSACTION = {HTTPStatus.NOT_FOUND: "There is no such transaction."}
UNKNOWN = {HTTPStatus.NOT_FOUND: "There is no such charging profile at this station."}
NOT_NOW = {
    HTTPStatus.CONFLICT: "No transaction is active that the profile could be for, another profile is in its place, the"
    " station has no room for it or must not be sent it, or too many calls wait for it."
}
NOT_SENT = {HTTPStatus.CONFLICT: "The station must not be sent this now, or too many calls wait for it."}

EvseId = Annotated[int | None, Query(ge=0, le=MAX_INTEGER, description="Only profiles of this EVSE; 0: the station.")]
OfPurpose = Annotated[Purpose | None, Query(description="Only profiles of this purpose.")]

api = handler = Api("charging_profiles")


@api.route("GET /stations/{station_id}/charging-profiles", {HTTPStatus.OK: ChargingProfileList}, UNKNOWN_STATION)
def list_charging_profiles(
    *,
    station_id: StationId,
    evse_id: EvseId = None,
    purpose: OfPurpose = None,
    state: Annotated[ProfileState | None, Query(description="Only profiles in this state.")] = None,
    source: Annotated[str | None, Query(max_length=20, description="Only profiles set by CSO (us), EMS, SO, …")] = None,
    limit: Limit = DEFAULT_LIMIT,
    cursor: Cursor = None,
) -> ChargingProfileList:
    """The charging profiles of a station by their numbers, as far as its answers and reports have told.

    Those that are not installed are kept for 90 days.
    """

    def read(after: str | None, size: int) -> tuple[list[KnownProfile], str | None]:
        found, rest = charging_profiles.page(station_id, after, size)
        return at_work.seen(station_id, found), rest

    def keep(one: KnownProfile) -> bool:
        its = (one.profile.evse_id, one.profile.purpose, one.state, one.source)
        return all(wanted in (None, has) for wanted, has in zip((evse_id, purpose, state, source), its, strict=True))

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
        last_external_id = bounds(station_id, target.ocpp_version).last_external_id
        number = number_for(profile, charging_profiles.everybodys(station_id), (last_external_id or 0) + 1)
        profile = profile._replace(profile_id=number)
    made = orders.of("SetChargingProfile").submit(target, profile, Terms(requested_by=api.caller.principal))
    return Response(HTTPStatus.ACCEPTED, JSON, with_call(_existing(station_id, profile.profile_id), call_view(made)))


@api.route(
    "DELETE /stations/{station_id}/charging-profiles/{profile_id}",
    {HTTPStatus.ACCEPTED: ChargingProfileWithCall},
    UNKNOWN | NOT_SENT,
)
def clear_charging_profile(station_id: StationId, profile_id: ProfileId) -> Response[ChargingProfileWithCall]:
    """Remove a charging profile from a station.

    The station is sent ClearChargingProfile; whether it accepts that or knows of no such profile, it is `cleared` then.
    """
    _existing(station_id, profile_id)
    terms = Terms(requested_by=api.caller.principal)
    made = orders.of("ClearChargingProfile").submit(command.target(station_id), Criteria(profile_id), terms)
    return Response(HTTPStatus.ACCEPTED, JSON, with_call(_existing(station_id, profile_id), call_view(made)))


@api.route("DELETE /stations/{station_id}/charging-profiles", {HTTPStatus.ACCEPTED: Call}, UNKNOWN_STATION | NOT_SENT)
def clear_charging_profiles(
    station_id: StationId,
    evse_id: EvseId = None,
    purpose: OfPurpose = None,
    stack_level: Annotated[int | None, Query(ge=0, le=MAX_INTEGER, description="Only of this stack level.")] = None,
) -> Response[Call]:
    """Remove those charging profiles from a station that fit all criteria, of which at least one must be given.

    To clear all, call the station with ClearChargingProfile.
    """
    criteria = Criteria(None, evse_id, purpose, stack_level)
    if criteria == Criteria():
        raise Invalid("Without criteria all profiles would go: name one", place="query", path="purpose")
    terms = Terms(requested_by=api.caller.principal)
    made = orders.of("ClearChargingProfile").submit(command.target(station_id), criteria, terms)
    return Response(HTTPStatus.ACCEPTED, JSON, call_view(made))


@api.route(
    "POST /stations/{station_id}/charging-profiles/report",
    {HTTPStatus.ACCEPTED: Call},
    UNKNOWN_STATION | NOT_SENT,
)
def report_charging_profiles(
    station_id: StationId, wanted: ProfileSelection, idempotency_key: IdempotencyKey = None
) -> Response[Call]:
    """Ask a station of OCPP 2.0.1 or 2.1 which charging profiles it has, whoever has set them.

    The list of its profiles tells what it reports, as it comes; the report itself is among the station's reports. What
    it should have reported and did not is `cleared` then.
    """
    promised = idempotency.promise(api, idempotency_key)
    made = command.resume(station_id, promised.resource_id) if promised.is_repeated else None
    if made is None:
        terms = Terms(call_id=promised.resource_id, requested_by=api.caller.principal)
        made = orders.of("GetChargingProfiles").submit(command.target(station_id), wanted.in_domain(), terms)
    return Response(HTTPStatus.ACCEPTED, JSON, call_view(made))


@api.route(
    "PUT /stations/{station_id}/charging-profiles/{profile_id}/setpoint",
    {HTTPStatus.ACCEPTED: ChargingProfileWithCall},
    UNKNOWN | {HTTPStatus.CONFLICT: "The profile is not a Dynamic one, or the station must not be sent this now."},
)
def set_setpoint(
    station_id: StationId, profile_id: ProfileId, wanted: SetpointUpdate
) -> Response[ChargingProfileWithCall]:
    """Change what holds now in a Dynamic profile of a station of OCPP 2.1.

    The station is sent UpdateDynamicSchedule; one that asks by itself is told the same from now on.
    """
    known = _existing(station_id, profile_id)
    terms = Terms(requested_by=api.caller.principal)
    order = SetpointOrder(known.profile.profile_id, wanted.in_domain())
    made = orders.of("UpdateDynamicSchedule").submit(command.target(station_id), order, terms)
    return Response(HTTPStatus.ACCEPTED, JSON, with_call(_existing(station_id, profile_id), call_view(made)))


@api.route("GET /stations/{station_id}/charging-limits", {HTTPStatus.OK: ChargingLimitList}, UNKNOWN_STATION)
def list_charging_limits(
    station_id: StationId, limit: Limit = DEFAULT_LIMIT, cursor: Cursor = None
) -> ChargingLimitList:
    """The limits that others than this system have set at a station of OCPP 2.0.1 or 2.1, by EVSE and source."""
    found, rest = charging_limits.page(station_id, cursor, limit)
    if not found and cursor is None:
        stations.existing(station_id)
    return ChargingLimitList(items=[limit_view(one) for one in found], next_cursor=rest)


@api.route("GET /stations/{station_id}/charging-needs", {HTTPStatus.OK: ChargingNeedsList}, UNKNOWN_STATION)
def list_charging_needs(
    station_id: StationId, limit: Limit = DEFAULT_LIMIT, cursor: Cursor = None
) -> ChargingNeedsList:
    """What the EVs at a station of OCPP 2.0.1 or 2.1 have told of their needs last, by EVSE; kept for 90 days."""
    found, rest = charging_needs.page(station_id, cursor, limit)
    if not found and cursor is None:
        stations.existing(station_id)
    return ChargingNeedsList(items=[needs_view(one) for one in found], next_cursor=rest)


@api.route(
    "GET /transactions/{transaction_id}/priority-charging", {HTTPStatus.OK: PriorityCharging}, UNKNOWN_TRANSACTION
)
def get_priority_charging(transaction_id: TransactionId) -> PriorityCharging:
    """Whether a transaction charges with priority, as its station of OCPP 2.1 told or confirmed last."""
    transaction = _transaction(transaction_id)
    return priority_view(transaction_id, priority_charging.find(transaction.station_id, transaction_id))


@api.route(
    "PUT /transactions/{transaction_id}/priority-charging",
    {HTTPStatus.ACCEPTED: Call},
    UNKNOWN_TRANSACTION | {HTTPStatus.CONFLICT: "The transaction has ended, or too many calls wait for its station."},
)
def use_priority_charging(transaction_id: TransactionId, wanted: PriorityChargingOrder) -> Response[Call]:
    """Have a transaction at a station of OCPP 2.1 charge with priority, or no longer.

    The station is sent UsePriorityCharging; it answers NoProfile if it has no PriorityCharging profile.
    """
    transaction = _transaction(transaction_id)
    order = Priority(transaction_id, wanted.is_active, dt.datetime.now(dt.UTC), "csms")
    terms = Terms(requested_by=api.caller.principal)
    made = orders.of("UsePriorityCharging").submit(command.target(transaction.station_id), order, terms)
    return Response(HTTPStatus.ACCEPTED, JSON, call_view(made))


@api.route("GET /stations/{station_id}/composite-schedules", {HTTPStatus.OK: CompositeScheduleList}, UNKNOWN_STATION)
def get_composite_schedules(station_id: StationId) -> CompositeScheduleList:
    """What a station said last of the limits it makes of all it was told, for each EVSE it was asked for.

    The call GetCompositeSchedule asks it anew.
    """
    found = composite_schedules.of_station(station_id)
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

    A TxProfile goes before a TxDefaultProfile, the highest stack level counts, and the ChargingStationMaxProfile and
    limits from elsewhere limit the result. For an EVSE without a transaction it is a forecast for one that begins now.
    """
    stations.existing(station_id)
    now = dt.datetime.now(dt.UTC).replace(microsecond=0)
    transaction = charging_transactions.active(station_id, evse_id) if evse_id else None
    found = composite(
        at_work.counting(station_id),
        evse_id=evse_id,
        begin_at=now,
        duration_s=duration_s,
        unit=unit,
        transaction_began_at=transaction.started_at if transaction else None,
        has_priority=transaction is not None and _has_priority(transaction),
    )
    return ChargingForecast(
        evse_id=evse_id,
        start_at=now,
        duration_s=duration_s,
        unit=unit,
        transaction_id=transaction.transaction_id if transaction else None,
        periods=forecast_periods(now, found),
    )


def _has_priority(transaction: Transaction) -> bool:
    found = priority_charging.find(transaction.station_id, transaction.transaction_id)
    return found is not None and found.is_active


def _transaction(transaction_id: str) -> Transaction:
    found = transactions.find(transaction_id)
    if found is None:
        raise NotFound(f"There is no transaction {transaction_id}")
    return found


def _existing(station_id: str, profile_id: int) -> KnownProfile:
    found = charging_profiles.find(station_id, profile_id)
    if found is None:
        raise NotFound(f"There is no charging profile {profile_id} at {station_id}")
    return at_work.seen(station_id, [found])[0]
