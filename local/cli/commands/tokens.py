"""`tokens` and `token`: the id tokens of drivers, and what they may."""

from typing import Annotated, Any, Literal

import typer

from local.cli import formats
from local.cli.arguments import CHARGING, All, Limit, WithDefault, Yes, add, add_group
from local.cli.errors import ApiError
from local.cli.payloads import Json
from local.cli.session import Session, session_of
from local.cli.times import future, written

HEAD = ("token", "status", "expires", "group", "concurrent")
SETTINGS = ("status", "expires_at", "group_id", "concurrent")
NEVER, NONE = "never", "none"

IdToken = Annotated[str, typer.Argument(metavar="TOKEN", help="The id token: of a card, an app or a contract.")]
token = typer.Typer(
    cls=WithDefault, no_args_is_help=True, help="One id token: `token CARD1`, or `token set|remove CARD1`."
)


def register(app: typer.Typer) -> None:
    add(app, "tokens", list_tokens, CHARGING)
    add_group(app, "token", token, CHARGING)
    add(token, "show", show_token)
    add(token, "set", set_token)
    add(token, "remove", remove_token)


def list_tokens(
    context: typer.Context,
    *,
    group: Annotated[str | None, typer.Option(metavar="GROUP", help="Only those of this group.")] = None,
    limit: Limit = None,
    is_all: All = False,
) -> None:
    """List the id tokens."""
    session = session_of(context)

    def show(tokens: list[Json]) -> None:
        session.output.table(HEAD, map(_row, tokens))

    path = ("id-tokens",) if group is None else ("groups", group, "id-tokens")
    session.listing(show, *path, limit=session.limit(limit, is_all))


def show_token(context: typer.Context, id_token: IdToken) -> None:
    """Show an id token. `show` may be left out."""
    session = session_of(context)
    _show(session, session.client.get("id-tokens", id_token))


def set_token(
    context: typer.Context,
    id_token: IdToken,
    *,
    status: Annotated[
        Literal["Accepted", "Blocked", "Expired", "Invalid"] | None, typer.Option(help="What stations are told of it.")
    ] = None,
    expires: Annotated[
        str | None, typer.Option(metavar="TIME", help=f"From when on it is expired: 2027-01-01, 30d, {NEVER}.")
    ] = None,
    group: Annotated[
        str | None,
        typer.Option(metavar="GROUP", help=f"Its group, whose tokens may stop each other's; {NONE}: of none."),
    ] = None,
    concurrent: Annotated[
        bool | None, typer.Option("--concurrent/--one-at-a-time", help="Whether it may have several transactions.")
    ] = None,
) -> None:
    """Create an id token, or change what is named of one that exists."""
    session = session_of(context)
    given: Json = {"status": status, "concurrent": concurrent}
    changes = {name: value for name, value in given.items() if value is not None}
    if expires is not None:
        changes["expires_at"] = None if expires == NEVER else written(future(expires, session.now()))
    if group is not None:
        changes["group_id"] = None if group == NONE else group
    standing, revision = _settings(session, id_token)
    headers = {"If-Match": revision} if revision else {}
    _show(session, session.client.ask("PUT", "id-tokens", id_token, body=standing | changes, headers=headers))


def remove_token(context: typer.Context, id_token: IdToken, yes: Yes = False) -> None:
    """Remove an id token: stations are told that it is Invalid. Its transactions stay."""
    session = session_of(context)
    session.confirm(f"Remove the id token {formats.plain(id_token)}?", is_certain=yes)
    session.client.ask("DELETE", "id-tokens", id_token)
    session.output.note(f"{id_token} is removed")


def _settings(session: Session, id_token: str) -> tuple[Json, str | None]:
    """What it has, and of which revision it is; nothing, if it does not exist."""
    try:
        found, revision = session.client.tagged("id-tokens", id_token)
    except ApiError as error:
        if error.status != 404:
            raise
        return {}, None
    return {name: found[name] for name in SETTINGS}, revision


def _row(one: Json) -> tuple[Any, ...]:
    expires = formats.time(one["expires_at"]) or NEVER
    return one["id_token"], formats.state(one["status"]), expires, one["group_id"], one["concurrent"]


def _show(session: Session, one: Json) -> None:
    if session.as_json:
        session.output.document(one)
        return
    session.output.fields(dict(zip(HEAD, _row(one), strict=True)))
    session.output.warnings(one["warnings"])
