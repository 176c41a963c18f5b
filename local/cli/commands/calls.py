"""`call`, `calls` and `cancel`: what a station is asked to do, and what became of it."""

import time
from collections.abc import Iterable
from typing import Annotated, Any

import typer

from local.cli import formats
from local.cli.arguments import CALLS, All, Limit, Payload, StationId, add, waiting
from local.cli.errors import NO_ANSWER, REFUSED, STILL_WAITING
from local.cli.follow import Watcher
from local.cli.payloads import Json, typed
from local.cli.session import SHOWN, Session, session_of
from local.cli.times import span_s

HEAD = ("call", "action", "state", "created", "ended", "answer")
OPEN = ("queued", "sent")
EXITS = {"answered": 0, "refused": REFUSED, "queued": STILL_WAITING, "sent": STILL_WAITING}
"""The exit code by the state of a call; what is not here ended without an answer."""

USUAL_WAIT_S = 45
"""A station has 30 s to answer unless its settings say otherwise."""
LONGEST_WAIT_S = 25
"""What the API waits in one request."""
POLL_S = 1.0

CallId = Annotated[str, typer.Argument(metavar="CALL", help="The id of the call.")]


def register(app: typer.Typer) -> None:
    add(app, "call", make_call, CALLS, waiting(USUAL_WAIT_S))
    add(app, "calls", list_calls, CALLS)
    add(app, "cancel", cancel_call, CALLS)


def make_call(
    context: typer.Context,
    station_id: StationId,
    action: Annotated[str, typer.Argument(metavar="ACTION", help="The OCPP action, such as Reset.")],
    payload: Payload = None,
    *,
    wait_s: Annotated[
        float | None,
        typer.Option(
            "--wait",
            metavar="[SECONDS]",
            help=f"Wait for the end of the call, {USUAL_WAIT_S} seconds if none are given.",
        ),
    ] = None,
    expires: Annotated[
        str | None, typer.Option(metavar="SPAN", help="How long it may wait to be sent: 60, 10m, 2h, 7d.")
    ] = None,
) -> int:
    """Call a station: `idlewatt call CP1 Reset type=Soft --wait`.

    Without --wait the exit code is 0 once the call is taken. With it, 0: answered, whatever the answer says; 2: refused
    by a CALLERROR; 3: timed out, expired or cancelled; 4: still waiting.
    """
    session = session_of(context)
    order: Json = {"action": action}
    if wait_s is not None:
        order["wait_s"] = min(wait_s, LONGEST_WAIT_S)
    if expires is not None:
        order["expires_in_s"] = span_s(expires)
    began = time.monotonic()
    call = typed(payload or []).try_both(
        lambda given: session.client.ask("POST", "stations", station_id, "calls", body={**order, "payload": given}),
        "payload.",
    )
    if wait_s is not None:
        call = _ended(session, call, began + wait_s)
    _show(session, call)
    return 0 if wait_s is None else EXITS.get(call["state"], NO_ANSWER)


def list_calls(
    context: typer.Context,
    station_id: StationId,
    *,
    state: Annotated[
        str | None,
        typer.Option(metavar="STATE", help="Only calls in this state: queued, sent, answered, refused, timed_out, …"),
    ] = None,
    action: Annotated[str | None, typer.Option(metavar="ACTION", help="Only calls of this action.")] = None,
    limit: Limit = None,
    is_all: All = False,
    watch: Annotated[
        bool, typer.Option("--watch", "-w", help="Go on and print each call whose state changes, until Ctrl-C.")
    ] = False,
) -> None:
    """List the calls to a station, newest first."""
    session = session_of(context)
    path, query = ("stations", station_id, "calls"), {"state": state, "action": action}
    if not watch:
        session.listing(lambda calls: _table(session, calls), *path, limit=session.limit(limit, is_all), **query)
        return
    watcher = Watcher("call_id", lambda call: (call["state"], call["late_answer"] is None))
    while True:
        newest = session.client.listing(*path, limit=limit or SHOWN, **query)["items"]
        for call in reversed(watcher.changed(newest)):
            _print_line(session, call)
        session.sleep(POLL_S)


def cancel_call(context: typer.Context, station_id: StationId, call_id: CallId) -> None:
    """Take back a call that has not been sent."""
    session = session_of(context)
    _show(session, session.client.ask("DELETE", "stations", station_id, "calls", call_id))


def _ended(session: Session, call: Json, deadline: float) -> Json:
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


def _show(session: Session, call: Json) -> None:
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


def _table(session: Session, calls: Iterable[Json]) -> None:
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


def _print_line(session: Session, call: Json) -> None:
    if session.as_json:
        session.output.item(call)
        return
    at = formats.time(call["ended_at"] or call["sent_at"] or call["created_at"])
    late = f"late answer {formats.compact(call['late_answer'])}" if call["late_answer"] is not None else ""
    state = formats.state(call["state"])
    session.output.line(at, call["call_id"], call["action"], state, formats.answer(call), late)
