"""When to look at a station's outbox again: messages in a queue that become visible then.

They are the one place that owns time-outs and expiries of calls (functions/queue/watch_calls.py receives them). A
message says `{"station_id", "call_id", "at"}`; without a call the outbox as a whole is meant. A queue delays a
message by 15 minutes at most, so one that is due later is put back when it comes.
"""

import datetime as dt
import json
import math
from functools import cache
from typing import Any, NamedTuple

from shared.aws.clients import client
from shared.domain.iso_times import time
from shared.settings import settings

LONGEST_DELAY_S = 900


class Timer(NamedTuple):
    """A moment at which to look at a station's outbox, for the sake of one call or (None) of all."""

    station_id: str
    call_id: str | None
    at: dt.datetime
    awaits_start: bool = False
    """Not the outbox is looked at, but whether a transaction has followed from the call."""


@cache
def _client() -> Any:
    return client("sqs")


def set(timer: Timer) -> None:
    """Have an outbox looked at; at once, if the moment has passed."""
    delay_s = math.ceil((timer.at - dt.datetime.now(dt.UTC)).total_seconds())
    body: dict[str, Any] = {"station_id": timer.station_id, "call_id": timer.call_id, "at": time(timer.at)}
    if timer.awaits_start:
        body["awaits_start"] = True
    _client().send_message(
        QueueUrl=settings().timers_url,
        MessageBody=json.dumps(body, ensure_ascii=False),
        DelaySeconds=min(max(delay_s, 0), LONGEST_DELAY_S),
    )


def read(body: str) -> Timer:
    """The timer in a message."""
    fields = json.loads(body)
    return Timer(
        fields["station_id"],
        fields["call_id"],
        dt.datetime.fromisoformat(fields["at"]),
        fields.get("awaits_start", False),
    )
