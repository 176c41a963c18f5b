"""The message log as the operator API shows it."""

import datetime as dt
from typing import Literal

from pydantic import JsonValue

from shared.aws.paging import NextCursor
from shared.aws.views import View


class MessageFinding(View):
    """What a message had against the standard."""

    code: str
    """The quirk, as in docs/quirks.md: `Q-07`."""
    path: str
    """The place in the payload, without positions in lists: `meterValue[].timestamp`."""


class Message(View):
    """A frame that came from a station or went to it, without its secrets."""

    at: dt.datetime
    """When API Gateway took it from the station, or when we handed it over."""
    direction: Literal["in", "out"]
    """in: from the station; out: to it."""
    frame: list[JsonValue] | str
    """The JSON array; the text of what is none; the beginning of one that was too long."""
    frame_chars: int | None
    """The length of a frame that was too long; null: `frame` is all of it."""
    action: str
    """With an answer, that of its call; empty: it could not be read, or nobody knows the call."""
    message_id: str
    """Empty: it could not be read."""
    outcome: str
    """What came of it. Of a call of the station and its answer: `answered`, `ignored`, or the code of the CALLERROR. Of
    a call of ours: `sent`, or `unknown` if perhaps it was not; of its answer: `taken`, `late` or `duplicate`."""
    answered_in_ms: int | None
    """Of a station's call: how long it took to be answered. Of an answer to a call of ours: how long the station took.
    Null for the others."""
    findings: list[MessageFinding]
    """What had to be repaired in it."""


class MessageList(View):
    """A page of messages, newest first."""

    items: list[Message]
    next_cursor: NextCursor
