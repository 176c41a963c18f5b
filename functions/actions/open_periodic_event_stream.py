"""OpenPeriodicEventStream: a station is going to send the values of a monitor, many to a message."""

from typing import TYPE_CHECKING, Any

from shared.aws.action import Action
from shared.aws.message import Call
from shared.domain.event_streams import EventStream
from shared.store import event_streams

if TYPE_CHECKING:
    from shared.ocpp.v21.open_periodic_event_stream import OpenPeriodicEventStreamRequest

handler = Action("OpenPeriodicEventStream")


@handler.on("2.1")
def keep(request: "OpenPeriodicEventStreamRequest", call: Call) -> dict[str, Any]:
    """Use case N11. Every stream is taken, of a monitor that we do not know as well."""
    said = request.constant_stream_data
    stream = EventStream(
        stream_id=said.id,
        monitor_id=said.variable_monitoring_id,
        interval_s=said.params.interval,
        values=said.params.values,
        state="open",
        changed_at=call.received_at,
        opened_at=call.received_at,
    )
    event_streams.save(call.station_id, stream)
    return {"status": "Accepted"}
