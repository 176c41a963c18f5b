"""`stations` and `station`: what there is, how it is, and its settings."""

import secrets
import sys
from collections.abc import Mapping
from typing import Annotated, Any, Literal

import typer

from local.cli import formats
from local.cli.arguments import STATIONS, All, Limit, Pairs, StationId, Wait, WithDefault, Yes, add, add_group
from local.cli.calls import finish
from local.cli.errors import ApiError, CliError, UsageError
from local.cli.payloads import Json, typed
from local.cli.session import Session, session_of

HEAD = ("station", "name", "online", "version", "registration", "model", "firmware", "connectors", "last seen")
ABOUT = (
    "ocpp_version",
    "security_profile",
    "vendor",
    "model",
    "serial_number",
    "charge_box_serial_number",
    "firmware_version",
    "iccid",
    "imsi",
    "meter_type",
    "meter_serial_number",
    "remote_address",
)
TIMES = ("created_at", "booted_at", "connected_at", "disconnected_at", "last_seen_at")
OPTIONS = (
    "call_timeout_s",
    "strict",
    "assume_version",
    "pinned_version",
    "accept_hex_password",
    "calls_before_boot",
    "answer_poison",
    "utc_offset_min",
    "milliseconds",
    "message_log",
)
AUTHORIZATION_KEY_BYTES = 20
"""The most that OCPP 1.6 has room for."""


PasswordStdin = Annotated[
    bool, typer.Option("--password-stdin", help="Set the password that the first line of standard input is.")
]
Generate = Annotated[bool, typer.Option("--generate", help="Set a new password of 20 random bytes and print it once.")]

station = typer.Typer(
    cls=WithDefault, no_args_is_help=True, help="One station: `station CP1`, or `station add|set|remove CP1`."
)


def register(app: typer.Typer) -> None:
    add(app, "stations", list_stations, STATIONS)
    add_group(app, "station", station, STATIONS)
    add(station, "show", show_station)
    add(station, "add", add_station)
    add(station, "set", set_station)
    add(station, "password", change_password)
    add(station, "remove", remove_station)


def list_stations(
    context: typer.Context,
    *,
    online: Annotated[
        bool | None, typer.Option("--online/--offline", help="Only stations that are connected, or that are not.")
    ] = None,
    status: Annotated[
        Literal["online", "offline", "charging", "faulted"] | None,
        typer.Option(help="Only those that are online or offline, where a transaction runs, or where a fault stands."),
    ] = None,
    search: Annotated[str | None, typer.Option(help="Only those with this in their id or name.")] = None,
    limit: Limit = None,
    is_all: All = False,
) -> None:
    """List the stations."""
    session = session_of(context)

    def show(stations: list[Json]) -> None:
        session.output.table(HEAD, map(_row, stations))

    session.listing(show, "stations", limit=session.limit(limit, is_all), online=online, status=status, search=search)


def show_station(context: typer.Context, station_id: StationId) -> None:
    """Show a station: what it said of itself, its connectors and its settings. `show` may be left out."""
    session = session_of(context)
    _show(session, session.client.get("stations", station_id))


def add_station(
    context: typer.Context,
    station_id: StationId,
    settings: Pairs = None,
    *,
    password_stdin: PasswordStdin = False,
    generate: Generate = False,
) -> None:
    """Make a station known, so that it may connect.

    Settings are pairs such as security_profile=2 or registration=Pending; `station CP1 --json` shows all there are.
    """
    session = session_of(context)
    password = _password(from_stdin=password_stdin, generated=generate)
    try:
        session.client.get("stations", station_id)
    except ApiError as error:
        if error.status != 404:
            raise
    else:
        raise CliError(f"There is a station {station_id} already: `idlewatt station set` changes it")
    _save(session, "PUT", station_id, settings, password)
    _tell_password(session, password if generate else None)


def set_station(
    context: typer.Context,
    station_id: StationId,
    settings: Pairs = None,
    *,
    password_stdin: PasswordStdin = False,
    generate: Generate = False,
    no_password: Annotated[bool, typer.Option("--no-password", help="Remove the password.")] = False,
) -> None:
    """Change settings of a station: strict=true call_timeout_s=60 message_log=on.

    A change of the registration, an option or the password closes its connection, and it comes back under the new
    settings.
    """
    session = session_of(context)
    password = _password(from_stdin=password_stdin, generated=generate, removed=no_password)
    if not settings and not password:
        raise UsageError("There is nothing to change: name settings, such as strict=true, or a password option")
    _save(session, "PATCH", station_id, settings, password)
    _tell_password(session, password if generate else None)


def change_password(
    context: typer.Context,
    station_id: StationId,
    *,
    password_stdin: Annotated[
        bool, typer.Option("--password-stdin", help="The first line of standard input, not one that nobody knows.")
    ] = False,
    wait_s: Wait = None,
) -> int:
    """Change a station's password through the station itself, which is told the new one.

    Without --password-stdin a random one is made, which nobody needs to see.
    """
    session = session_of(context)
    wanted = _password(from_stdin=password_stdin, generated=False)
    deadline = session.deadline(wait_s)
    return finish(session, session.client.ask("POST", "stations", station_id, "password", body=wanted), deadline)


def remove_station(context: typer.Context, station_id: StationId, yes: Yes = False) -> None:
    """Remove a station. Its connection is closed; its history and its transactions stay."""
    session = session_of(context)
    session.confirm(f"Remove the station {formats.plain(station_id)}?", is_certain=yes)
    session.client.ask("DELETE", "stations", station_id)
    session.output.note(f"{station_id} is removed")


def _password(*, from_stdin: bool, generated: bool, removed: bool = False) -> Json:
    """The setting `password`; empty if it stays as it is."""
    if from_stdin + generated + removed > 1:
        raise UsageError("Only one of --password-stdin, --generate and --no-password")
    if from_stdin:
        password = sys.stdin.readline().rstrip("\r\n")
        if not password:
            raise UsageError("There is no password on standard input")
        return {"password": password}
    if generated:
        return {"password": secrets.token_hex(AUTHORIZATION_KEY_BYTES)}
    return {"password": None} if removed else {}


def _save(session: Session, method: str, station_id: str, settings: list[str] | None, password: Json) -> None:
    wanted = typed(settings or [])
    if "password" in wanted.value:
        raise UsageError("A password does not belong on a command line, which others can see: --password-stdin")
    saved = wanted.attempt(lambda given: session.client.ask(method, "stations", station_id, body={**given, **password}))
    _show(session, saved)


def _tell_password(session: Session, password: Json | None) -> None:
    """Only this once: nobody can read it back."""
    if not password:
        return
    told = f"password: {password['password']}"
    if session.as_json:
        session.output.note(told)
    else:
        session.output.title(told)


def _row(one: Json) -> tuple[Any, ...]:
    return (
        one["station_id"],
        one["name"],
        formats.state("online" if one["online"] else "offline"),
        one["ocpp_version"],
        formats.state(one["registration"]),
        _model(one),
        one["firmware_version"],
        formats.connectors(one),
        formats.time(one["last_seen_at"]),
    )


def _place(one: Mapping[str, Any]) -> str | None:
    return None if one["latitude"] is None else f"{one['latitude']}, {one['longitude']}"


def _model(one: Mapping[str, Any]) -> str:
    return " ".join(filter(None, (one["vendor"], one["model"])))


def _show(session: Session, one: Json) -> None:
    output = session.output
    if output.as_json:
        output.document(one)
        return
    output.fields(
        {
            "station": one["station_id"],
            "name": one["name"],
            "place": _place(one),
            "online": formats.state("online" if one["online"] else "offline"),
            "registration": formats.state(one["registration"]),
            **{name: one[name] for name in ABOUT},
            "password": "set" if one["has_password"] else "none",
            **{name.removesuffix("_at"): formats.time(one[name]) for name in TIMES},
        }
    )
    output.title("Options")
    output.fields({name: one[name] for name in OPTIONS if name in one})
    statuses = [(evse["evse_id"], connector) for evse in one["evses"] for connector in evse["connectors"]]
    if statuses:
        output.title("Connectors")
        head = ("evse", "connector", "status", "error", "info", "since")
        output.table(head, (_connector_row(evse_id, connector) for evse_id, connector in statuses))
    output.warnings(one["warnings"])


def _connector_row(evse_id: int, one: Json) -> tuple[Any, ...]:
    error = "" if one["error_code"] == "NoError" else one["error_code"]
    vendor = one["vendor_error_code"] or ""
    return (
        evse_id,
        one["connector_id"],
        formats.state(one["reported_status"] or one["status"]),
        " ".join(filter(None, (error, vendor))),
        one["info"],
        formats.time(one["changed_at"]),
    )
