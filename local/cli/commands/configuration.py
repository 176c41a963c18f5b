"""`configuration`: what a station has, what it should have, and how it is told."""

from typing import Annotated, Any

import typer

from local.cli import formats
from local.cli.arguments import STATIONS, StationId, Wait, WithDefault, add, add_group
from local.cli.calls import ended, exit_code, finish, show_all
from local.cli.errors import UsageError
from local.cli.payloads import Json
from local.cli.session import session_of

HEAD = ("key", "value", "wished", "notes", "read")

Keys = Annotated[list[str] | None, typer.Argument(metavar="KEY", help="Only these keys.")]
configuration = typer.Typer(
    cls=WithDefault,
    no_args_is_help=True,
    help="A station's configuration: `configuration CP1`, or `configuration set|refresh CP1`.",
)


def register(app: typer.Typer) -> None:
    add_group(app, "configuration", configuration, STATIONS)
    add(configuration, "show", list_configuration)
    add(configuration, "set", set_configuration)
    add(configuration, "refresh", refresh_configuration)


def list_configuration(
    context: typer.Context,
    station_id: StationId,
    keys: Keys = None,
    *,
    differs: Annotated[
        bool | None, typer.Option("--differs/--agrees", help="Only keys that do not have the value they should have.")
    ] = None,
) -> None:
    """List what is known of a station's configuration. `show` may be left out.

    It is known from the station's answers: `configuration refresh` asks it.
    """
    session = session_of(context)

    def show_keys(found: list[Json]) -> None:
        session.output.table(HEAD, map(_row, found))

    session.listing(show_keys, "stations", station_id, "configuration", limit=None, key=keys, differs=differs)


def set_configuration(
    context: typer.Context,
    station_id: StationId,
    values: Annotated[list[str], typer.Argument(metavar="KEY=VALUE", help="The values that it should have.")],
    *,
    unchecked: Annotated[
        bool, typer.Option("--unchecked", help="Even what is against the standard's rules, or read-only.")
    ] = False,
    verify: Annotated[bool, typer.Option("--verify", help="Ask for the values afterwards.")] = False,
    wait_s: Wait = None,
) -> int:
    """Change a station's configuration, with a call for each key.

    With --wait the exit code is that of `call`: of several the highest.
    """
    session = session_of(context)
    wished = dict(map(_pair, values))
    path, query = ("stations", station_id, "configuration"), {"unchecked": unchecked or None, "verify": verify or None}
    deadline = session.deadline(wait_s)
    made = session.client.ask("PATCH", *path, query=query, body=wished)
    calls = made["items"] if deadline is None else [ended(session, call, deadline) for call in made["items"]]
    if session.as_json:
        session.output.document({**made, "items": calls})
    else:
        show_all(session, calls)
    return 0 if deadline is None else max(map(exit_code, calls), default=0)


def refresh_configuration(
    context: typer.Context, station_id: StationId, keys: Keys = None, *, wait_s: Wait = None
) -> int:
    """Ask a station for its configuration, or for some keys of it."""
    session = session_of(context)
    deadline = session.deadline(wait_s)
    path = ("stations", station_id, "configuration", "refresh")
    return finish(session, session.client.ask("POST", *path, body={"keys": keys or []}), deadline)


def _pair(word: str) -> tuple[str, str]:
    key, sign, value = word.partition("=")
    if not key or not sign:
        raise UsageError(f"{word!r} is no pair KEY=VALUE")
    return key, value


def _row(one: Json) -> tuple[Any, ...]:
    notes = {
        "unknown to the station": one["known"] is False,
        "read-only": one["readonly"],
        "secret": one["secret"],
        "counts from the next boot": one["reboot_required"],
    }
    told = ", ".join(note for note, is_so in notes.items() if is_so)
    wished = formats.warning(one["wished"]) if one["differs"] else one["wished"]
    return one["key"], one["value"], wished, told, formats.time(one["read_at"])
