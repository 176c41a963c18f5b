"""Heartbeat: a sign of life, answered with our time."""

from shared.aws.action import Action
from shared.aws.message import Call
from shared.domain.stations import planned_age
from shared.ocpp.times import wire_time
from shared.store import connections

handler = Action("Heartbeat")


@handler.on("1.6", "2.0.1", "2.1", bare=True)
def heartbeat(_request: None, call: Call) -> dict[str, str]:
    """Section 4.6 of OCPP 1.6, use case G02 of 2.x. Without a model: an idle fleet's most frequent function needs no
    pydantic."""
    close_due = call.received_at - call.connected_at >= planned_age(call.connection_id)
    connections.heartbeat(call.station_id, call.connection_id, call.received_at, close_due=close_due)
    return {"currentTime": wire_time(call.received_at, milliseconds=call.options.milliseconds)}
