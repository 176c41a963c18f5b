"""The reference of all commands in docs/cli.md, made from what `--help` says.

    python -m local.cli.reference             write it
    python -m local.cli.reference --check     only say whether it is current, with exit status 1 if not

What stands before the first command is written by hand.
"""

import argparse
import re
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import typer
from typer.main import get_command

from local.cli.app import app

PAGE = Path(__file__).parent.parent.parent / "docs" / "cli.md"
BEGIN = "<!-- From here on: python -m local.cli.reference -->\n"
TYPE = re.compile(r" <[a-z]+(\[[a-z]+\])?>$")
"""What typer adds to the name of an argument."""
USUAL = ("--help", "--install-completion", "--show-completion")
"""Options that every program of this kind has."""


def reference() -> str:
    """All commands in the order of `idlewatt --help`, each with its arguments and options."""
    root: Any = get_command(app)  # typer keeps the type of its commands to itself
    return "\n".join(["## All commands", "", *_options(root, typer.Context(root)), *_commands(root, "idlewatt")])


def page(standing: str) -> str:
    """The page with a new reference. Raises ValueError if it has no place for one."""
    by_hand, mark, _ = standing.partition(BEGIN)
    if not mark:
        raise ValueError(f"{PAGE.name} has no line {BEGIN.strip()!r}")
    return f"{by_hand}{BEGIN}\n{reference().rstrip()}\n"


def _commands(group: Any, words: str) -> Iterator[str]:
    for name, command in group.commands.items():
        if hasattr(command, "commands"):
            yield from _commands(command, f"{words} {name}")
        else:
            yield from _command(command, f"{words} {name}")


def _command(command: Any, words: str) -> Iterator[str]:
    context = typer.Context(command, info_name=words)
    arguments = [one.replace("{", "").replace("}", "") for one in command.collect_usage_pieces(context)[1:]]
    yield from (f"### {words}", "", "```", " ".join([words, *arguments]), "```", "", command.help, "")
    yield from _options(command, context)


def _options(command: Any, context: typer.Context) -> Iterator[str]:
    told = [one.get_help_record(context) for one in command.params if not set(one.opts) & set(USUAL)]
    rows = [f"| `{_cell(TYPE.sub('', names))}` | {_cell(text)} |" for names, text in told]
    if rows:
        yield from ("| | |", "|---|---|", *rows, "")


def _cell(text: str) -> str:
    return text.replace("[required]", "").replace("|", "\\|").strip()


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description="Write the reference of the command line.")
    parser.add_argument("--check", action="store_true", help="only say whether it is current")
    wants_check = parser.parse_args(arguments).check
    standing = PAGE.read_text("utf-8")
    current = page(standing)
    if not wants_check:
        PAGE.write_text(current, "utf-8")
    elif standing != current:
        print("docs/cli.md is out of date: run python -m local.cli.reference", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
