"""AdjustPeriodicEventStream: a station is to send the values of a stream more or less often."""

import datetime as dt
from typing import TYPE_CHECKING

from shared.aws.command import Command
from shared.domain.calls import Call
from shared.store import event_streams

if TYPE_CHECKING:
    from shared.ocpp.v21.adjust_periodic_event_stream import (
        AdjustPeriodicEventStreamRequest,
        AdjustPeriodicEventStreamResponse,
    )

handler = Command("AdjustPeriodicEventStream")
handler.speaks("2.1")


@handler.answered("2.1")
def keep(
    request: "AdjustPeriodicEventStreamRequest", response: "AdjustPeriodicEventStreamResponse", call: Call
) -> None:
    """Use case N14. What is not given stays as it was."""
    stream = event_streams.find(call.station_id, request.id)
    if response.status != "Accepted" or stream is None:
        return
    wished = request.params
    adjusted = stream._replace(
        interval_s=stream.interval_s if wished.interval is None else wished.interval,
        values=stream.values if wished.values is None else wished.values,
        changed_at=dt.datetime.now(dt.UTC),
    )
    event_streams.save(call.station_id, adjusted)
