"""NotifyDERStartStop: a station has started or stopped to behave by a control."""

from typing import TYPE_CHECKING, Any

from shared.aws.action import Action
from shared.aws.message import Call
from shared.domain.der_controls import run, supersede
from shared.store import der_controls

if TYPE_CHECKING:
    from shared.ocpp.v21.notify_der_start_stop import NotifyDERStartStopRequest

handler = Action("NotifyDERStartStop")


@handler.on("2.1")
def note(request: "NotifyDERStartStopRequest", call: Call) -> dict[str, Any]:
    """Use case R04. What it supersedes does not count while it runs."""
    at, is_running = request.timestamp, request.started
    der_controls.change(call.station_id, request.control_id, lambda one: run(one, is_running=is_running, at=at))
    for control_id in request.superseded_ids or ():
        der_controls.change(call.station_id, control_id, lambda one: supersede(one, call.received_at))
    return {}
