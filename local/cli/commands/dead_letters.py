"""`dead-letters`: what nothing could handle, done again or given up (docs/faults.md)."""

from typing import Annotated, Any

import typer

from local.cli import formats
from local.cli.arguments import SYSTEMS, All, Limit, WithDefault, add, add_group
from local.cli.errors import FAILED, UsageError
from local.cli.payloads import Json
from local.cli.session import session_of

HEAD = ("letter", "kind", "target", "reason", "at")

LetterId = Annotated[str, typer.Argument(metavar="LETTER", help="The id of a dead letter.")]
LetterIds = Annotated[list[str] | None, typer.Argument(metavar="LETTER...", help="The ids of dead letters.")]
dead_letters = typer.Typer(
    cls=WithDefault, no_args_is_help=True, help="What nothing could handle: list, show, redrive, discard."
)


def register(app: typer.Typer) -> None:
    add_group(app, "dead-letters", dead_letters, SYSTEMS)
    add(dead_letters, "list", list_letters)
    add(dead_letters, "show", show_letter)
    add(dead_letters, "redrive", redrive)
    add(dead_letters, "discard", discard)


def list_letters(context: typer.Context, limit: Limit = None, is_all: All = False) -> None:
    """List what nothing could handle, oldest first."""
    session = session_of(context)

    def show(letters: list[Json]) -> None:
        session.output.table(HEAD, map(_row, letters))

    session.listing(show, "dead-letters", limit=session.limit(limit, is_all))


def show_letter(context: typer.Context, letter_id: LetterId) -> None:
    """Show a dead letter with its content, which may hold personal data."""
    session = session_of(context)
    found = session.client.get("dead-letters", letter_id)
    if session.as_json:
        session.output.document(found)
        return
    session.output.fields({**found, "at": formats.time(found["at"])})


def redrive(
    context: typer.Context,
    letter_ids: LetterIds = None,
    *,
    is_all: Annotated[bool, typer.Option("--all", help="All that there are.")] = False,
) -> int:
    """Have dead letters done again: `redrive --all`, or name them. Exit code 1 if one fails again."""
    session = session_of(context)
    if bool(letter_ids) == is_all:
        raise UsageError("Name the dead letters, or say --all")
    done, failed = list[str](), list[Json]()
    is_complete = False
    while not is_complete:
        order = {} if is_all else {"letter_ids": sorted({*(letter_ids or [])} - {*done})}
        answer = session.client.ask("POST", "dead-letters", "redrive", body=order)
        done, failed, is_complete = done + answer["redriven"], answer["failed"], answer["is_complete"]
        is_complete = is_complete or not answer["redriven"]
    if session.as_json:
        session.output.document({"redriven": done, "failed": failed})
        return FAILED if failed else 0
    session.output.note(f"{len(done)} done again, {len(failed)} failed again")
    if failed:
        session.output.table(("letter", "reason"), [(one["letter_id"], one["reason"]) for one in failed])
    return FAILED if failed else 0


def discard(
    context: typer.Context,
    letter_id: LetterId,
    reason: Annotated[str, typer.Option(metavar="TEXT", help="Why it need not be done; the log keeps it.")],
) -> None:
    """Give a dead letter up."""
    session = session_of(context)
    session.client.ask("DELETE", "dead-letters", letter_id, query={"reason": reason})
    session.output.note(f"{letter_id} is given up")


def _row(one: Json) -> tuple[Any, ...]:
    return one["letter_id"], one["kind"], one["target"], one["reason"], formats.time(one["at"])
