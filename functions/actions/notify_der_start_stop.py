"""NotifyDERStartStop: a station has started or stopped to behave by a control."""

from typing import TYPE_CHECKING, Any

from shared.aws import der_controls as at_work
from shared.aws import statuses
from shared.aws.action import Action
from shared.aws.message import Call
from shared.domain.der_controls import run
from shared.domain.events import Event
from shared.store import der_controls, events

if TYPE_CHECKING:
    from shared.ocpp.v21.notify_der_start_stop import NotifyDERStartStopRequest

handler = Action("NotifyDERStartStop")


@handler.on("2.1")
def note(request: "NotifyDERStartStopRequest", call: Call) -> dict[str, Any]:
    """Use case R04. What it supersedes does not count while it runs."""
    at, is_running = statuses.believed(request.timestamp, call.received_at), request.started
    der_controls.change(call.station_id, request.control_id, lambda one: run(one, is_running=is_running, at=at))
    superseded = request.superseded_ids or []
    if is_running:
        for control_id in superseded:
            at_work.supersede(call.station_id, control_id, request.control_id, call.received_at)
    else:
        at_work.restore(call.station_id, request.control_id)
    data = {"control_id": request.control_id, "is_running": is_running, "superseded_ids": superseded}
    events.record(Event("der.control", call.station_id, at, data), call.received_at)
    return {}
