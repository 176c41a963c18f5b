"""SetVariableMonitoring: a station is to watch variables of its own, and tell when something happens to them."""

import datetime as dt
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from shared.aws.command import Command, Message, Target
from shared.aws.device_model import batches
from shared.aws.orders import Names, Orders
from shared.domain.calls import Call, Json
from shared.domain.errors import Conflict, Invalid
from shared.domain.monitoring import LEAST_SEVERE, Monitor, WishedMonitor, value_complaint
from shared.ocpp.words_monitoring import monitor_wire
from shared.ocpp.words_variables import variable_id
from shared.store import alarms, monitors

if TYPE_CHECKING:
    from shared.ocpp.v21.set_variable_monitoring import (
        SetMonitoringDataType,
        SetVariableMonitoringRequest,
        SetVariableMonitoringResponse,
    )

CONTROLLER = "MonitoringCtrlr"
"""The component that tells how much the station takes at once."""
DATA = "payload.setMonitoringData"

handler = Command("SetVariableMonitoring")
handler.speaks("2.0.1", "2.1")

orders = Orders(handler)
"""The monitors that a station is to have."""

NAMES = Names(
    {
        "monitors": "setMonitoringData",
        "monitors[]": "setMonitoringData[]",
        "monitors[].monitor_id": "setMonitoringData[].id",
        "monitors[].type": "setMonitoringData[].type",
        "monitors[].value": "setMonitoringData[].value",
        "monitors[].severity": "setMonitoringData[].severity",
        "monitors[].stream": "setMonitoringData[].periodicEventStream",
    }
)


@orders.worded("2.0.1", "2.1", names=NAMES)
def word(wished: Sequence[WishedMonitor]) -> Json:
    return {"setMonitoringData": [monitor_wire(one) for one in wished]}


@handler.before("2.0.1", "2.1")
def check(request: "SetVariableMonitoringRequest", target: Target) -> list[Message]:
    """Use case N04. More than the station takes at once become several calls."""
    data = request.set_monitoring_data
    _check(data, target)
    parts = batches(target.station_id, handler.name, data, [one.to_wire() for one in data], CONTROLLER)
    return [Message(request.model_copy(update={"set_monitoring_data": part})) for part in parts]


def _check(data: "Sequence[SetMonitoringDataType]", target: Target) -> None:
    """Raises Invalid for what no station can do, Conflict for what this one has otherwise (rule EVT-02)."""
    errors = [
        (f"{DATA}[{number}].severity", f"A severity is 0 to {LEAST_SEVERE}")
        for number, one in enumerate(data)
        if not 0 <= one.severity <= LEAST_SEVERE
    ]
    errors += [
        (f"{DATA}[{number}].value", reason)
        for number, one in enumerate(data)
        if (reason := value_complaint(one.type, one.value))
    ]
    seen = set[Any]()
    for number, one in enumerate(data):
        place = _place(one)
        if place in seen:
            errors.append((f"{DATA}[{number}]", "There is one of this variable, type and severity before"))
        seen.add(place)
    if errors:
        raise Invalid("There are monitors that cannot be set", errors=errors)
    named = {one.id: number for number, one in enumerate(data) if one.id is not None}
    for monitor_id, known in monitors.find_many(target.station_id, named).items():
        if known.variable.normal != _place(data[named[monitor_id]])[0] and not target.unchecked:
            reason = f"The monitor {monitor_id} is of {known.variable}; of another variable it needs another number"
            raise Conflict(reason, path=f"{DATA}[{named[monitor_id]}].id")


def _place(one: Any) -> tuple[Any, ...]:
    return variable_id(one.component, one.variable).normal, one.type, one.severity


@handler.answered("2.0.1", "2.1")
def keep(request: "SetVariableMonitoringRequest", response: "SetVariableMonitoringResponse", call: Call) -> None:
    """Results name variable, type and severity, so their order does not matter. The station gives each monitor its
    number; one that it had in the same place under another is gone."""
    wished = {_place(one): one for one in request.set_monitoring_data}
    now = dt.datetime.now(dt.UTC)
    accepted = []
    for result in response.set_monitoring_result:
        asked = wished.get(_place(result))
        if asked is None:
            continue
        monitor_id = asked.id if result.id is None else result.id
        if result.status == "Accepted" and monitor_id is not None:
            accepted.append(
                Monitor(
                    monitor_id=monitor_id,
                    variable=variable_id(result.component, result.variable),
                    type=result.type,
                    value=asked.value,
                    severity=result.severity,
                    transaction_only=bool(asked.transaction),
                    kind="CustomMonitor",
                    noted_at=now,
                    call_id=call.call_id,
                )
            )
    if not accepted:
        return
    new = {one.place: one.monitor_id for one in accepted}
    for known in monitors.of_station(call.station_id):
        if new.get(known.place, known.monitor_id) != known.monitor_id:
            monitors.remove(call.station_id, known.monitor_id)
            alarms.drop(call.station_id, known.monitor_id)
    monitors.save(call.station_id, accepted)
