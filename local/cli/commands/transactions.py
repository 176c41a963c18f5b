"""`transactions` and `transaction`: charging sessions, their energy and their meter values."""

import sys
from collections.abc import Iterator
from contextlib import nullcontext
from pathlib import Path
from typing import Annotated, Any, Literal

import typer

from local.cli import formats
from local.cli.arguments import CHARGING, All, Limit, add
from local.cli.errors import CliError, UsageError
from local.cli.payloads import Json
from local.cli.session import Session, session_of
from local.cli.times import past, written

HEAD = ("transaction", "station", "evse", "token", "state", "started", "ended", "energy", "reason", "flags")
METER_HEAD = ("time", "measurand", "value", "unit", "phase", "location", "context")


def register(app: typer.Typer) -> None:
    add(app, "transactions", list_transactions, CHARGING)
    add(app, "transaction", show_transaction, CHARGING)


def list_transactions(
    context: typer.Context,
    *,
    station: Annotated[str | None, typer.Option(metavar="STATION", help="Only those of this station.")] = None,
    token: Annotated[str | None, typer.Option(metavar="TOKEN", help="Only those begun with this id token.")] = None,
    state: Annotated[Literal["active", "ended"] | None, typer.Option(help="Only those in this state.")] = None,
    start: Annotated[
        str | None, typer.Option("--from", metavar="TIME", help="Only those begun then or later: 2026-11-01, 7d.")
    ] = None,
    end: Annotated[str | None, typer.Option("--to", metavar="TIME", help="Only those begun before.")] = None,
    limit: Limit = None,
    is_all: All = False,
    csv: Annotated[
        str | None, typer.Option("--csv", metavar="FILE", help="Write them all as CSV to a file, or to - for here.")
    ] = None,
) -> None:
    """List the transactions, newest first.

    Times without a zone are in UTC; 7d is seven days ago.
    """
    session = session_of(context)
    query = {
        "station_id": station,
        "id_token": token,
        "state": state,
        "from": written(past(start, session.now())) if start else None,
        "to": written(past(end, session.now())) if end else None,
    }
    if csv is None:
        shown = session.limit(limit, is_all)
        session.listing(
            lambda found: session.output.table(HEAD, map(_row, found)), "transactions", limit=shown, **query
        )
        return
    if limit is not None or session.as_json:
        raise UsageError("--csv goes with neither --limit nor --json")
    _export(session, csv, query)


def show_transaction(
    context: typer.Context,
    transaction_id: Annotated[str, typer.Argument(metavar="TRANSACTION", help="The id of the transaction.")],
    *,
    meter_values: Annotated[
        bool, typer.Option("--meter-values", help="Its meter values instead, in order of time.")
    ] = False,
    measurand: Annotated[
        str | None,
        typer.Option(metavar="MEASURAND", help="With --meter-values: only these, such as Power.Active.Import."),
    ] = None,
) -> None:
    """Show a transaction.

    The energy of an active one is what its latest meter values say.
    """
    session = session_of(context)
    if meter_values:
        path = ("transactions", transaction_id, "meter-values")
        session.listing(
            lambda values: session.output.table(METER_HEAD, _meter_rows(values)), *path, limit=None, measurand=measurand
        )
        return
    if measurand is not None:
        raise UsageError("--measurand goes with --meter-values")
    found = session.client.get("transactions", transaction_id)
    if session.as_json:
        session.output.document(found)
    else:
        session.output.fields(_fields(found))


def _export(session: Session, file: str, query: dict[str, Any]) -> None:
    pages = session.client.linked("transactions.csv", **query)
    try:
        with nullcontext(sys.stdout.buffer) if file == "-" else Path(file).open("wb") as out:
            for page in pages:
                out.write(page.body)
                out.flush()
    except BrokenPipeError:
        raise
    except OSError as error:
        raise CliError(f"{file} cannot be written: {error.strerror}") from error


def _row(one: Json) -> tuple[Any, ...]:
    return (
        one["transaction_id"],
        one["station_id"],
        one["evse_id"],
        one["id_token"],
        formats.state(one["state"]),
        formats.time(one["started_at"]),
        formats.time(one["ended_at"]),
        formats.energy(one["energy_wh"]),
        one["stopped_reason"],
        ", ".join(one["flags"]),
    )


def _fields(one: Json) -> dict[str, Any]:
    times = {name.removesuffix("_at"): formats.time(one[name]) for name in ("started_at", "ended_at")}
    readings = {
        name.removesuffix("_wh"): None if one[name] is None else f"{one[name]} Wh"
        for name in ("meter_start_wh", "meter_stop_wh")
    }
    shown: dict[str, Any] = {name: value for name, value in one.items() if not name.endswith(("_at", "_wh"))}
    return {
        **shown,
        "state": formats.state(one["state"]),
        "flags": ", ".join(one["flags"]),
        **times,
        **readings,
        "energy": formats.energy(one["energy_wh"]),
    }


def _meter_rows(values: list[Json]) -> Iterator[tuple[Any, ...]]:
    for value in values:
        for one in value["sampled_values"]:
            at = formats.time(value["timestamp"])
            yield at, one["measurand"], one["value"], one["unit"], one["phase"], one["location"], one["context"]
