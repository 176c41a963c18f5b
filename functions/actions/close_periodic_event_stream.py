"""ClosePeriodicEventStream: a station sends no more values on a stream."""

from typing import TYPE_CHECKING, Any

from shared.aws.action import Action
from shared.aws.message import Call
from shared.store import event_streams

if TYPE_CHECKING:
    from shared.ocpp.v21.close_periodic_event_stream import ClosePeriodicEventStreamRequest

handler = Action("ClosePeriodicEventStream", lambda _call: {})


@handler.on("2.1")
def keep(request: "ClosePeriodicEventStreamRequest", call: Call) -> dict[str, Any]:
    """Use case N13. What the stream has brought stays."""
    stream = event_streams.find(call.station_id, request.id)
    if stream:
        event_streams.save(call.station_id, stream._replace(state="closed", changed_at=call.received_at))
    return {}
