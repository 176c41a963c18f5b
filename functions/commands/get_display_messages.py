"""GetDisplayMessages: a station is asked for the messages that it has to show, all of them or some."""

from typing import TYPE_CHECKING

from shared.aws.command import Command, Message, Target
from shared.aws.orders import Names, Orders
from shared.domain.calls import Call, CallError, Json, request_id_of
from shared.domain.display_messages import MessageSelection
from shared.ocpp.words_monitoring import given
from shared.store import display_messages, reports

if TYPE_CHECKING:
    from shared.ocpp.v21.get_display_messages import GetDisplayMessagesRequest, GetDisplayMessagesResponse

PAGES = "NotifyDisplayMessages"
"""The action that brings them."""

handler = Command("GetDisplayMessages")
handler.speaks("2.0.1", "2.1")

orders = Orders(handler)


@orders.worded("2.0.1", "2.1", names=Names({"message_ids": "id", "priority": "priority", "state": "state"}))
def word(selection: MessageSelection) -> Json:
    ids = list(selection.message_ids) or None
    return given({"id": ids, "priority": selection.priority, "state": selection.state})


@handler.completed("2.0.1", "2.1")
def number(payload: Json, call_id: str) -> Json:
    return {"requestId": request_id_of(call_id), **payload}


@handler.before("2.0.1", "2.1")
def expect(request: "GetDisplayMessagesRequest", target: Target) -> Message:
    """Use cases O03 and O04. Its pages name the request id, so no other report of the station has it."""
    asked = request.to_wire()
    del asked["requestId"]
    reports.expect(target.station_id, request.request_id, PAGES, target.call_id, {"all": not asked, **asked})
    return Message(request)


@handler.answered("2.0.1", "2.1")
def settle(request: "GetDisplayMessagesRequest", response: "GetDisplayMessagesResponse", call: Call) -> None:
    """Unknown means that no message is there of those that were asked for."""
    reports.settle(call.station_id, request.request_id, response.status, PAGES)
    if response.status != "Unknown" or request.priority or request.state:
        return
    for one in display_messages.of_station(call.station_id):
        is_meant = request.id is None or one.message.message_id in request.id
        if is_meant and one.noted_at <= call.created_at:
            display_messages.remove(call.station_id, one.message.message_id)


@handler.refused("2.0.1", "2.1")
def give_up(request: "GetDisplayMessagesRequest", error: CallError, call: Call) -> None:
    reports.settle(call.station_id, request.request_id, error.code, PAGES)
