"""`messages`, `events` and `findings`: what a station says, what happened to it, and what it does wrong."""

import datetime as dt
from collections.abc import Callable
from typing import Annotated, Any

import typer

from local.cli import formats
from local.cli.arguments import STATIONS, All, Follow, Limit, StationId, add
from local.cli.follow import Follower
from local.cli.payloads import Json
from local.cli.session import Session, session_of
from local.cli.times import past, written

FINDINGS = ("code", "action", "path", "count", "last", "what was done", "value")
SHOWN_FIRST = 20
"""How many lines stand there when one begins to follow."""
POLL_S = 2.0
"""In the cloud each look at the messages searches a log."""
ARROWS = {"in": "→", "out": "←"}
"""Towards us, and towards the station."""

Since = Annotated[
    str | None,
    typer.Option(metavar="TIME", help="From then on: 10m (ago), 2h, 2026-11-01T08:00Z. By itself: the newest."),
]


def register(app: typer.Typer) -> None:
    add(app, "messages", list_messages, STATIONS)
    add(app, "events", list_events, STATIONS)
    add(app, "findings", list_findings, STATIONS)


def list_messages(
    context: typer.Context,
    station_id: StationId,
    *,
    follow: Follow = False,
    action: Annotated[
        str | None, typer.Option(metavar="ACTION", help="Only calls of this action and their answers.")
    ] = None,
    since: Since = None,
    limit: Limit = None,
    is_all: All = False,
) -> None:
    """Print the frames that a station sent (→) and was sent (←).

    They come in order of time and without their secrets. They are logged if the station's setting message_log, or the
    stage's, says so.
    """
    session = session_of(context)
    path, query = ("stations", station_id, "messages"), {"action": action}
    start = past(since, session.now()) if since else None
    line = _printer(session, _message)
    if follow:
        _follow(session, path, query, line, start=start, limit=limit, takes_from=True)
    else:
        if start:
            query["from"] = written(start)
        session.listing(lambda found: _print_all(line, found), *path, limit=session.limit(limit, is_all), **query)


def list_events(
    context: typer.Context,
    station_id: StationId,
    *,
    follow: Follow = False,
    kind: Annotated[
        str | None, typer.Option("--type", metavar="TYPE", help="Only events of this type, such as fault.raised.")
    ] = None,
    since: Annotated[str | None, typer.Option(metavar="TIME", help="With --follow: from then on.")] = None,
    limit: Limit = None,
    is_all: All = False,
) -> None:
    """Print what happened to a station, in order of time."""
    session = session_of(context)
    path, query = ("stations", station_id, "events"), {"type": kind}
    line = _printer(session, _event)
    if follow:
        start = past(since, session.now()) if since else None
        _follow(session, path, query, line, start=start, limit=limit, takes_from=False)
    else:
        session.listing(lambda found: _print_all(line, found), *path, limit=session.limit(limit, is_all), **query)


def list_findings(context: typer.Context, station_id: StationId, limit: Limit = None, is_all: All = False) -> None:
    """List what a station sends against the standard, and how it is repaired, each kind once."""
    session = session_of(context)

    def show(findings: list[Json]) -> None:
        session.output.table(FINDINGS, map(_finding_row, findings), right=frozenset({"count"}))

    session.listing(show, "stations", station_id, "findings", limit=session.limit(limit, is_all))


def _follow(
    session: Session,
    path: tuple[str, ...],
    query: dict[str, str | None],
    line: Callable[[Json], None],
    *,
    start: dt.datetime | None,
    limit: int | None,
    takes_from: bool,
) -> None:
    """Print what comes until somebody stops it. `takes_from`: the list can be asked from a moment on."""

    def read(since: dt.datetime | None, cursor: str | None) -> Json:
        given = {**query, "from": written(since)} if takes_from and since else query
        return session.client.get(*path, **given, limit=200, cursor=cursor)

    follower = Follower(read, first=limit or SHOWN_FIRST, since=start)
    while True:
        for item in follower.look():
            line(item)
        session.sleep(POLL_S)


def _printer(session: Session, words: Callable[[Json], tuple[Any, ...]]) -> Callable[[Json], None]:
    """Prints an item on a line: as JSON for programs."""

    def line(item: Json) -> None:
        if session.as_json:
            session.output.item(item)
        else:
            session.output.line(*words(item))

    return line


def _print_all(line: Callable[[Json], None], newest_first: list[Json]) -> None:
    for item in reversed(newest_first):
        line(item)


def _message(one: Json) -> tuple[Any, ...]:
    took = "" if one["answered_in_ms"] is None else f"{one['answered_in_ms']} ms"
    frame = one["frame"] if isinstance(one["frame"], str) else formats.compact(one["frame"])
    cut = "…" if one.get("frame_chars") else ""
    findings = " ".join(f"[{finding['code']} {finding['path']}]" for finding in one["findings"])
    return (
        formats.clock(one["at"]),
        ARROWS.get(one["direction"], one["direction"]),
        formats.bold(one["action"] or "?"),
        frame + cut,
        formats.dim(took),
        formats.warning(findings),
    )


def _event(one: Json) -> tuple[Any, ...]:
    return formats.clock(one["at"]), formats.bold(one["type"]), _told(one["data"])


def _told(data: Json) -> str:
    """What an event says, without what it does not know."""
    known = {name: value for name, value in data.items() if value is not None}
    return formats.compact(known) if known else ""


def _finding_row(one: Json) -> tuple[Any, ...]:
    return (
        one["code"],
        one["action"],
        one["path"],
        one["count"],
        formats.time(one["last_at"]),
        one["text"],
        one["raw"],
    )
