"""The message log: the frames of a station in the functions' log lines, and what a line says of them.

A CALL of a station and our answer are one line, of the function that answered. A CALL of ours is a line when it is
sent, and its answer one when it comes. Frames stand in a line as JSON, which is shorter than JSON within a text, and
without secrets. docs/adr/0018-message-log.md says why there is no other place for them.

| field                             | of a line                                                                    |
|-----------------------------------|------------------------------------------------------------------------------|
| `station_id`, `ocpp_version`      |                                                                              |
| `action`, `message_id`            | empty if they could not be read                                              |
| `outcome`                         | `answered`, `ignored`, or the code of our CALLERROR; of a CALL of ours `sent` |
|                                   | or `unknown` (perhaps sent), of its answer `taken`, `late` or `duplicate`     |
| `ms`                              | from API Gateway's taking the message to the line                            |
| `cold`                            | true in the first line of a Lambda environment                               |
| `received`, `sent`                | the frames from and to the station, if they are logged                       |
| `at_ms`                           | with them: when API Gateway took the message, or when we began to send ours  |
| `received_chars`, `sent_chars`    | the length of a frame that was too long to log whole                         |
| `findings`                        | what had to be repaired: `Q-07 meterValue[].timestamp`                       |
| `answered_in_ms`                  | of an answer to a call of ours: since it was sent                            |
| `waited_ms`                       | of a CALL of ours that was sent: since it was asked for                      |
"""

import datetime as dt
import json
from typing import TYPE_CHECKING, Any, Literal, NamedTuple

from shared.aws.masking import SECRETS, masked_call, masked_frame, masked_text, may_hold_secret
from shared.aws.telemetry import cold_start, logger
from shared.domain.stations import Options
from shared.ocpp import frame
from shared.ocpp.frame import CallFrame, FrameError
from shared.settings import settings

if TYPE_CHECKING:
    from shared.domain.calls import Call

LINE = "call"
"""The message of such a line, by which it is told from others."""
MAX_FRAME_CHARS = 16_384
"""So that a line with two frames stays below the 256 KB of a log event, however its characters are written."""
MAX_ACTION_CHARS = 64
MANY_BRACKETS = 100
"""What has fewer cannot be nested too deep."""
LONGEST = dt.timedelta(seconds=30)
"""No message takes longer from API Gateway to its line: our functions end earlier, and API Gateway does after 29 s."""

Direction = Literal["in", "out"]


class Message(NamedTuple):
    """A frame that came from a station or went to it, as the log shows it."""

    at: dt.datetime
    """When API Gateway took it, or when we handed it to API Gateway."""
    direction: Direction
    """in: from the station; out: to it."""
    frame: list[Any] | str
    """The JSON array without its secrets; the raw text of what is none; the beginning of one that was too long."""
    frame_chars: int | None
    """The length of a frame that was too long; None: it is whole."""
    action: str
    message_id: str
    outcome: str
    answered_in_ms: int | None
    """Of a station's CALL: how long our answer took. Of an answer to a CALL of ours: how long the station took."""
    findings: tuple[str, ...]
    """What had to be repaired in it."""


# ---------------------------------------------------------------------- towards the log


def is_wanted(options: Options, *, is_odd: bool = False) -> bool:
    """Whether frames of a station are logged. `is_odd`: it was refused or ignored, which the stage's setting alone
    does not keep from the log; the station's does."""
    if options.message_log:
        return options.message_log == "on"
    return settings().message_log or is_odd


def line(
    station_id: str, ocpp_version: str, *, action: str, message_id: str, outcome: str, since: dt.datetime
) -> dict[str, Any]:
    """What every line says; `since` is when the frame came, or when we began to send it."""
    took = dt.datetime.now(dt.UTC) - since
    return {
        "station_id": station_id,
        "ocpp_version": ocpp_version,
        "action": _clean(action)[:MAX_ACTION_CHARS],
        "message_id": _clean(message_id),
        "outcome": outcome,
        "ms": max(0, round(took.total_seconds() * 1000)),
        **cold_start(),
    }


def frames(since: dt.datetime, *, received: str | None = None, sent: str | None = None) -> dict[str, Any]:
    """The fields of a line that carry frames, given as the texts that were on the wire; `since` as above."""
    fields: dict[str, Any] = {"at_ms": round(since.timestamp() * 1000)}
    for name, text in (("received", received), ("sent", sent)):
        if text is not None:
            fields[name] = _shown(_clean(text))
            if len(text) > MAX_FRAME_CHARS and isinstance(fields[name], str):
                fields[f"{name}_chars"] = len(text)
    return fields


def log_sent(call: "Call", text: str, since: dt.datetime, outcome: str) -> None:
    """The line of a CALL of ours that was sent as this text, or perhaps was; `since` is when we began to send it."""
    fields = line(
        call.station_id,
        call.ocpp_version,
        action=call.action,
        message_id=call.call_id,
        outcome=outcome,
        since=since,
    )
    fields["waited_ms"] = max(0, round((since - call.created_at).total_seconds() * 1000))
    if SECRETS in call.notes:
        text = frame.encode(CallFrame(call.call_id, call.action, masked_call(call)))
    logger.info(LINE, extra=fields | (frames(since, sent=text) if call.logged else {}))


def _shown(text: str) -> list[Any] | str:
    try:
        elements = frame.array(text)
    except FrameError:
        return masked_text(text)[:MAX_FRAME_CHARS]
    if may_hold_secret(text) or text.count("[") + text.count("{") > MANY_BRACKETS:
        elements = masked_frame(elements)
    if "\\u" in text or len(text) > MAX_FRAME_CHARS:
        text = _clean(json.dumps(elements, ensure_ascii=False, separators=(",", ":")))
        elements = json.loads(text)
    return elements if len(text) <= MAX_FRAME_CHARS else text[:MAX_FRAME_CHARS]


def _clean(text: str) -> str:
    """A text without halves of surrogate pairs, which JSON can spell and no log can hold."""
    return text if text.isascii() else text.encode(errors="replace").decode()


# ---------------------------------------------------------------------- back from the log


def read(text: str, logged_at: dt.datetime, station_id: str) -> list[Message]:
    """The messages of a station in a log line, newest first: none, one, or a CALL and its answer."""
    fields = _fields(text)
    if fields.get("message") != LINE or fields.get("station_id") != station_id:
        return []
    common = {name: fields[name] for name in ("action", "message_id", "outcome")}
    began_at = _within(fields.get("at_ms", 0), logged_at)
    is_answered = "received" in fields and "sent" in fields
    messages = []
    if "sent" in fields:
        messages.append(
            Message(
                at=logged_at if is_answered else began_at,
                direction="out",
                frame=fields["sent"],
                frame_chars=fields.get("sent_chars"),
                answered_in_ms=None,
                findings=(),
                **common,
            )
        )
    if "received" in fields:
        messages.append(
            Message(
                at=began_at,
                direction="in",
                frame=fields["received"],
                frame_chars=fields.get("received_chars"),
                answered_in_ms=round(fields["ms"]) if is_answered else fields.get("answered_in_ms"),
                findings=tuple(fields.get("findings", ())),
                **common,
            )
        )
    return messages


def _within(at_ms: int, logged_at: dt.datetime) -> dt.datetime:
    """A time of a line as near to it as it must be, for clocks may disagree."""
    at = dt.datetime.fromtimestamp(at_ms / 1000, dt.UTC)
    return max(logged_at - LONGEST, min(at, logged_at))


def _fields(text: str) -> dict[str, Any]:
    try:
        fields = json.loads(text)
    except ValueError:
        return {}
    return fields if isinstance(fields, dict) else {}
