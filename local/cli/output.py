"""What is printed: tables and lines for people, or what the API answered for programs. Notes go to standard error."""

import json
import sys
from collections.abc import Iterable, Mapping, Sequence

from rich.console import Console
from rich.table import Table
from rich.text import Text

from local.cli.errors import ApiError, CliError
from local.cli.formats import plain

Cell = Text | object
"""A text with its style, or any value."""

WIDE = 10_000
"""Columns of what is no terminal: nothing is cut or broken there."""


class Output:
    """Where a command prints. `as_json`: for programs; `color`: False for none, whatever the terminal can do."""

    def __init__(self, *, as_json: bool, color: bool) -> None:
        self.as_json = as_json
        self._color = color

    @property
    def _out(self) -> Console:
        # Of the moment: who captures standard output replaces it.
        return Console(
            no_color=None if self._color else True,
            highlight=False,
            soft_wrap=True,
            width=None if sys.stdout.isatty() else WIDE,
        )

    @property
    def _err(self) -> Console:
        return Console(stderr=True, no_color=None if self._color else True, highlight=False, soft_wrap=True)

    def document(self, answer: object) -> None:
        """An answer of the API as one JSON document."""
        print(json.dumps(answer, indent=2, ensure_ascii=False))

    def item(self, item: object) -> None:
        """One of several answers as one line of JSON."""
        print(json.dumps(item, ensure_ascii=False), flush=True)

    def table(self, head: Sequence[str], rows: Iterable[Sequence[Cell]], right: frozenset[str] = frozenset()) -> None:
        """Rows under their heads; those in `right` are numbers."""
        table = Table(box=None, pad_edge=False, header_style="bold", padding=(0, 2, 0, 0))
        for name in head:
            table.add_column(name.upper(), justify="right" if name in right else "left", overflow="fold")
        for row in rows:
            table.add_row(*map(_text, row))
        self._out.print(table, soft_wrap=False)

    def fields(self, values: Mapping[str, Cell]) -> None:
        """Values under each other with their names before them; those that say nothing are left out."""
        table = Table(box=None, pad_edge=False, show_header=False, padding=(0, 2, 0, 0))
        table.add_column(style="dim")
        table.add_column(overflow="fold")
        for name, value in values.items():
            if (text := _text(value)).plain:
                table.add_row(name.replace("_", " "), text)
        self._out.print(table, soft_wrap=False)

    def line(self, *parts: Cell) -> None:
        self._out.print(Text(" ").join(text for text in map(_text, parts) if text.plain))
        sys.stdout.flush()

    def title(self, text: str) -> None:
        self._out.print()
        self._out.print(Text(text, style="bold"))

    def note(self, text: str) -> None:
        """Something beside the result, for the person who waits for it."""
        self._err.print(Text(text, style="dim"))

    def warnings(self, texts: Iterable[str]) -> None:
        for text in texts:
            self._err.print(Text(f"warning: {plain(text)}", style="yellow"))

    def error(self, error: CliError) -> None:
        """Why a command was not done; for programs, if the API said so, in its own words."""
        if self.as_json and isinstance(error, ApiError):
            print(json.dumps(error.problem, indent=2, ensure_ascii=False), file=sys.stderr)
        else:
            lines = str(error).splitlines() or [type(error).__name__]
            self._err.print(Text("error: ", style="bold red") + Text("\n".join(map(plain, lines))))


def _text(value: Cell) -> Text:
    return value if isinstance(value, Text) else Text(plain(value))
