"""GetPeriodicEventStream: a station is asked which streams it has open."""

import datetime as dt
from typing import TYPE_CHECKING

from shared.aws.command import Command
from shared.domain.calls import Call
from shared.domain.event_streams import EventStream
from shared.store import event_streams

if TYPE_CHECKING:
    from shared.ocpp.v21.get_periodic_event_stream import (
        GetPeriodicEventStreamRequest,
        GetPeriodicEventStreamResponse,
    )

handler = Command("GetPeriodicEventStream")
handler.speaks("2.1")


@handler.answered("2.1")
def keep(_request: "GetPeriodicEventStreamRequest", response: "GetPeriodicEventStreamResponse", call: Call) -> None:
    """Use case N12. What the station lists is open, the others are closed; what it opened since it was asked stays."""
    now = dt.datetime.now(dt.UTC)
    known = {one.stream_id: one for one in event_streams.of_station(call.station_id)}
    listed = set()
    for said in response.constant_stream_data or []:
        listed.add(said.id)
        before = known.get(said.id)
        stream = EventStream(
            stream_id=said.id,
            monitor_id=said.variable_monitoring_id,
            interval_s=said.params.interval,
            values=said.params.values,
            state="open",
            changed_at=now,
            opened_at=before.opened_at if before and before.state == "open" else None,
        )
        event_streams.save(call.station_id, stream)
    for one in known.values():
        if one.state == "open" and one.stream_id not in listed and one.changed_at <= (call.sent_at or call.created_at):
            event_streams.save(call.station_id, one._replace(state="closed", changed_at=now))
