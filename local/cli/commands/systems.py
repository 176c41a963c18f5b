"""`configure`, `login` and `logout`: which system is spoken to, and with what token."""

import datetime as dt
from typing import Annotated

import typer

from local.cli import profiles
from local.cli.arguments import SYSTEMS, add
from local.cli.errors import CliError
from local.cli.profiles import DEFAULT, Profile
from local.cli.session import session_of


def register(app: typer.Typer) -> None:
    add(app, "configure", configure, SYSTEMS)
    add(app, "login", log_in, SYSTEMS)
    add(app, "logout", log_out, SYSTEMS)


def configure(
    context: typer.Context,
    url: Annotated[
        str, typer.Option(metavar="URL", help="The root of the operator API, https://…/api/v1: the output ApiUrl.")
    ],
    token_url: Annotated[str, typer.Option(metavar="URL", help="Where machines get tokens: the output TokenUrl.")] = "",
    client_id: Annotated[str, typer.Option(metavar="ID", help="The client: the output MachineClientId.")] = "",
    scope: Annotated[
        str,
        typer.Option(
            metavar="SCOPE", help="What to ask for, such as idlewatt/viewer. By itself: all that the client may have."
        ),
    ] = "",
) -> None:
    """Name a system: as the default profile, or as that of --profile.

    Without a token URL the profile's requests carry only the token that IDLEWATT_TOKEN has. The client's secret is kept
    nowhere: it comes from IDLEWATT_CLIENT_SECRET, or `login` asks for it.
    """
    session = session_of(context)
    name = session.profile_name or session.environment.get("IDLEWATT_PROFILE") or DEFAULT
    file = profiles.config_file(session.environment)
    profile = profiles.checked(Profile(name, url.rstrip("/"), token_url, client_id, scope))
    profiles.save(file, {**profiles.load(file), name: profile})
    session.output.note(f"The profile {name} is in {file}")


def log_in(context: typer.Context) -> None:
    """Get a token with the client's secret and keep it until it expires.

    The secret is that of IDLEWATT_CLIENT_SECRET, or asked for. With the variable set every command gets its token by
    itself.
    """
    session = session_of(context)
    session.login.fetch()
    until = session.login.expires_at()
    if until is None:
        raise CliError("The token expires at once")
    session.output.note(f"Logged in until {dt.datetime.fromtimestamp(until, dt.UTC):%Y-%m-%d %H:%M:%SZ}")


def log_out(context: typer.Context) -> None:
    """Delete the token that is kept."""
    session = session_of(context)
    session.login.forget()
