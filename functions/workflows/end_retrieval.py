"""From the state machine RetrieveDiagnostics: an attempt has ended, and perhaps the retrieval with it.

It answers with the input that the machine began with, so that nothing of this attempt is left in the next, and with
the `state` that the retrieval is in now: `running` if there is to be another attempt.
"""

import datetime as dt
import json
from typing import Any

from shared.domain.log_retrievals import Ending, conclude
from shared.store import patience, retrievals

BEGAN_WITH = ("key", "station_id", "retrieval_id", "within_s")


def handler(event: dict[str, Any], context: object) -> dict[str, Any]:
    patience.begin(context)
    station_id, retrieval_id = event["station_id"], event["retrieval_id"]
    ending, now = _ending(event), dt.datetime.now(dt.UTC)
    concluded = retrievals.change(station_id, retrieval_id, lambda standing: conclude(standing, ending, now))
    state = concluded.state if concluded else "failed"  # forgotten after its time
    return {**{name: event[name] for name in BEGAN_WITH}, "state": state}


def _ending(event: dict[str, Any]) -> Ending:
    """What the machine knows: the result of its latest wait, the end of the call, and the error that it caught."""
    latest = event.get("waited") or event.get("turn") or {}
    sent, error = event.get("sent") or {}, event.get("error") or {}
    return Ending(
        outcome=latest.get("outcome"),
        call_state=sent.get("state"),
        call_code=sent.get("code"),
        error=error.get("Error"),
        detail=_sentence(error.get("Cause") or ""),
    )


def _sentence(cause: str) -> str:
    """What a command's function says of why it made no call; the cause of its failure is JSON around it."""
    try:
        told = json.loads(cause)
    except ValueError:
        return ""
    return str(told.get("errorMessage") or "") if isinstance(told, dict) else ""
