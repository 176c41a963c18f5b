"""The shapes of display messages in the operator API."""

import datetime as dt
from typing import Annotated

from pydantic import ConfigDict, Field

from shared.aws.paging import NextCursor
from shared.aws.parameters import MAX_INTEGER, OptionalTime, Printable
from shared.aws.views import View
from shared.domain import display_messages as domain
from shared.domain.display_messages import MessageFormat, MessagePriority, MessageState

Number = Annotated[int, Field(ge=0, le=MAX_INTEGER)]
Name = Annotated[str, Field(min_length=1, max_length=50), Printable]


class Given(View):
    """Part of a request."""

    model_config = ConfigDict(extra="forbid", strict=True)


class MessageContent(Given):
    """A text in one language."""

    format: MessageFormat
    """QRCODE takes OCPP 2.1: the content is what the code says."""
    content: Annotated[str, Field(max_length=1024)]
    """At most 512 characters in OCPP 2.0.1."""
    language: Annotated[str, Field(min_length=1, max_length=8), Printable] | None = None
    """As RFC 5646 has it: `en`, `de-AT`."""


class Display(Given):
    """A display of a station, by its component."""

    component: Name
    component_instance: Name | None = None
    evse_id: Annotated[int, Field(ge=1, le=MAX_INTEGER)] | None = None
    connector_id: Annotated[int, Field(ge=1, le=MAX_INTEGER)] | None = None


class Message(Given):
    """What a station has to show."""

    priority: MessagePriority
    """AlwaysFront: in place of all others. InFront: in turn with others of its kind. NormalCycle: in turn while none of
    these is there."""
    content: MessageContent
    state: MessageState | None = None
    """Only while the station, or the transaction, is in this state; Suspended and Discharging take OCPP 2.1."""
    start_at: OptionalTime = None
    """From when; null: at once."""
    end_at: OptionalTime = None
    """Until when; null: until it is removed."""
    transaction_id: Annotated[str, Field(min_length=1, max_length=255), Printable] | None = None
    """Only in this transaction, which must run, and with which it goes."""
    display: Display | None = None
    """Where; null: the station chooses."""
    extra: Annotated[list[MessageContent], Field(max_length=4, default_factory=list)]
    """OCPP 2.1: the same in other languages."""


class MessageOrder(Message):
    """A message that a station is to show."""

    message_id: Number | None = None
    """Its number at the station: the message that has it is replaced. Left out, a new one."""

    def in_domain(self, message_id: int) -> domain.DisplayMessage:
        return domain.DisplayMessage(
            message_id=message_id,
            priority=self.priority,
            content=_content(self.content),
            state=self.state,
            start_at=self.start_at,
            end_at=self.end_at,
            transaction_id=self.transaction_id,
            display=domain.Display(**self.display.model_dump()) if self.display else None,
            extra=tuple(_content(one) for one in self.extra),
        )


class ShownContent(View):
    """A text in one language, as a station has it."""

    format: str
    content: str
    language: str | None


class ShownDisplay(View):
    """A display of a station, as the station names it."""

    component: str
    component_instance: str | None
    evse_id: int | None
    connector_id: int | None


class DisplayMessage(View):
    """A message at a station, as far as its answers and reports have told."""

    message_id: int
    priority: MessagePriority
    content: ShownContent
    state: MessageState | None
    start_at: dt.datetime | None
    end_at: dt.datetime | None
    transaction_id: str | None
    display: ShownDisplay | None
    extra: list[ShownContent]
    noted_at: dt.datetime
    """When the station accepted or reported it."""
    call_id: str | None
    """The call that set it; null: it came otherwise."""


class DisplayMessageList(View):
    """A page of the messages at a station, by their numbers."""

    items: list[DisplayMessage]
    next_cursor: NextCursor


class MessageSelection(Given):
    """Which messages a station is to be asked for: those that are meant by everything given; nothing means all."""

    message_ids: Annotated[list[Number], Field(max_length=200, default_factory=list)]
    priority: MessagePriority | None = None
    state: MessageState | None = None

    def in_domain(self) -> domain.MessageSelection:
        return domain.MessageSelection(tuple(self.message_ids), self.priority, self.state)


def message_view(known: domain.KnownMessage) -> DisplayMessage:
    message = known.message
    fields = message._asdict() | {
        "content": ShownContent(**message.content._asdict()),
        "display": ShownDisplay(**message.display._asdict()) if message.display else None,
        "extra": [ShownContent(**one._asdict()) for one in message.extra],
    }
    return DisplayMessage(**fields, noted_at=known.noted_at, call_id=known.call_id)


def _content(given: MessageContent) -> domain.MessageContent:
    return domain.MessageContent(given.format, given.content, given.language)
