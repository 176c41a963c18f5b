"""`bulk`, `jobs` and `job`: one call to many stations."""

from collections.abc import Mapping
from typing import Annotated, Any, Literal

import typer

from local.cli import formats
from local.cli.arguments import CALLS, All, Limit, Payload, WithDefault, add, add_group
from local.cli.errors import NO_ANSWER, REFUSED, UsageError
from local.cli.follow import Watcher
from local.cli.payloads import Json, typed
from local.cli.session import Session, session_of
from local.cli.times import span_s

HEAD = ("job", "action", "state", "stations", "answered", "refused", "no answer", "open", "created")
CALLS_HEAD = ("station", "state", "changed", "answer", "call")
NUMBERS = frozenset({"stations", "answered", "refused", "no answer", "open"})
UNANSWERED = ("timed_out", "expired", "cancelled", "not_made")
OPEN = ("waiting", "queued", "sent")
POLL_S = 1.0

JobId = Annotated[str, typer.Argument(metavar="JOB", help="The id of the job.")]
Watch = Annotated[
    bool,
    typer.Option("--watch", "-w", help="Wait for its end and tell how far it is; exit codes as for `call`."),
]
job = typer.Typer(cls=WithDefault, no_args_is_help=True, help="One bulk job: `job JOB`, or `job cancel JOB`.")


def register(app: typer.Typer) -> None:
    add(app, "bulk", start_job, CALLS)
    add(app, "jobs", list_jobs, CALLS)
    add_group(app, "job", job, CALLS)
    add(job, "show", show_job)
    add(job, "cancel", cancel_job)


def start_job(
    context: typer.Context,
    action: Annotated[str, typer.Argument(metavar="ACTION", help="The OCPP action, such as Reset.")],
    payload: Payload = None,
    *,
    station: Annotated[
        list[str] | None, typer.Option(metavar="STATION", help="This station; may be given many times.")
    ] = None,
    online: Annotated[
        bool | None, typer.Option("--online/--offline", help="Stations that are connected, or that are not.")
    ] = None,
    vendor: Annotated[str | None, typer.Option(metavar="VENDOR", help="Stations of this vendor.")] = None,
    model: Annotated[str | None, typer.Option(metavar="MODEL", help="Stations of this model.")] = None,
    firmware: Annotated[str | None, typer.Option(metavar="VERSION", help="Stations of this firmware version.")] = None,
    registration: Annotated[
        Literal["Accepted", "Pending", "Rejected"] | None, typer.Option(help="Stations of this registration.")
    ] = None,
    prefix: Annotated[str | None, typer.Option(metavar="TEXT", help="Stations whose ids begin so.")] = None,
    expires: Annotated[
        str | None, typer.Option(metavar="SPAN", help="How long the calls may wait to be sent: 60, 10m, 2h, 7d.")
    ] = None,
    watch: Watch = False,
) -> int:
    """Call many stations: `bulk Reset type=Soft --vendor ACME --watch`.

    The stations are named with --station, or chosen by the other options, all of which must be true of them.
    """
    session = session_of(context)
    selection = {
        "online": online,
        "vendor": vendor,
        "model": model,
        "firmware_version": firmware,
        "registration": registration,
        "station_id_prefix": prefix,
    }
    chosen = {name: value for name, value in selection.items() if value is not None}
    if bool(station) == bool(chosen):
        raise UsageError("Say which stations: name them with --station, or choose them by the other options")
    order: Json = {"action": action, **({"stations": station} if station else {"selection": chosen})}
    if expires is not None:
        order["expires_in_s"] = span_s(expires)
    started = typed(payload or []).attempt(
        lambda given: session.client.ask("POST", "calls", body={**order, "payload": given}), "payload."
    )
    return _finish(session, started, is_watched=watch)


def list_jobs(context: typer.Context, limit: Limit = None, is_all: All = False) -> None:
    """List the bulk jobs, newest first."""
    session = session_of(context)

    def show(jobs: list[Json]) -> None:
        session.output.table(HEAD, map(_row, jobs), right=NUMBERS)

    session.listing(show, "jobs", limit=session.limit(limit, is_all))


def show_job(
    context: typer.Context,
    job_id: JobId,
    *,
    watch: Watch = False,
    calls: Annotated[bool, typer.Option("--calls", help="What has become of it at each station instead.")] = False,
    state: Annotated[
        str | None, typer.Option(metavar="STATE", help="With --calls: only stations at which it is in this state.")
    ] = None,
) -> int:
    """Show a bulk job and how far it is. `show` may be left out."""
    session = session_of(context)
    if state is not None and not calls:
        raise UsageError("--state goes with --calls")
    if calls:
        _list_calls(session, job_id, state)
        return 0
    return _finish(session, session.client.get("jobs", job_id), is_watched=watch)


def cancel_job(context: typer.Context, job_id: JobId) -> None:
    """Take back what a bulk job has not sent. What was sent comes to its end."""
    session = session_of(context)
    _show(session, session.client.ask("DELETE", "jobs", job_id))


def _finish(session: Session, standing: Json, *, is_watched: bool) -> int:
    """Show the job, when it has ended if that is wanted; the exit code."""
    if not is_watched:
        _show(session, standing)
        return 0
    watcher = Watcher("job_id", lambda one: (one["total"], one["by_state"]))
    while standing["state"] != "done":
        for one in watcher.changed([standing]):
            session.output.note(_progress(one))
        session.sleep(POLL_S)
        standing = session.client.get("jobs", standing["job_id"])
    _show(session, standing)
    by_state = standing["by_state"]
    if _count(by_state, *UNANSWERED):
        return NO_ANSWER
    return REFUSED if by_state["refused"] else 0


def _list_calls(session: Session, job_id: str, state: str | None) -> None:
    def show(calls: list[Json]) -> None:
        session.output.table(CALLS_HEAD, map(_call_row, calls))

    session.listing(show, "jobs", job_id, "calls", limit=None, state=state)


def _show(session: Session, one: Json) -> None:
    if session.as_json:
        session.output.document(one)
        return
    times = {name.removesuffix("_at"): formats.time(one[name]) for name in ("created_at", "cancelled_at", "ended_at")}
    selection = {name: value for name, value in (one["selection"] or {}).items() if value is not None}
    session.output.fields(
        {
            "job": one["job_id"],
            "action": one["action"],
            "payload": one["payload"],
            "selection": selection or "",
            "state": formats.state(one["state"]),
            "stations": _progress(one),
            **times,
            "requested_by": one["requested_by"],
        }
    )


def _progress(one: Json) -> str:
    """`12 stations: 3 sent, 9 answered`."""
    total = "being chosen" if one["total"] is None else f"{one['total']} stations"
    states = ", ".join(f"{count} {name.replace('_', ' ')}" for name, count in one["by_state"].items() if count)
    return f"{total}: {states}" if states else total


def _row(one: Json) -> tuple[Any, ...]:
    by_state = one["by_state"]
    counts = (by_state["answered"], by_state["refused"], _count(by_state, *UNANSWERED), _count(by_state, *OPEN))
    created = formats.time(one["created_at"])
    return one["job_id"], one["action"], formats.state(one["state"]), one["total"], *counts, created


def _count(by_state: Mapping[str, int], *states: str) -> int:
    return sum(by_state[name] for name in states)


def _call_row(one: Json) -> tuple[Any, ...]:
    answer = formats.warning(one["reason"]) if one["reason"] else formats.answer(one)
    return one["station_id"], formats.state(one["state"]), formats.time(one["changed_at"]), answer, one["call_id"]
