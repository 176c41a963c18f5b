"""GetDERControl: a station is asked to report its controls."""

from typing import TYPE_CHECKING

from shared.aws import der_controls as at_work
from shared.aws.command import Command, Message, Target
from shared.aws.orders import Names, Orders
from shared.domain.calls import Call, CallError, Json, request_id_of
from shared.domain.der_controls import DerCriteria
from shared.domain.errors import Invalid
from shared.store import reports

if TYPE_CHECKING:
    from shared.ocpp.v21.get_der_control import GetDERControlRequest, GetDERControlResponse

KIND = "ReportDERControl"

handler = Command("GetDERControl")
handler.speaks("2.1")
orders = Orders(handler)


@handler.completed("2.1")
def number(payload: Json, call_id: str) -> Json:
    return {"requestId": request_id_of(call_id), **payload}


@handler.before("2.1")
def check(request: "GetDERControlRequest", target: Target) -> Message:
    """Use case R04: one control by its id, or those of a type, by default or not."""
    if request.control_id is not None and request.control_type is not None:
        raise Invalid("It takes an id or a type, not both", path="payload.controlType")
    wanted = DerCriteria(request.is_default, request.control_type, request.control_id)
    asked = {name: value for name, value in wanted._asdict().items() if value is not None}
    reports.expect(target.station_id, request.request_id, KIND, target.call_id, asked)
    return Message(request)


@handler.answered("2.1")
def settle(request: "GetDERControlRequest", response: "GetDERControlResponse", call: Call) -> None:
    """NotFound: what we took for set is not."""
    report = reports.settle(call.station_id, request.request_id, response.status, KIND)
    if report is not None and report.state == "empty":
        at_work.drop_unreported(report)


@handler.refused("2.1")
def give_up(request: "GetDERControlRequest", error: CallError, call: Call) -> None:
    reports.settle(call.station_id, request.request_id, error.code, KIND)


@orders.worded(
    "2.1", names=Names({"is_default": "isDefault", "control_type": "controlType", "control_id": "controlId"})
)
def word(order: DerCriteria) -> Json:
    given = {"isDefault": order.is_default, "controlType": order.control_type, "controlId": order.control_id}
    return {name: value for name, value in given.items() if value is not None}
