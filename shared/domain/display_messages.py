"""Display messages (block O): what a station shows on its display besides what it has to."""

import datetime as dt
from typing import Literal, NamedTuple

MessagePriority = Literal["AlwaysFront", "InFront", "NormalCycle"]
"""AlwaysFront: in place of all others. InFront: in turn with others of its kind. NormalCycle: when nothing of these is
there."""
MessageState = Literal["Charging", "Faulted", "Idle", "Unavailable", "Suspended", "Discharging"]
"""In which state of the station, or of the transaction, it is shown; the last two are 2.1's."""
MessageFormat = Literal["ASCII", "HTML", "URI", "UTF8", "QRCODE"]
"""QRCODE is 2.1's: the content is what the code says."""


class MessageContent(NamedTuple):
    """A text in one language (RFC 5646); 512 characters in 2.0.1, 1,024 in 2.1."""

    format: MessageFormat
    content: str
    language: str | None = None


class Display(NamedTuple):
    """A display of a station, by its component; none is the station's choice."""

    component: str
    component_instance: str | None = None
    evse_id: int | None = None
    connector_id: int | None = None


class DisplayMessage(NamedTuple):
    """A message at a station. Another one with its number takes its place."""

    message_id: int
    priority: MessagePriority
    content: MessageContent
    state: MessageState | None = None
    start_at: dt.datetime | None = None
    """From when it is shown; None: at once."""
    end_at: dt.datetime | None = None
    """When the station drops it; None: never."""
    transaction_id: str | None = None
    """The station shows it in this transaction, and drops it at its end."""
    display: Display | None = None
    extra: tuple[MessageContent, ...] = ()
    """2.1: the same in other languages."""


class KnownMessage(NamedTuple):
    """A message that a station has, as far as its answers have told."""

    message: DisplayMessage
    noted_at: dt.datetime
    """When the station accepted or reported it."""
    call_id: str | None = None
    """The call that set it; None: it came otherwise."""


class MessageSelection(NamedTuple):
    """Which messages a station is asked for: all that are meant by everything that is given."""

    message_ids: tuple[int, ...] = ()
    """None: by whatever number."""
    priority: MessagePriority | None = None
    state: MessageState | None = None
