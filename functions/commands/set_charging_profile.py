"""SetChargingProfile: limits over time, for a station, for its transactions, or for one of them."""

import datetime as dt
from typing import TYPE_CHECKING

from shared.aws import charging_profiles as at_work
from shared.aws import charging_transactions
from shared.aws.charging_bounds import bounds
from shared.aws.command import Command, Message, Target
from shared.aws.orders import Names, Orders
from shared.domain.calls import Call, CallError, Json
from shared.domain.charging_profiles import ChargingProfile
from shared.domain.charging_rules import Bounds, complaints, rival
from shared.domain.configuration import whole_number
from shared.domain.errors import Conflict, Invalid
from shared.domain.known_profiles import KnownProfile, accept, are_too_many, clear, reject, send
from shared.domain.transactions import Transaction
from shared.ocpp.charging import (
    PURPOSES_16,
    TO_PURPOSES_16,
    paths,
    profile_of,
    profile_words,
    schedule_of,
    schedule_words,
)
from shared.ocpp.messages import V2X
from shared.ocpp.v16.set_charging_profile import SetChargingProfileRequest, SetChargingProfileResponse
from shared.ocpp.words import place_16
from shared.store import charging_needs, charging_profiles, transactions

if TYPE_CHECKING:
    from shared.ocpp.v21.set_charging_profile import SetChargingProfileRequest as SetChargingProfileRequest2x
    from shared.ocpp.v21.set_charging_profile import SetChargingProfileResponse as SetChargingProfileResponse2x


class OneSchedule(Names):
    """Names for 1.6, whose profiles have one schedule: `schedules[0].unit` is no entry of a list there."""

    def theirs(self, path: str) -> str:
        return super().theirs(path.replace("schedules[0]", "schedule", 1))

    def ours(self, path: str) -> str:
        found = super().ours(path)
        return found.replace("schedule", "schedules[0]", 1) if found.partition(".")[0] == "schedule" else found


PROFILE_16, SCHEDULE_16 = "csChargingProfiles", "csChargingProfiles.chargingSchedule"
NAMES_16 = OneSchedule(
    {
        **paths(PROFILE_16, SCHEDULE_16, "schedule"),
        "evse_id": "connectorId",
        "profile_id": f"{PROFILE_16}.chargingProfileId",
        "schedules": SCHEDULE_16,
    }
)
NAMES_2X = Names({**paths("chargingProfile", "chargingProfile.chargingSchedule[]"), "evse_id": "evseId"})
NEEDS_FIRST = "InvalidMessageSeq"
"""Why a station rejects a TxProfile before the EV has told its needs (K15.FR.17)."""

handler = Command("SetChargingProfile")
handler.speaks("1.6", *V2X)
orders = Orders(handler)


@handler.before("1.6")
def request_16(request: SetChargingProfileRequest, target: Target) -> Message:
    """Section 5.16 of OCPP 1.6. What the station would refuse is not sent; a TxProfile gets its transaction's id."""
    profile = _checked(_profile_16(request), target, NAMES_16)
    if profile.transaction_id is not None:
        number = whole_number(profile.transaction_id)
        of_it = request.cs_charging_profiles.model_copy(update={"transaction_id": number})
        request = request.model_copy(update={"cs_charging_profiles": of_it})
    _note(profile, target)
    return Message(request)


@handler.before(*V2X)
def request_2x(request: "SetChargingProfileRequest2x", target: Target) -> Message:
    """Use case K01; its ids are unique at the station, and so is a place in the stack (rules SCH-01 to SCH-08)."""
    profile = _checked(_profile_2x(request, target.station_id), target, NAMES_2X)
    if profile.transaction_id is not None:
        transaction = transactions.find(profile.transaction_id)
        own_id = transaction.own_id if transaction else profile.transaction_id
        of_it = request.charging_profile.model_copy(update={"transaction_id": own_id})
        request = request.model_copy(update={"charging_profile": of_it})
    if not target.unchecked:
        _check_tuples(profile, target.station_id)
        _check_rivals(profile, target.station_id)
    _note(profile, target)
    return Message(request, {"transaction": profile.transaction_id} if profile.transaction_id else {})


def _checked(profile: ChargingProfile, target: Target, names: Names) -> ChargingProfile:
    """The profile with its transaction. Raises Invalid where the station would refuse it, Conflict if it would now."""
    known = Bounds(has_tenths=target.ocpp_version != "2.1")
    if not target.unchecked:
        known = bounds(target.station_id, target.ocpp_version)
    if found := complaints(profile, known):
        errors = [(names.theirs(path), reason) for path, reason in found]
        raise Invalid("The station would refuse the charging profile", errors=errors)
    if profile.purpose == "TxProfile":
        transaction = _transaction(profile, target, names.theirs("transaction_id"))
        profile = profile._replace(transaction_id=transaction.transaction_id)
    _check_room(profile, target.station_id, known.max_installed)
    return profile


def _transaction(profile: ChargingProfile, target: Target, path: str) -> Transaction:
    """The active transaction that a TxProfile is for. Raises Conflict if there is none (rules CP-02, SCH-01)."""
    station_id, place = target.station_id, f"{_place(target)} {profile.evse_id}"
    if profile.transaction_id is None:
        found = charging_transactions.active(station_id, profile.evse_id)
        if found is None:
            raise Conflict(f"No transaction is active on {place}: a TxProfile is for one")
        return found
    found = charging_transactions.find(station_id, profile.transaction_id)
    if found is None or found.state != "active" or found.evse_id != profile.evse_id:
        raise Conflict(f"The transaction {profile.transaction_id} is not active on {place}", path=path)
    return found


def _place(target: Target) -> str:
    return "EVSE" if target.ocpp_version in V2X else "connector"


def _check_room(profile: ChargingProfile, station_id: str, most: int | None) -> None:
    if most is None:
        return
    installed = [one.profile for one in _installed(station_id)]
    if are_too_many(profile, installed, most):
        raise Conflict(f"The station has {len(installed)} charging profiles, and takes {most}")


def _check_tuples(profile: ChargingProfile, station_id: str) -> None:
    """How many periods an EV takes in a schedule it says with its needs (use case K15)."""
    if profile.purpose != "TxProfile":
        return
    needs = charging_needs.find(station_id, profile.evse_id)
    most = needs.max_schedule_tuples if needs and needs.transaction_id == profile.transaction_id else None
    wrong = [number for number, one in enumerate(profile.schedules) if most and len(one.periods) > most]
    if wrong:
        errors = [
            (NAMES_2X.theirs(f"schedules[{number}].periods"), f"has more than the {most} periods that the EV takes")
            for number in wrong
        ]
        raise Invalid("The EV would not take the charging profile", errors=errors)


def _check_rivals(profile: ChargingProfile, station_id: str) -> None:
    """What the station would answer with DuplicateProfile."""
    installed = [one.profile for one in _installed(station_id)]
    same = next((one for one in installed if one.profile_id == profile.profile_id), None)
    if same is not None and same.purpose != profile.purpose:
        raise Conflict(
            f"The charging profile {profile.profile_id} is a {same.purpose}: a number keeps its purpose",
            path=NAMES_2X.theirs("profile_id"),
        )
    other = rival(profile, installed)
    if other is not None:
        raise Conflict(
            f"The charging profile {other.profile_id} has the same purpose and stack level at the same time: replace it"
            " by its number, or clear it first",
            path=NAMES_2X.theirs("stack_level"),
        )


def _installed(station_id: str) -> list[KnownProfile]:
    now = dt.datetime.now(dt.UTC)
    return [
        one
        for one in charging_profiles.of_station(station_id)
        if one.state == "accepted" and (one.profile.valid_to is None or now < one.profile.valid_to)
    ]


def _note(profile: ChargingProfile, target: Target) -> None:
    now = dt.datetime.now(dt.UTC)
    charging_profiles.change(
        target.station_id, profile.profile_id, lambda standing: send(standing, profile, target.call_id, now)
    )


# ---------------------------------------------------------------------- what the station says


@handler.answered("1.6")
def keep_16(request: SetChargingProfileRequest, response: SetChargingProfileResponse, call: Call) -> None:
    """An accepted profile is installed, and takes the place of those that it replaces (rule CP-03)."""
    if response.status == "Accepted":
        _install(_profile_16(request), call)
    else:
        _reject(request.cs_charging_profiles.charging_profile_id, call, response.status)


@handler.answered(*V2X)
def keep_2x(request: "SetChargingProfileRequest2x", response: "SetChargingProfileResponse2x", call: Call) -> None:
    """A station that rejects a profile may say why; one that wants the EV's needs first gets it again after them."""
    if response.status == "Accepted":
        profile = _profile_2x(request, call.station_id)
        _install(profile._replace(transaction_id=call.notes.get("transaction")), call)
        return
    info = response.status_info
    needs_first = info is not None and info.reason_code == NEEDS_FIRST
    _reject(request.charging_profile.id, call, NEEDS_FIRST if needs_first else response.status)


@handler.refused("1.6")
def give_up_16(request: SetChargingProfileRequest, error: CallError, call: Call) -> None:
    _reject(request.cs_charging_profiles.charging_profile_id, call, error.code)


@handler.refused(*V2X)
def give_up_2x(request: "SetChargingProfileRequest2x", error: CallError, call: Call) -> None:
    _reject(request.charging_profile.id, call, error.code)


def _install(profile: ChargingProfile, call: Call) -> None:
    station_id, made_at = call.station_id, call.created_at
    charging_profiles.change(
        station_id, profile.profile_id, lambda standing: accept(standing, profile, call.call_id, made_at)
    )
    for other in charging_profiles.of_station(station_id):
        if other.state == "accepted" and _goes_for(other.profile, profile, call.ocpp_version):
            charging_profiles.change(station_id, other.profile.profile_id, lambda standing: clear(standing, made_at))
    transaction = transactions.find(profile.transaction_id) if profile.transaction_id else None
    if transaction and transaction.state == "ended":  # meanwhile
        at_work.drop(transaction)


def _goes_for(other: ChargingProfile, installed: ChargingProfile, version: str) -> bool:
    """Whether another profile is gone now. From 2.0.1 on two may share a place at different times."""
    if other.profile_id == installed.profile_id:
        return False
    return installed.takes_the_place_of(other) if version == "1.6" else rival(installed, [other]) is not None


def _reject(profile_id: int, call: Call, status: str) -> None:
    charging_profiles.change(call.station_id, profile_id, lambda standing: reject(standing, call.call_id, status))


# ---------------------------------------------------------------------- between the stations' words and ours


def _profile_16(request: SetChargingProfileRequest) -> ChargingProfile:
    given = request.cs_charging_profiles
    return ChargingProfile(
        profile_id=given.charging_profile_id,
        evse_id=place_16(request.connector_id).evse_id,
        purpose=PURPOSES_16[given.charging_profile_purpose],
        kind=given.charging_profile_kind,
        stack_level=given.stack_level,
        schedules=(schedule_of(given.charging_schedule),),
        recurrency=given.recurrency_kind,
        valid_from=given.valid_from,
        valid_to=given.valid_to,
        transaction_id=None if given.transaction_id is None else str(given.transaction_id),
    )


def _profile_2x(request: "SetChargingProfileRequest2x", station_id: str) -> ChargingProfile:
    given = request.charging_profile
    transaction_id = given.transaction_id
    found = charging_transactions.find(station_id, transaction_id) if transaction_id else None
    return profile_of(given, request.evse_id, found.transaction_id if found else transaction_id)


@orders.worded("1.6", names=NAMES_16)
def word_16(order: ChargingProfile) -> Json:
    if len(order.schedules) != 1:
        raise Invalid("A profile has one schedule in OCPP 1.6", path="payload.schedules")
    words = profile_words(order, None)
    own = {
        **{name: value for name, value in words.items() if name != "id"},
        "chargingProfileId": order.profile_id,
        "chargingProfilePurpose": TO_PURPOSES_16.get(order.purpose, order.purpose),
        "chargingSchedule": schedule_words(order.schedule, None),
    }
    number = whole_number(order.transaction_id or "")
    own |= {} if number is None else {"transactionId": number}
    return {"connectorId": order.evse_id, "csChargingProfiles": own}


@orders.worded(*V2X, names=NAMES_2X)
def word_2x(order: ChargingProfile) -> Json:
    found = transactions.find(order.transaction_id) if order.transaction_id else None
    own_id = found.own_id if found else order.transaction_id
    return {"evseId": order.evse_id, "chargingProfile": profile_words(order, own_id)}
