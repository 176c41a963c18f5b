"""ClearChargingProfile: limits are removed from a station."""

from shared.aws.command import Command, Message, Target
from shared.aws.orders import Names, Orders
from shared.domain.calls import Call, Json
from shared.domain.charging_profiles import Criteria, clear
from shared.domain.errors import Invalid
from shared.ocpp.charging16 import PURPOSES
from shared.ocpp.v16.clear_charging_profile import ClearChargingProfileRequest, ClearChargingProfileResponse
from shared.store import charging_profiles

handler = Command("ClearChargingProfile")
handler.speaks("1.6")
orders = Orders(handler)


@handler.before("1.6")
def request(request: ClearChargingProfileRequest, _target: Target) -> Message:
    """Section 5.4 of OCPP 1.6."""
    if request.connector_id is not None and request.connector_id < 0:
        raise Invalid("There is no connector with a negative number", path="payload.connectorId")
    if request.stack_level is not None and request.stack_level < 0:
        raise Invalid("There is no negative stack level", path="payload.stackLevel")
    return Message(request)


@handler.answered("1.6")
def forget(request: ClearChargingProfileRequest, _response: ClearChargingProfileResponse, call: Call) -> None:
    """Accepted or Unknown: the station has none of these profiles any more. One that was sent since it may have."""
    purpose = request.charging_profile_purpose
    criteria = Criteria(request.id, request.connector_id, PURPOSES[purpose] if purpose else None, request.stack_level)
    for known in charging_profiles.of_station(call.station_id):
        if criteria.fit(known.profile):
            charging_profiles.change(
                call.station_id, known.profile.profile_id, lambda standing: clear(standing, call.created_at)
            )


@orders.worded("1.6", names=Names({"profile_id": "id"}))
def word(order: Criteria) -> Json:
    given = {"id": order.profile_id, "connectorId": order.evse_id, "stackLevel": order.stack_level}
    return {name: value for name, value in given.items() if value is not None}
