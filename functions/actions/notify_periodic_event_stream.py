"""NotifyPeriodicEventStream: values of a stream, in a message that is never answered (SEND)."""

import datetime as dt
from typing import TYPE_CHECKING, Any

from shared.aws.action import Action
from shared.aws.message import Call
from shared.domain.event_streams import StreamedValue, StreamedValues
from shared.store import event_streams

if TYPE_CHECKING:
    from shared.ocpp.v21.notify_periodic_event_stream import NotifyPeriodicEventStreamRequest

handler = Action("NotifyPeriodicEventStream")


@handler.on("2.1")
def keep(request: "NotifyPeriodicEventStreamRequest", call: Call) -> dict[str, Any]:
    """Use case N15. A value's time is seconds after the message's base time (rule V-20). One write, whether the stream
    is known or not."""
    values = tuple(StreamedValue(_after(request.basetime, one.t), one.v) for one in request.data)
    brought = StreamedValues(request.id, call.received_at, request.pending, values)
    event_streams.record(call.station_id, brought)
    return {}


def _after(base: dt.datetime, offset_s: float) -> dt.datetime:
    """The moment; of an offset that leaves the calendar the base itself."""
    try:
        return base + dt.timedelta(seconds=offset_s)
    except OverflowError:
        return base
