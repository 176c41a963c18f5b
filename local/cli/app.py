"""The command line as a whole: its commands, the options that all of them have, and how it ends."""

import os
import sys
from collections.abc import Callable, Sequence
from typing import Annotated, Any

import typer
from typer.core import TyperGroup

from local.cli import interrupts
from local.cli.arguments import flowing
from local.cli.commands import (
    calls,
    campaigns,
    configuration,
    costs,
    dead_letters,
    diagnostics,
    firmware,
    jobs,
    messages,
    plans,
    stations,
    systems,
    tokens,
    transactions,
)
from local.cli.errors import FAILED, USAGE, CliError, UsageError
from local.cli.session import Session

FLAGS = ("--json", "--no-color")
WITH_VALUE = ("--profile",)


class Everywhere(TyperGroup):
    """Takes the options that all commands have wherever they stand: `idlewatt stations --json`."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        return super().parse_args(ctx, hoisted(args))


def hoisted(words: Sequence[str]) -> list[str]:
    """The words of a command line with the options that all commands have at its beginning."""
    first: list[str] = []
    rest: list[str] = []
    waiting = iter(words)
    for word in waiting:
        if word == "--":
            rest += [word, *waiting]
        elif word in FLAGS or word.startswith(tuple(f"{name}=" for name in WITH_VALUE)):
            first.append(word)
        elif word in WITH_VALUE:
            first += [word, *([value] if (value := next(waiting, None)) is not None else [])]
        else:
            rest.append(word)
    return first + rest


app = typer.Typer(
    name="idlewatt",
    cls=Everywhere,
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)
for module in (
    stations,
    configuration,
    messages,
    calls,
    jobs,
    diagnostics,
    firmware,
    campaigns,
    transactions,
    tokens,
    plans,
    costs,
    dead_letters,
    systems,
):
    module.register(app)


def _version(is_asked: bool) -> None:
    if is_asked:
        from importlib.metadata import version  # noqa: PLC0415  # takes long, and is seldom asked for

        print(f"idlewatt {version('idlewatt')}")
        raise typer.Exit


def everywhere(
    context: typer.Context,
    as_json: Annotated[
        bool,
        typer.Option("--json", help="Print what the API answers, as one JSON document; a list with all its items."),
    ] = False,
    no_color: Annotated[bool, typer.Option("--no-color", help="Print without colours, as NO_COLOR does.")] = False,
    profile: Annotated[
        str | None,
        typer.Option(metavar="NAME", help="The system to speak to, as `configure` named it; or IDLEWATT_PROFILE."),
    ] = None,
    _: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Print the version and end.")
    ] = False,
) -> None:
    """Stations, calls, transactions and tokens of an Idlewatt system.

    It speaks to the local system unless `configure` has named another one, or IDLEWATT_URL does. --json, --no-color
    and --profile may stand anywhere.
    """
    session: Session = context.obj
    session.as_json, session.color, session.profile_name = as_json, not no_color, profile


app.callback(help=flowing(everywhere.__doc__ or ""))(everywhere)


def main() -> int:
    """Run a command line; the exit status."""
    interrupts.heed()
    return run(sys.argv[1:], Session(os.environ))


def run(words: Sequence[str], session: Session, command: Callable[..., Any] = app) -> int:
    """Run the words of a command line in a session; the exit status. Ctrl-C and a reader who leaves are typer's."""
    try:
        ended = command(list(words), prog_name="idlewatt", standalone_mode=False, obj=session)
    except typer.TyperException as error:  # all that typer finds wrong with a command line
        if message := error.format_message():
            session.output.error(UsageError(f"{message}\n{_usage(error)}".strip()))
        return USAGE
    except UsageError as error:
        session.output.error(error)
        return USAGE
    except CliError as error:
        session.output.error(error)
        return FAILED
    except typer.Abort:
        session.output.note("Nothing is done")
        return FAILED
    return ended if isinstance(ended, int) else 0


def _usage(error: typer.TyperException) -> str:
    context: typer.Context | None = getattr(error, "ctx", None)  # a usage error has it, other errors have not
    return context.get_usage() if context else ""
