"""docs/operations.md: the commands of ours that it names exist, with their options."""

import re
import shlex
from typing import Any

import pytest
import typer
from typer.main import get_command

from local.cli.app import app, hoisted
from tests.insights import PAGE

INLINE = re.compile(r"`(idlewatt [^`]+)`")


def commands() -> list[str]:
    """Every command line of ours on the page: in blocks, and between backticks."""
    text = PAGE.read_text("utf-8")
    lines = [line.strip() for line in text.splitlines() if line.strip().startswith("idlewatt ")]
    return sorted({*lines, *INLINE.findall(text)})


def understood(line: str) -> None:
    """Read a command line as the program would, without doing it. Raises what the program would say."""
    words = hoisted(shlex.split(line, comments=True)[1:])
    command: Any = get_command(app)  # typer keeps the type of its commands to itself
    context: Any = command.make_context("idlewatt", words)
    while hasattr(command, "resolve_command"):
        name, command, rest = command.resolve_command(context, [*context._protected_args, *context.args])
        context = command.make_context(name, rest, parent=context)


@pytest.mark.parametrize("line", commands())
def test_a_command_on_the_page_is_one(line: str) -> None:
    understood(line)


@pytest.mark.parametrize("line", ["idlewatt stations --colour", "idlewatt nothing", "idlewatt station cry CP1 CP2"])
def test_one_that_is_none_would_be_noticed(line: str) -> None:
    with pytest.raises((typer.TyperException, SystemExit)):
        understood(line)
