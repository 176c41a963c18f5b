"""From the queue of timers: a station's outbox is looked at because something of it is due, or what should have
followed from a call.

A time-out, the expiry of a call, a new connection on which waiting calls go on, another attempt after a throttle. One
place owns all of them, so no function has to wait for anything, and nothing is lost with a function that dies.
"""

import datetime as dt
from typing import Any

from shared.aws import outbox, outcomes, timers
from shared.aws.telemetry import logger
from shared.aws.timers import Timer
from shared.store import patience


def handler(event: dict[str, Any], context: object) -> dict[str, Any]:
    """What fails is named in the answer, and comes again."""
    patience.begin(context)
    failed = []
    for record in event["Records"]:
        try:
            _watch(timers.read(record["body"]))
        except Exception:  # noqa: BLE001  # whatever it is, the queue brings this message again and at last sets it aside
            logger.exception("failed", extra={"message_id": record["messageId"]})
            failed.append({"itemIdentifier": record["messageId"]})
    return {"batchItemFailures": failed}


def _watch(timer: Timer) -> None:
    if timer.at > dt.datetime.now(dt.UTC):  # further away than a queue can delay
        timers.set(timer)
    elif timer.awaits_start and timer.call_id:
        outcomes.give_up(timer.station_id, timer.call_id)
    else:
        outbox.watch(timer.station_id, timer.call_id)
