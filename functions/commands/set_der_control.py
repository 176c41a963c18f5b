"""SetDERControl: a station is given a control by which it behaves towards the grid."""

import datetime as dt
from typing import TYPE_CHECKING

from shared.aws import der_controls as at_work
from shared.aws.command import Command, Message, Target
from shared.aws.orders import Names, Orders
from shared.domain.calls import Call, CallError, Json
from shared.domain.der_controls import (
    CURVE,
    OBJECTS,
    DerControl,
    accept,
    complaints,
    object_of,
    reject,
    send,
)
from shared.domain.errors import Invalid
from shared.store import der_controls

if TYPE_CHECKING:
    from shared.ocpp.v21.set_der_control import SetDERControlRequest, SetDERControlResponse

ALL_OBJECTS = (CURVE, *OBJECTS.values())


class ControlNames(Names):
    """Names for a control, whose content stands in another object for each type."""

    def ours(self, path: str) -> str:
        name, dot, rest = path.removeprefix("payload.").partition(".")
        return f"control{dot}{rest}" if name in ALL_OBJECTS else super().ours(path)


NAMES = ControlNames({"control_id": "controlId", "control_type": "controlType", "is_default": "isDefault"})

handler = Command("SetDERControl")
handler.speaks("2.1")
orders = Orders(handler)


@handler.before("2.1")
def check(request: "SetDERControlRequest", target: Target) -> Message:
    """Use case R04: exactly the object that goes with the type; a default has no time (rule V-18)."""
    payload = request.to_wire(milliseconds=True)
    given = {name: payload[name] for name in ALL_OBJECTS if name in payload}
    if not target.unchecked and (found := complaints(request.control_type, given, is_default=request.is_default)):
        errors = [(f"payload.{path}", reason) for path, reason in found]
        raise Invalid("The station would refuse the control", errors=errors)
    control = _control(request, target.call_id, dt.datetime.now(dt.UTC))
    der_controls.change(target.station_id, control.control_id, lambda standing: send(standing, control))
    return Message(request)


@handler.answered("2.1")
def keep(request: "SetDERControlRequest", response: "SetDERControlResponse", call: Call) -> None:
    """The station tells which controls do not count any more, now that it has this one."""
    if response.status != "Accepted":
        _reject(request, call, response.status)
        return
    control = _control(request, call.call_id, call.created_at)
    superseded = response.superseded_ids or []
    control = control._replace(is_superseded=control.control_id in superseded)
    der_controls.change(call.station_id, control.control_id, lambda standing: accept(standing, control))
    for control_id in superseded:
        if control_id != control.control_id:
            at_work.supersede(call.station_id, control_id, control.control_id, call.created_at)


@handler.refused("2.1")
def give_up(request: "SetDERControlRequest", error: CallError, call: Call) -> None:
    _reject(request, call, error.code)


def _reject(request: "SetDERControlRequest", call: Call, status: str) -> None:
    der_controls.change(call.station_id, request.control_id, lambda standing: reject(standing, call.call_id, status))


def _control(request: "SetDERControlRequest", call_id: str, at: dt.datetime) -> DerControl:
    payload = request.to_wire(milliseconds=True)
    content = payload.get(object_of(request.control_type), {})
    return DerControl(
        request.control_id, request.control_type, request.is_default, content, "sent", at, call_id=call_id
    )


@orders.worded("2.1", names=NAMES)
def word(order: DerControl) -> Json:
    return {
        "isDefault": order.is_default,
        "controlId": order.control_id,
        "controlType": order.control_type,
        object_of(order.control_type): order.control,
    }
