"""Calls that never went out: what they should have brought about is not there."""

import datetime as dt
from collections.abc import Sequence

from shared.domain.calls import Call, seen_at
from shared.store import calls


def never_sent(ids: Sequence[tuple[str, str]]) -> dict[str, Call]:
    """Those of the calls, by station and id, that expired or were taken back before they could be sent."""
    now = dt.datetime.now(dt.UTC)
    found = [seen_at(call, now) for call in calls.find_many(ids)] if ids else []
    return {call.call_id: call for call in found if call.state in ("expired", "cancelled") and not call.has_answer}
