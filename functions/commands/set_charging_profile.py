"""SetChargingProfile: limits over time, for a station, for its transactions, or for one of them."""

import datetime as dt

from shared.aws import charging_profiles as at_work
from shared.aws.command import Command, Message, Target
from shared.aws.orders import Names, Orders
from shared.domain.calls import Call, CallError, Json
from shared.domain.charging_profiles import (
    Bounds,
    ChargingProfile,
    RateUnit,
    accept,
    are_too_many,
    clear,
    complaints,
    reject,
    send,
)
from shared.domain.configuration import whole_number
from shared.domain.errors import Conflict, Invalid
from shared.domain.transactions import Transaction
from shared.ocpp.charging16 import PURPOSES, PURPOSES_16, periods_16, schedule_16
from shared.ocpp.v16.set_charging_profile import SetChargingProfileRequest, SetChargingProfileResponse
from shared.ocpp.words import place_16, time_16
from shared.store import charging_profiles, configuration, transactions

STACK_KEY, PERIODS_KEY = "ChargeProfileMaxStackLevel", "ChargingScheduleMaxPeriods"
INSTALLED_KEY, UNITS_KEY = "MaxChargingProfilesInstalled", "ChargingScheduleAllowedChargingRateUnit"
UNITS: dict[str, RateUnit] = {"current": "A", "power": "W"}
TRANSACTION = "payload.csChargingProfiles.transactionId"

NAMES = Names(
    {
        "evse_id": "connectorId",
        "profile_id": "csChargingProfiles.chargingProfileId",
        "transaction_id": "csChargingProfiles.transactionId",
        "stack_level": "csChargingProfiles.stackLevel",
        "purpose": "csChargingProfiles.chargingProfilePurpose",
        "kind": "csChargingProfiles.chargingProfileKind",
        "recurrency": "csChargingProfiles.recurrencyKind",
        "valid_from": "csChargingProfiles.validFrom",
        "valid_to": "csChargingProfiles.validTo",
        "schedule": "csChargingProfiles.chargingSchedule",
        "schedule.duration_s": "csChargingProfiles.chargingSchedule.duration",
        "schedule.start_at": "csChargingProfiles.chargingSchedule.startSchedule",
        "schedule.unit": "csChargingProfiles.chargingSchedule.chargingRateUnit",
        "schedule.min_rate": "csChargingProfiles.chargingSchedule.minChargingRate",
        "schedule.periods": "csChargingProfiles.chargingSchedule.chargingSchedulePeriod",
        "schedule.periods[]": "csChargingProfiles.chargingSchedule.chargingSchedulePeriod[]",
        "schedule.periods[].start_s": "csChargingProfiles.chargingSchedule.chargingSchedulePeriod[].startPeriod",
        "schedule.periods[].limit": "csChargingProfiles.chargingSchedule.chargingSchedulePeriod[].limit",
        "schedule.periods[].phases": "csChargingProfiles.chargingSchedule.chargingSchedulePeriod[].numberPhases",
    }
)

handler = Command("SetChargingProfile")
handler.speaks("1.6")
orders = Orders(handler)


@handler.before("1.6")
def request(request: SetChargingProfileRequest, target: Target) -> Message:
    """Section 5.16 of OCPP 1.6. What the station would refuse is not sent; a TxProfile gets its transaction's id."""
    profile = _profile(request)
    bounds = Bounds() if target.unchecked else _bounds(target.station_id)
    if found := complaints(profile, bounds):
        errors = [(NAMES.theirs(path), reason) for path, reason in found]
        raise Invalid("The station would refuse the charging profile", errors=errors)
    if profile.purpose == "TxProfile":
        transaction = _transaction(profile, target.station_id)
        number = transaction.number
        of_it = request.cs_charging_profiles.model_copy(update={"transaction_id": number})
        request = request.model_copy(update={"cs_charging_profiles": of_it})
        profile = _profile(request)
    _check_room(profile, target.station_id, bounds)
    now = dt.datetime.now(dt.UTC)
    charging_profiles.change(
        target.station_id, profile.profile_id, lambda standing: send(standing, profile, target.call_id, now)
    )
    return Message(request)


def _bounds(station_id: str) -> Bounds:
    known = configuration.values(station_id, STACK_KEY, PERIODS_KEY, INSTALLED_KEY, UNITS_KEY)
    words = [word.strip().lower() for word in known.get(UNITS_KEY, "").split(",")]
    return Bounds(
        max_stack_level=whole_number(known.get(STACK_KEY, "")),
        max_periods=whole_number(known.get(PERIODS_KEY, "")) or None,  # a 0 is no answer
        max_installed=whole_number(known.get(INSTALLED_KEY, "")) or None,
        units=tuple(UNITS[word] for word in words if word in UNITS) or None,
    )


def _transaction(profile: ChargingProfile, station_id: str) -> Transaction:
    """The active transaction that a TxProfile is for. Raises Conflict if there is none (rule CP-02)."""
    if profile.transaction_id is not None:
        named = transactions.find(profile.transaction_id)
        candidates = [named] if named and named.station_id == station_id else []
    else:
        candidates = transactions.recent_of_station(station_id)
    here = [one for one in candidates if one.state == "active" and one.evse_id == profile.evse_id and one.number]
    if here:
        return here[0]
    if profile.transaction_id is not None:
        reason = f"The transaction {profile.transaction_id} is not active on connector {profile.evse_id}"
        raise Conflict(reason, path=TRANSACTION)
    raise Conflict(f"No transaction is active on connector {profile.evse_id}: a TxProfile is for one")


def _check_room(profile: ChargingProfile, station_id: str, bounds: Bounds) -> None:
    if bounds.max_installed is None:
        return
    now = dt.datetime.now(dt.UTC)
    known = charging_profiles.of_station(station_id)
    installed = [
        one.profile
        for one in known
        if one.state == "accepted" and (one.profile.valid_to is None or now < one.profile.valid_to)
    ]
    if are_too_many(profile, installed, bounds):
        raise Conflict(f"The station has {len(installed)} charging profiles, and takes {bounds.max_installed}")


@handler.answered("1.6")
def keep(request: SetChargingProfileRequest, response: SetChargingProfileResponse, call: Call) -> None:
    """An accepted profile is installed, and takes the place of those that it replaces (rule CP-03)."""
    if response.status != "Accepted":
        _reject(request, call, response.status)
        return
    profile = _profile(request)
    station_id, made_at = call.station_id, call.created_at
    charging_profiles.change(
        station_id, profile.profile_id, lambda standing: accept(standing, profile, call.call_id, made_at)
    )
    for other in charging_profiles.of_station(station_id):
        is_another = other.profile.profile_id != profile.profile_id
        if is_another and other.state == "accepted" and profile.takes_the_place_of(other.profile):
            charging_profiles.change(station_id, other.profile.profile_id, lambda standing: clear(standing, made_at))
    transaction = transactions.find(profile.transaction_id) if profile.transaction_id else None
    if transaction and transaction.state == "ended":  # meanwhile
        at_work.drop(transaction)


@handler.refused("1.6")
def give_up(request: SetChargingProfileRequest, error: CallError, call: Call) -> None:
    _reject(request, call, error.code)


def _reject(request: SetChargingProfileRequest, call: Call, status: str) -> None:
    profile_id = request.cs_charging_profiles.charging_profile_id
    charging_profiles.change(call.station_id, profile_id, lambda standing: reject(standing, call.call_id, status))


# ---------------------------------------------------------------------- between 1.6's words and ours


def _profile(request: SetChargingProfileRequest) -> ChargingProfile:
    given = request.cs_charging_profiles
    return ChargingProfile(
        profile_id=given.charging_profile_id,
        evse_id=place_16(request.connector_id).evse_id,
        purpose=PURPOSES[given.charging_profile_purpose],
        kind=given.charging_profile_kind,
        stack_level=given.stack_level,
        schedule=schedule_16(given.charging_schedule),
        recurrency=given.recurrency_kind,
        valid_from=given.valid_from,
        valid_to=given.valid_to,
        transaction_id=None if given.transaction_id is None else str(given.transaction_id),
    )


@orders.worded("1.6", names=NAMES)
def word(order: ChargingProfile) -> Json:
    schedule = order.schedule
    times = {"validFrom": order.valid_from, "validTo": order.valid_to}
    own = {
        "chargingProfileId": order.profile_id,
        "transactionId": whole_number(order.transaction_id or ""),
        "stackLevel": order.stack_level,
        "chargingProfilePurpose": PURPOSES_16[order.purpose],
        "chargingProfileKind": order.kind,
        "recurrencyKind": order.recurrency,
        **{name: time_16(at, milliseconds=True) if at else None for name, at in times.items()},
        "chargingSchedule": _given(
            {
                "duration": schedule.duration_s,
                "startSchedule": time_16(schedule.start_at, milliseconds=True) if schedule.start_at else None,
                "chargingRateUnit": schedule.unit,
                "chargingSchedulePeriod": periods_16(schedule.periods),
                "minChargingRate": schedule.min_rate,
            }
        ),
    }
    return {"connectorId": order.evse_id, "csChargingProfiles": _given(own)}


def _given(fields: Json) -> Json:
    return {name: value for name, value in fields.items() if value is not None}
