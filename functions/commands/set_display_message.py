"""SetDisplayMessage: a station is given a message to show, or another one in the place of that with its number."""

import datetime as dt
import re
from typing import TYPE_CHECKING

from shared.aws.command import Command, Message, Target
from shared.aws.orders import Names, Orders
from shared.domain.calls import Call, Json
from shared.domain.display_messages import DisplayMessage, KnownMessage
from shared.domain.errors import Invalid
from shared.ocpp.words_display import message_of, message_wire
from shared.store import display_messages

if TYPE_CHECKING:
    from shared.ocpp.v21.set_display_message import SetDisplayMessageRequest, SetDisplayMessageResponse

handler = Command("SetDisplayMessage")
handler.speaks("2.0.1", "2.1")

orders = Orders(handler)

URI = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:[^\s<>\"]*[^\s<>\":/]")
"""A scheme, and something after it (RFC 3986)."""

NAMES = Names(
    {
        "message_id": "message.id",
        "priority": "message.priority",
        "content": "message.message",
        "content.format": "message.message.format",
        "content.content": "message.message.content",
        "content.language": "message.message.language",
        "state": "message.state",
        "start_at": "message.startDateTime",
        "end_at": "message.endDateTime",
        "transaction_id": "message.transactionId",
        "display": "message.display",
        "extra": "message.messageExtra",
        "extra[].content": "message.messageExtra[].content",
    }
)


@orders.worded("2.0.1", "2.1", names=NAMES)
def word(message: DisplayMessage) -> Json:
    return {"message": message_wire(message)}


@handler.before("2.0.1", "2.1")
def check(request: "SetDisplayMessageRequest", target: Target) -> Message:
    """Use cases O01, O02 and O06. What the station cannot show, it says itself."""
    message = message_of(request.message)
    if message.end_at and message.start_at and message.end_at <= message.start_at and not target.unchecked:
        raise Invalid("It ends before it starts", path="payload.message.endDateTime")
    if message.end_at and message.end_at <= dt.datetime.now(dt.UTC) and not target.unchecked:
        raise Invalid("Its end is over", path="payload.message.endDateTime")
    languages = [one.language for one in message.extra]
    if len(set(languages)) < len(languages):
        raise Invalid("A language stands twice", path="payload.message.messageExtra")
    for one, path in ((message.content, "message.content"), *((one, "messageExtra") for one in message.extra)):
        if one.format == "URI" and not URI.fullmatch(one.content) and not target.unchecked:
            raise Invalid("It is no URI, which its format says", path=f"payload.message.{path}")
    return Message(request)


@handler.answered("2.0.1", "2.1")
def keep(request: "SetDisplayMessageRequest", response: "SetDisplayMessageResponse", call: Call) -> None:
    if response.status == "Accepted":
        now = dt.datetime.now(dt.UTC)
        display_messages.save(call.station_id, KnownMessage(message_of(request.message), now, call.call_id))
