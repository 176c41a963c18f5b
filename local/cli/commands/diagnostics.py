"""`diagnostics`: logs of stations, wanted, watched and fetched."""

import hashlib
from http import HTTPStatus
from pathlib import Path
from typing import Annotated, Any

import typer

from local.cli import formats
from local.cli.arguments import CALLS, All, Limit, WithDefault, add, add_group
from local.cli.errors import FAILED, CliError, UsageError
from local.cli.follow import Watcher
from local.cli.payloads import Json
from local.cli.session import Session, session_of
from local.cli.times import span_s

HEAD = ("collection", "log", "state", "stations", "succeeded", "failed", "open", "created")
LOGS_HEAD = ("station", "state", "file", "bytes", "reason")
NUMBERS = frozenset({"stations", "succeeded", "failed", "open", "bytes"})
POLL_S = 1.0

CollectionId = Annotated[str, typer.Argument(metavar="COLLECTION", help="The id of a collection of logs.")]
Watch = Annotated[bool, typer.Option("--watch", "-w", help="Wait for its end and tell how far it is.")]
diagnostics = typer.Typer(
    cls=WithDefault,
    no_args_is_help=True,
    help="Logs of stations: `diagnostics COLLECTION`, or `diagnostics collect …`.",
)


def register(app: typer.Typer) -> None:
    add_group(app, "diagnostics", diagnostics, CALLS)
    for name, function in (
        ("collect", collect),
        ("list", list_collections),
        ("show", show),
        ("download", download),
        ("cancel", cancel),
    ):
        add(diagnostics, name, function)


def collect(
    context: typer.Context,
    stations: Annotated[list[str] | None, typer.Argument(metavar="STATION", help="The stations, by their ids.")] = None,
    *,
    online: Annotated[
        bool | None, typer.Option("--online/--offline", help="Stations that are connected, or that are not.")
    ] = None,
    vendor: Annotated[str | None, typer.Option(metavar="VENDOR", help="Stations of this vendor.")] = None,
    model: Annotated[str | None, typer.Option(metavar="MODEL", help="Stations of this model.")] = None,
    prefix: Annotated[str | None, typer.Option(metavar="TEXT", help="Stations whose ids begin so.")] = None,
    security: Annotated[bool, typer.Option("--security", help="The log of security events.")] = False,
    since: Annotated[str | None, typer.Option("--from", metavar="TIME", help="Not what is older: ISO 8601.")] = None,
    until: Annotated[str | None, typer.Option("--to", metavar="TIME", help="Not what is newer.")] = None,
    online_within: Annotated[
        str | None, typer.Option(metavar="SPAN", help="How long to wait for stations to come online: 10m, 2h, 7d.")
    ] = None,
    watch: Watch = False,
) -> int:
    """Have stations upload their logs: `diagnostics collect CP1 CP2 --watch`.

    The stations are named, or chosen by options, all of which must be true of them; at most 1,000.
    """
    session = session_of(context)
    selection = {"online": online, "vendor": vendor, "model": model, "station_id_prefix": prefix}
    chosen = {name: value for name, value in selection.items() if value is not None}
    if bool(stations) == bool(chosen):
        raise UsageError("Say which stations: name them, or choose them by the options")
    order: Json = {"stations": stations} if stations else {"selection": chosen}
    order |= {"log_type": "SecurityLog"} if security else {}
    order |= {name: value for name, value in (("from", since), ("to", until)) if value is not None}
    order |= {"online_within_s": span_s(online_within)} if online_within is not None else {}
    return _finish(session, session.client.ask("POST", "diagnostics", body=order), is_watched=watch)


def list_collections(context: typer.Context, limit: Limit = None, is_all: All = False) -> None:
    """List the collections of logs, newest first."""
    session = session_of(context)
    session.listing(
        lambda found: session.output.table(HEAD, map(_row, found), right=NUMBERS),
        "diagnostics",
        limit=session.limit(limit, is_all),
    )


def show(context: typer.Context, collection_id: CollectionId, *, watch: Watch = False) -> int:
    """Show a collection and the log of each of its stations. `show` may be left out."""
    session = session_of(context)
    return _finish(session, session.client.get("diagnostics", collection_id), is_watched=watch)


def download(
    context: typer.Context,
    collection_id: CollectionId,
    directory: Annotated[Path, typer.Argument(metavar="DIRECTORY", help="Where to; it is made if need be.")] = Path(),
) -> int:
    """Save all files of a collection that have come, each checked against its SHA-256.

    A file is called after its station and by its own name. One that is there already, with the same content, is left.
    """
    session = session_of(context)
    directory.mkdir(parents=True, exist_ok=True)
    logs = session.client.get("diagnostics", collection_id)["stations"]
    missing = [one["station_id"] for one in logs if not one["download_url"]]
    saved = [str(_save(session, one, directory)) for one in logs if one["download_url"]]
    if session.as_json:
        session.output.document({"saved": saved, "missing": missing})
    else:
        for path in saved:
            session.output.note(path)
        session.output.note(f"{len(saved)} saved, {len(missing)} stations without a file")
    return FAILED if missing else 0


def cancel(context: typer.Context, collection_id: CollectionId) -> None:
    """Take back what a collection has not asked for. What has come is kept."""
    session = session_of(context)
    _show(session, session.client.ask("DELETE", "diagnostics", collection_id))


def _save(session: Session, one: Json, directory: Path) -> Path:
    from local.cli.transport import Request  # noqa: PLC0415  # takes long, and `--help` has no use for it

    station = "".join("_" if letter in '/\\<>:"|?*' else letter for letter in one["station_id"])
    path = directory / f"{station}-{one['file_name']}"
    if path.exists() and hashlib.sha256(path.read_bytes()).hexdigest() == one["sha256"]:
        return path
    answer = session.transport(Request("GET", one["download_url"], {}))
    if answer.status != HTTPStatus.OK:
        raise CliError(f"The file of {one['station_id']} cannot be fetched: status {answer.status}")
    if hashlib.sha256(answer.body).hexdigest() != one["sha256"]:
        raise CliError(f"The file of {one['station_id']} is not what has come: its SHA-256 differs")
    path.write_bytes(answer.body)
    return path


def _finish(session: Session, standing: Json, *, is_watched: bool) -> int:
    """Show the collection, when it has ended if that is wanted; the exit code."""
    watcher = Watcher("diagnostics_id", lambda one: one["by_state"])
    while is_watched and standing["state"] == "running":
        for one in watcher.changed([standing]):
            session.output.note(_progress(one))
        session.sleep(POLL_S)
        standing = session.client.get("diagnostics", standing["diagnostics_id"])
    _show(session, standing)
    return FAILED if is_watched and standing["state"] != "succeeded" else 0


def _show(session: Session, one: Json) -> None:
    if session.as_json:
        session.output.document(one)
        return
    session.output.fields(
        {
            "collection": one["diagnostics_id"],
            "log": one["log_type"],
            "state": formats.state(one["state"]),
            "stations": _progress(one),
            "created": formats.time(one["created_at"]),
            "requested_by": one["requested_by"],
        }
    )
    session.output.table(LOGS_HEAD, map(_log_row, one["stations"]), right=NUMBERS)


def _progress(one: Json) -> str:
    """`12 stations: 3 running, 9 succeeded`."""
    states = ", ".join(f"{count} {name}" for name, count in one["by_state"].items() if count)
    return f"{one['total']} stations: {states}"


def _row(one: Json) -> tuple[Any, ...]:
    by_state = one["by_state"]
    counts = (by_state["succeeded"], by_state["failed"], by_state["queued"] + by_state["running"])
    state, created = formats.state(one["state"]), formats.time(one["created_at"])
    return one["diagnostics_id"], one["log_type"], state, one["total"], *counts, created


def _log_row(one: Json) -> tuple[Any, ...]:
    reason = formats.warning(one["reason"]) if one["reason"] else ""
    return one["station_id"], formats.state(one["state"]), one["file_name"], one["size_bytes"], reason
