"""ClearVariableMonitoring: a station is to give up monitors, by their numbers."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from shared.aws.command import Command, Message, Target
from shared.aws.device_model import batches
from shared.aws.orders import Names, Orders
from shared.domain.calls import Call, Json
from shared.domain.errors import Invalid
from shared.store import alarms, monitors

if TYPE_CHECKING:
    from shared.ocpp.v21.clear_variable_monitoring import (
        ClearVariableMonitoringRequest,
        ClearVariableMonitoringResponse,
    )

CONTROLLER = "MonitoringCtrlr"
"""The component that tells how much the station takes at once."""
GONE = ("Accepted", "NotFound")

handler = Command("ClearVariableMonitoring")
handler.speaks("2.0.1", "2.1")

orders = Orders(handler)
"""Numbers of monitors."""


@orders.worded("2.0.1", "2.1", names=Names({"monitor_id": "id[]"}))
def word(monitor_ids: Sequence[int]) -> Json:
    return {"id": list(monitor_ids)}


@handler.before("2.0.1", "2.1")
def split(request: "ClearVariableMonitoringRequest", target: Target) -> list[Message]:
    """Use case N06. More than the station takes at once become several calls."""
    if len(set(request.id)) < len(request.id):
        raise Invalid("A number stands twice", path="payload.id")
    # A number by itself is no object, but takes its room in the message all the same.
    parts = batches(target.station_id, handler.name, request.id, [{"": one} for one in request.id], CONTROLLER)
    return [Message(request.model_copy(update={"id": part})) for part in parts]


@handler.answered("2.0.1", "2.1")
def keep(_request: "ClearVariableMonitoringRequest", response: "ClearVariableMonitoringResponse", call: Call) -> None:
    """A monitor that is gone leaves no alarm, since nothing would ever end it. What the station has by construction it
    does not give up: Rejected."""
    for result in response.clear_monitoring_result:
        if result.status in GONE:
            monitors.remove(call.station_id, result.id)
            alarms.drop(call.station_id, result.id)
