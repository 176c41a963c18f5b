"""Arguments and options that several commands have, and what typer cannot do of them by itself.

The contexts of its groups and commands are of a type that it keeps to itself, hence Any.
"""

from collections.abc import Callable
from typing import Annotated, Any

import typer
from typer.core import TyperCommand, TyperGroup

StationId = Annotated[str, typer.Argument(metavar="STATION", help="The station's identity.")]
Limit = Annotated[
    int | None,
    typer.Option(metavar="N", help="At most so many items; 50, with --json all, if it is not given."),
]
All = Annotated[bool, typer.Option("--all", help="All items.")]
Yes = Annotated[bool, typer.Option("--yes", "-y", help="Do it without asking.")]
Pairs = Annotated[list[str] | None, typer.Argument(metavar="KEY=VALUE", help="What is to be set.")]
Payload = Annotated[
    list[str] | None,
    typer.Argument(
        metavar="PAYLOAD",
        help="The request: a JSON object, key=value pairs, @FILE, or - for standard input. Nothing: an empty one.",
    ),
]
Follow = Annotated[bool, typer.Option("--follow", "-f", help="Go on and print what comes, until Ctrl-C.")]

WAIT, USUAL_WAIT_S = "--wait", 45
"""A station has 30 s to answer unless its settings say otherwise."""
Wait = Annotated[
    float | None,
    typer.Option(WAIT, metavar="[SECONDS]", help=f"Wait for the end of it, {USUAL_WAIT_S} seconds if none are given."),
]

DEFAULT = "show"


STATIONS, CALLS, CHARGING, SYSTEMS = "Stations", "Calls to stations", "Charging", "Which system"
"""What the commands are about: the panels of `idlewatt --help`."""


def add(
    app: typer.Typer,
    name: str,
    function: Callable[..., int | None],
    panel: str | None = None,
) -> None:
    """Add a command; its docstring is its help."""
    cls = Waiting if "wait_s" in function.__annotations__ else None
    app.command(name, cls=cls, help=flowing(function.__doc__ or ""), rich_help_panel=panel)(function)


def add_group(app: typer.Typer, name: str, group: typer.Typer, panel: str) -> None:
    app.add_typer(group, name=name, rich_help_panel=panel)


def flowing(text: str) -> str:
    """Its paragraphs without line breaks: typer would keep them, whatever the width of the terminal."""
    return "\n\n".join(" ".join(paragraph.split()) for paragraph in text.split("\n\n"))


class WithDefault(TyperGroup):
    """A group that takes a first word that is none of its commands as the argument of `show`: `station CP1`."""

    def resolve_command(self, ctx: Any, args: list[str]) -> Any:
        return super().resolve_command(ctx, args if args[0] in self.commands else [DEFAULT, *args])


class Waiting(TyperCommand):
    """A command whose `--wait` may have a number of seconds behind it, or none."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        return super().parse_args(ctx, with_wait(args))


def with_wait(words: list[str]) -> list[str]:
    """The words of a command line in which each `--wait` has its number of seconds."""
    end = words.index("--") if "--" in words else len(words)
    return [
        f"{WAIT}={USUAL_WAIT_S}"
        if word == WAIT and place < end and not _is_number(words[place + 1 : place + 2])
        else word
        for place, word in enumerate(words)
    ]


def _is_number(words: list[str]) -> bool:
    try:
        return bool(words) and float(words[0]) >= 0
    except ValueError:
        return False
