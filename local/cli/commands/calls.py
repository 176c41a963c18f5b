"""`call`, `calls` and `cancel`: what a station is asked to do, and what became of it."""

from typing import Annotated

import typer

from local.cli import formats
from local.cli.arguments import CALLS, All, Limit, Payload, StationId, Wait, add
from local.cli.calls import POLL_S, finish, show, show_all
from local.cli.follow import Watcher
from local.cli.payloads import Json, typed
from local.cli.session import SHOWN, Session, session_of
from local.cli.times import span_s

LONGEST_WAIT_S = 25
"""What the API waits in one request."""

CallId = Annotated[str, typer.Argument(metavar="CALL", help="The id of the call.")]


def register(app: typer.Typer) -> None:
    add(app, "call", make_call, CALLS)
    add(app, "calls", list_calls, CALLS)
    add(app, "cancel", cancel_call, CALLS)


def make_call(
    context: typer.Context,
    station_id: StationId,
    action: Annotated[str, typer.Argument(metavar="ACTION", help="The OCPP action, such as Reset.")],
    payload: Payload = None,
    *,
    wait_s: Wait = None,
    expires: Annotated[
        str | None, typer.Option(metavar="SPAN", help="How long it may wait to be sent: 60, 10m, 2h, 7d.")
    ] = None,
) -> int:
    """Call a station: `call CP1 Reset type=Soft --wait`.

    Without --wait the exit code is 0 once the call is taken. With it, 0: answered, whatever the answer says; 2: refused
    by a CALLERROR; 3: timed out, expired or cancelled; 4: still waiting.
    """
    session = session_of(context)
    order: Json = {"action": action}
    if wait_s is not None:
        order["wait_s"] = min(wait_s, LONGEST_WAIT_S)
    if expires is not None:
        order["expires_in_s"] = span_s(expires)
    deadline = session.deadline(wait_s)
    call = typed(payload or []).attempt(
        lambda given: session.client.ask("POST", "stations", station_id, "calls", body={**order, "payload": given}),
        "payload.",
    )
    return finish(session, call, deadline)


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
        session.listing(lambda calls: show_all(session, calls), *path, limit=session.limit(limit, is_all), **query)
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
    show(session, session.client.ask("DELETE", "stations", station_id, "calls", call_id))


def _print_line(session: Session, call: Json) -> None:
    if session.as_json:
        session.output.item(call)
        return
    at = formats.time(call["ended_at"] or call["sent_at"] or call["created_at"])
    late = f"late answer {formats.compact(call['late_answer'])}" if call["late_answer"] is not None else ""
    state = formats.state(call["state"])
    session.output.line(at, call["call_id"], call["action"], state, formats.answer(call), late)
