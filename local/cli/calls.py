"""Calls to stations as they come to their end, and as people see them."""

import time
from collections.abc import Iterable
from typing import Any

from local.cli import formats
from local.cli.errors import NO_ANSWER, REFUSED, STILL_WAITING
from local.cli.payloads import Json
from local.cli.session import Session

HEAD = ("call", "action", "state", "created", "ended", "answer")
OPEN = ("queued", "sent")
EXITS = {"answered": 0, "refused": REFUSED, "queued": STILL_WAITING, "sent": STILL_WAITING}
"""The exit code by the state of a call; what is not here ended without an answer."""
POLL_S = 1.0


def ended(session: Session, call: Json, deadline: float) -> Json:
    """The call when it has ended with all its parts, or when the time is over.

    Of parts that did not all end well, the first such one counts; of a call that another one stands in for, that one.
    """
    path = ("stations", call["station_id"], "calls")
    while True:
        parts = [session.client.get(*path, call_id) for call_id in call["parts"]]
        undecided = [one for one in (call, *parts) if one["state"] in OPEN]
        if not undecided and call["fallback_id"]:
            call = session.client.get(*path, call["fallback_id"])
        elif not undecided:
            return next((one for one in (call, *parts) if one["state"] != "answered"), call)
        elif time.monotonic() >= deadline:
            return undecided[0]
        else:
            session.sleep(min(POLL_S, max(0.0, deadline - time.monotonic())))
            call = session.client.get(*path, call["call_id"])


def finish(session: Session, call: Json, deadline: float | None) -> int:
    """Show a call, when it has ended if that is waited for; the exit code."""
    if deadline is None:
        show(session, call)
        return 0
    call = ended(session, call, deadline)
    show(session, call)
    return exit_code(call)


def exit_code(call: Json) -> int:
    return EXITS.get(call["state"], NO_ANSWER)


def show(session: Session, call: Json) -> None:
    output = session.output
    if output.as_json:
        output.document(call)
        return
    times = {name.removesuffix("_at"): formats.time(call[name]) for name in ("created_at", "sent_at", "ended_at")}
    output.fields(
        {
            "call": call["call_id"],
            "action": call["action"],
            "state": formats.state(call["state"]),
            **times,
            "expires": formats.time(call["expires_at"]) if call["state"] == "queued" else "",
            **{name: call[name] for name in ("answer", "error", "late_answer", "outcome") if call[name] is not None},
            **{name: call[name] for name in ("part_of", "fallback_of", "fallback_id", "job_id")},
            "parts": " ".join(call["parts"]),
        }
    )


def show_all(session: Session, calls: Iterable[Json]) -> None:
    session.output.table(HEAD, map(_row, calls))


def _row(call: Json) -> tuple[Any, ...]:
    return (
        call["call_id"],
        call["action"],
        formats.state(call["state"]),
        formats.time(call["created_at"]),
        formats.time(call["ended_at"]),
        formats.answer(call),
    )
