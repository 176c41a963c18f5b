"""What came of an attempt to update a station's firmware: the update ends, or another attempt follows after a while."""

import json
from contextlib import suppress
from typing import Any

from shared.aws import firmware_updates
from shared.domain.firmware_attempts import Fault
from shared.domain.firmware_progress import CONCLUDE
from shared.store import patience

PASSED_ON = ("key", "station_id", "update_id", "requested_by", "within_s")
"""What the state machine goes on with; the rest is of the attempt that is over."""


def handler(event: dict[str, Any], context: object) -> dict[str, Any]:
    """Takes what the machine knows, and returns what it goes on with: its `conclusion` is `{"state", "reason",
    "wait_s"}`, with the state of an update that has ended, or `open`."""
    patience.begin(context)
    was_asked = event.get("turn", {}).get("next", CONCLUDE) != CONCLUDE
    concluded = firmware_updates.conclude(
        event["station_id"], event["update_id"], _fault(event.get("fault")), was_asked=was_asked
    )
    conclusion = {
        "state": concluded.state or "open",
        "reason": concluded.reason or "",
        "wait_s": concluded.wait_s,
    }
    return {**{name: event[name] for name in PASSED_ON}, "conclusion": conclusion}


def _fault(caught: dict[str, str] | None) -> Fault | None:
    """What a Catch gives: `{"Error", "Cause"}`. The cause of a function's error is JSON."""
    if caught is None:
        return None
    cause = caught.get("Cause", "")
    with suppress(ValueError, TypeError, KeyError):
        cause = str(json.loads(cause)["errorMessage"])
    return Fault(caught["Error"], cause)
