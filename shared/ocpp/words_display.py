"""Display messages of OCPP 2.x in our words, and the other way round."""

from typing import Any

from shared.domain.display_messages import Display, DisplayMessage, MessageContent
from shared.ocpp.times import wire_time
from shared.ocpp.words_2x import evse_2x
from shared.ocpp.words_monitoring import given


def message_of(said: Any) -> DisplayMessage:
    """The message that a MessageInfoType is."""
    return DisplayMessage(
        message_id=said.id,
        priority=said.priority,
        content=_content(said.message),
        state=said.state,
        start_at=said.start_date_time,
        end_at=said.end_date_time,
        transaction_id=said.transaction_id,
        display=_display(said.display) if said.display else None,
        extra=tuple(_content(one) for one in getattr(said, "message_extra", None) or ()),
    )


def message_wire(message: DisplayMessage) -> dict[str, Any]:
    """The MessageInfoType of a message."""
    return given(
        {
            "id": message.message_id,
            "priority": message.priority,
            "message": _content_wire(message.content),
            "state": message.state,
            "startDateTime": wire_time(message.start_at, milliseconds=True) if message.start_at else None,
            "endDateTime": wire_time(message.end_at, milliseconds=True) if message.end_at else None,
            "transactionId": message.transaction_id,
            "display": _display_wire(message.display) if message.display else None,
            "messageExtra": [_content_wire(one) for one in message.extra] or None,
        }
    )


def _content(said: Any) -> MessageContent:
    return MessageContent(said.format, said.content, said.language)


def _content_wire(content: MessageContent) -> dict[str, Any]:
    return given(content._asdict())


def _display(said: Any) -> Display:
    evse = said.evse
    return Display(said.name, said.instance, evse.id if evse else None, evse.connector_id if evse else None)


def _display_wire(display: Display) -> dict[str, Any]:
    evse = evse_2x(display.evse_id, display.connector_id)
    return given({"name": display.component, "instance": display.component_instance, "evse": evse})
