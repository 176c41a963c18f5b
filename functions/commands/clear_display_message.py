"""ClearDisplayMessage: a station is to give up a message, by its number."""

from typing import TYPE_CHECKING

from shared.aws.command import Command
from shared.aws.orders import Names, Orders
from shared.domain.calls import Call, Json
from shared.store import display_messages

if TYPE_CHECKING:
    from shared.ocpp.v21.clear_display_message import ClearDisplayMessageRequest, ClearDisplayMessageResponse

GONE = ("Accepted", "Unknown")

handler = Command("ClearDisplayMessage")
handler.speaks("2.0.1", "2.1")

orders = Orders(handler)
"""The number of a message."""


@orders.worded("2.0.1", "2.1", names=Names({"message_id": "id"}))
def word(message_id: int) -> Json:
    return {"id": message_id}


@handler.answered("2.0.1", "2.1")
def keep(request: "ClearDisplayMessageRequest", response: "ClearDisplayMessageResponse", call: Call) -> None:
    """Use case O05. A station of 2.1 may keep it: Rejected."""
    if response.status in GONE:
        display_messages.remove(call.station_id, request.id)
