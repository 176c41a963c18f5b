"""ClearDERControl: controls are removed from a station."""

from typing import TYPE_CHECKING

from shared.aws import der_controls as at_work
from shared.aws.command import Command, Message, Target
from shared.aws.orders import Names, Orders
from shared.domain.calls import Call, Json
from shared.domain.der_controls import DerCriteria, clear
from shared.domain.errors import Invalid
from shared.store import der_controls

if TYPE_CHECKING:
    from shared.ocpp.v21.clear_der_control import ClearDERControlRequest, ClearDERControlResponse

handler = Command("ClearDERControl")
handler.speaks("2.1")
orders = Orders(handler)
GONE = ("Accepted", "NotFound")


@handler.before("2.1")
def check(request: "ClearDERControlRequest", _target: Target) -> Message:
    """Use case R04: one control by its id, or all of a type."""
    if request.control_id is not None and request.control_type is not None:
        raise Invalid("It takes an id or a type, not both", path="payload.controlType")
    return Message(request)


@handler.answered("2.1")
def forget(request: "ClearDERControlRequest", response: "ClearDERControlResponse", call: Call) -> None:
    """Accepted or NotFound: the station has none of these any more."""
    if response.status not in GONE:
        return
    criteria = DerCriteria(request.is_default, request.control_type, request.control_id)
    for known in der_controls.of_station(call.station_id):
        if criteria.fit(known):
            der_controls.change(call.station_id, known.control_id, lambda standing: clear(standing, call.created_at))
            at_work.restore(call.station_id, known.control_id)


@orders.worded(
    "2.1", names=Names({"is_default": "isDefault", "control_type": "controlType", "control_id": "controlId"})
)
def word(order: DerCriteria) -> Json:
    given = {"isDefault": order.is_default, "controlType": order.control_type, "controlId": order.control_id}
    return {name: value for name, value in given.items() if value is not None}
