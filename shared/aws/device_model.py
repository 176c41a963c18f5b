"""What the messages about a station's device model share: what may be kept of values, of when an answer is, and how
much one message may hold."""

import datetime as dt
import json
from collections.abc import Sequence
from typing import TypeVar

from shared.aws.masking import MASK, masked_value
from shared.domain.calls import Call, Json
from shared.domain.errors import Invalid
from shared.domain.variables import VariableId
from shared.store import variables

LARGEST_FRAME_BYTES = 32 * 1024
"""What goes out in one frame of WebSocket through API Gateway, and more than which no station need take."""
AROUND_PAYLOAD_BYTES = 100
"""Message type, id and action around the payload, and what holds the list in it."""
CONTROLLER = "DeviceDataCtrlr"

Item = TypeVar("Item")


def kept_value(variable: VariableId, value: str | None) -> tuple[str | None, bool]:
    """A value as it may be kept, and whether it is a secret: then it is not kept at all."""
    kept = masked_value(variable.variable, value)
    return (None, True) if kept == MASK else (kept, False)


def is_secret(variable: VariableId) -> bool:
    """Whether a variable holds a secret, as its name tells."""
    return kept_value(variable, "value")[1]


def as_of(call: Call, now: dt.datetime) -> dt.datetime:
    """Of when an answer is. One that came in time is the latest word of its station; a late one may have been overtaken
    by answers to calls that were sent after it."""
    return now if call.is_open else call.sent_at or call.created_at


def batches(
    station_id: str,
    action: str,
    items: Sequence[Item],
    payloads: Sequence[Json],
    controller: str = CONTROLLER,
) -> list[list[Item]]:
    """Items in as many lists as the station needs, by the ItemsPerMessage and BytesPerMessage that its `controller` has
    told.

    `payloads` are the items as they stand in the message. Raises Invalid for one that is too large by itself.
    """
    most_items, most_bytes = (VariableId(controller, name, variable_instance=action) for name in LIMITS)
    known = variables.values(station_id, most_items, most_bytes)
    at_once = _limit(known.get(most_items), len(items))
    room = _limit(known.get(most_bytes), LARGEST_FRAME_BYTES) - AROUND_PAYLOAD_BYTES
    made: list[list[Item]] = []
    left = 0
    for number, (item, payload) in enumerate(zip(items, payloads, strict=True)):
        size = len(json.dumps(payload, separators=(",", ":"))) + 1
        if size > room:
            raise Invalid(f"Entry {number} is too large for a message to the station", path="payload")
        if not made or len(made[-1]) >= at_once or size > left:
            made.append([])
            left = room
        made[-1].append(item)
        left -= size
    return made


LIMITS = ("ItemsPerMessage", "BytesPerMessage")


def _limit(told: str | None, otherwise: int) -> int:
    number = int(told) if told and told.isascii() and told.isdigit() else 0
    return min(number, otherwise) if number > 0 else otherwise


def refuse_doubles(named: Sequence[tuple[object, ...]], path: str) -> None:
    """Raise Invalid if a message names something twice, by what is equal (use cases B05, B06)."""
    seen: set[tuple[object, ...]] = set()
    for number, one in enumerate(named):
        if one in seen:
            raise Invalid("The same attribute of a variable stands twice", path=f"{path}[{number}]")
        seen.add(one)
