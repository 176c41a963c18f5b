"""NotifyDisplayMessages: a page of the messages that a station has to show, which is kept as what is known of them."""

from typing import TYPE_CHECKING, Any

from shared.aws.action import Action
from shared.aws.message import Call
from shared.domain.display_messages import KnownMessage
from shared.domain.reports import Report
from shared.ocpp.words_display import message_of
from shared.store import display_messages, reports

if TYPE_CHECKING:
    from shared.ocpp.v21.notify_display_messages import NotifyDisplayMessagesRequest

handler = Action("NotifyDisplayMessages", lambda _call: {})


@handler.on("2.0.1", "2.1")
def keep(request: "NotifyDisplayMessagesRequest", call: Call) -> dict[str, Any]:
    """Use cases O03 and O04. The pages have no numbers. Once a report of all messages is complete, those that it does
    not name are gone."""
    known = {one.message.message_id: one for one in display_messages.of_station(call.station_id)}
    told: dict[int, KnownMessage] = {}
    for said in request.message_info or []:
        before = known.get(said.id)
        told[said.id] = KnownMessage(message_of(said), call.received_at, before.call_id if before else None)
    display_messages.save(call.station_id, *told.values())
    report = reports.note_page(
        call.station_id,
        request.request_id,
        handler.name,
        seq_no=None,
        more=bool(request.tbc),
        at=call.received_at,
        part=sorted(told),
    )
    if report.is_whole(call.connected_at) and report.asked.get("all"):
        _drop_unnamed(report, [one for number, one in known.items() if number not in told])
    return {}


def _drop_unnamed(report: Report, others: list[KnownMessage]) -> None:
    for one in others:
        if one.noted_at < report.requested_at:
            display_messages.remove(report.station_id, one.message.message_id)
