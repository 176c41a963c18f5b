"""ClearChargingProfile: limits are removed from a station."""

from typing import TYPE_CHECKING

from shared.aws.command import Command, Message, Target
from shared.aws.orders import Names, Orders
from shared.domain.calls import Call, Json
from shared.domain.charging_profiles import Criteria
from shared.domain.errors import Invalid
from shared.domain.known_profiles import clear
from shared.ocpp.charging import PURPOSES_16, TO_PURPOSES_16
from shared.ocpp.messages import V2X
from shared.ocpp.v16.clear_charging_profile import ClearChargingProfileRequest, ClearChargingProfileResponse
from shared.store import charging_profiles

if TYPE_CHECKING:
    from shared.ocpp.v21.clear_charging_profile import ClearChargingProfileRequest as ClearChargingProfileRequest2x
    from shared.ocpp.v21.clear_charging_profile import ClearChargingProfileResponse as ClearChargingProfileResponse2x

handler = Command("ClearChargingProfile")
handler.speaks("1.6", *V2X)
orders = Orders(handler)

CRITERIA = "chargingProfileCriteria"


@handler.before("1.6")
def request_16(request: ClearChargingProfileRequest, _target: Target) -> Message:
    """Section 5.4 of OCPP 1.6."""
    if request.connector_id is not None and request.connector_id < 0:
        raise Invalid("There is no connector with a negative number", path="payload.connectorId")
    if request.stack_level is not None and request.stack_level < 0:
        raise Invalid("There is no negative stack level", path="payload.stackLevel")
    return Message(request)


@handler.before(*V2X)
def request_2x(request: "ClearChargingProfileRequest2x", _target: Target) -> Message:
    """Use case K10: a profile by its id, or those that fit criteria. Limits from elsewhere are not ours to clear."""
    criteria = request.charging_profile_criteria
    if request.charging_profile_id is None and criteria is None:
        raise Invalid("It takes an id or criteria; empty criteria mean all", path=f"payload.{CRITERIA}")
    if request.charging_profile_id is not None and criteria is not None:
        raise Invalid("It takes an id or criteria, not both", path=f"payload.{CRITERIA}")
    if criteria is not None and criteria.charging_profile_purpose == "ChargingStationExternalConstraints":
        path = f"payload.{CRITERIA}.chargingProfilePurpose"
        raise Invalid("Limits from elsewhere are not ours to clear", path=path)
    return Message(request)


@handler.answered("1.6")
def forget_16(request: ClearChargingProfileRequest, _response: ClearChargingProfileResponse, call: Call) -> None:
    """Accepted or Unknown: the station has none of these profiles any more. One that was sent since it may have."""
    purpose = request.charging_profile_purpose
    fitting = Criteria(request.id, request.connector_id, PURPOSES_16[purpose] if purpose else None, request.stack_level)
    _forget(fitting, call)


@handler.answered(*V2X)
def forget_2x(
    request: "ClearChargingProfileRequest2x", _response: "ClearChargingProfileResponse2x", call: Call
) -> None:
    given = request.charging_profile_criteria
    fitting = Criteria(request.charging_profile_id)
    if given is not None:
        fitting = Criteria(None, given.evse_id, given.charging_profile_purpose, given.stack_level)
    _forget(fitting, call)


def _forget(criteria: Criteria, call: Call) -> None:
    for known in charging_profiles.of_station(call.station_id):
        if criteria.fit(known.profile):
            charging_profiles.change(
                call.station_id, known.profile.profile_id, lambda standing: clear(standing, call.created_at)
            )


NAMES_16 = Names(
    {
        "profile_id": "id",
        "evse_id": "connectorId",
        "purpose": "chargingProfilePurpose",
        "stack_level": "stackLevel",
    }
)
NAMES_2X = Names(
    {
        "profile_id": "chargingProfileId",
        "evse_id": f"{CRITERIA}.evseId",
        "purpose": f"{CRITERIA}.chargingProfilePurpose",
        "stack_level": f"{CRITERIA}.stackLevel",
    }
)


@orders.worded("1.6", names=NAMES_16)
def word_16(order: Criteria) -> Json:
    purpose = TO_PURPOSES_16.get(order.purpose, order.purpose) if order.purpose else None
    given = {
        "id": order.profile_id,
        "connectorId": order.evse_id,
        "chargingProfilePurpose": purpose,
        "stackLevel": order.stack_level,
    }
    return _given(given)


@orders.worded(*V2X, names=NAMES_2X)
def word_2x(order: Criteria) -> Json:
    if order.profile_id is not None:
        return {"chargingProfileId": order.profile_id}
    criteria = {
        "evseId": order.evse_id,
        "chargingProfilePurpose": order.purpose,
        "stackLevel": order.stack_level,
    }
    return {CRITERIA: _given(criteria)}


def _given(fields: Json) -> Json:
    return {name: value for name, value in fields.items() if value is not None}
