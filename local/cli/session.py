"""What a command works with: the system it speaks to, the terminal it prints on, and the time."""

import datetime as dt
import getpass
import sys
import time
from collections.abc import Callable, Mapping
from functools import cached_property
from typing import TYPE_CHECKING, Any

import typer

from local.cli import interrupts, profiles
from local.cli.errors import UsageError

if TYPE_CHECKING:
    from local.cli.client import Client
    from local.cli.login import Login
    from local.cli.output import Output
    from local.cli.profiles import Profile
    from local.cli.transport import Transport

SHOWN = 50
"""How many items of a list people see who do not say how many."""


class Session:
    """One run of the command line. What takes long to import is made when it is first used."""

    def __init__(
        self,
        environment: Mapping[str, str],
        transport: "Transport | None" = None,
        sleep: Callable[[float], None] = interrupts.sleep,
    ) -> None:
        self.environment = environment
        self.sleep = sleep
        self.as_json = False
        self.color = True
        self.profile_name: str | None = None
        self._transport = transport

    @cached_property
    def output(self) -> "Output":
        from local.cli.output import Output  # noqa: PLC0415  # `--help` has no use for it

        return Output(as_json=self.as_json, color=self.color)

    @cached_property
    def profile(self) -> "Profile":
        return profiles.chosen(self.environment, self.profile_name)

    @cached_property
    def transport(self) -> "Transport":
        from local.cli.transport import connected  # noqa: PLC0415  # takes long, and not every command asks something

        return self._transport or connected()

    @cached_property
    def login(self) -> "Login":
        from local.cli.login import Login  # noqa: PLC0415  # likewise

        prompt = self._ask_secret if sys.stdin.isatty() else None
        return Login(self.profile, self.environment, self.transport, prompt)

    @cached_property
    def client(self) -> "Client":
        from local.cli.client import Client  # noqa: PLC0415  # likewise

        return Client(self.profile.url, self.transport, self.login.token)

    def now(self) -> dt.datetime:
        return dt.datetime.now(dt.UTC)

    def deadline(self, wait_s: float | None) -> float | None:
        """Until when to wait, by the monotonic clock; None: not at all."""
        return None if wait_s is None else time.monotonic() + wait_s

    def limit(self, limit: int | None, is_all: bool) -> int | None:
        """How many items a list is to have; None: all of them. Programs get all unless they say how many."""
        if limit is not None and is_all:
            raise UsageError("--limit and --all exclude each other")
        if limit is not None and limit < 1:
            raise UsageError("--limit is at least 1")
        if is_all:
            return None
        return limit or (None if self.as_json else SHOWN)

    def listing(
        self, show: Callable[[list[dict[str, Any]]], None], *path: str, limit: int | None, **query: Any
    ) -> None:
        """Print a list: as the API gave it for programs, by `show` for people."""
        found = self.client.listing(*path, limit=limit, **query)
        if self.as_json:
            self.output.document(found)
            return
        if found["items"]:
            show(found["items"])
        else:
            self.output.note("There is none")
        if found["next_cursor"] is not None:
            self.output.note("There may be more: --limit N or --all")

    def confirm(self, question: str, *, is_certain: bool) -> None:
        """Go on only if the person at the terminal says so. Raises UsageError if there is nobody to ask."""
        if is_certain:
            return
        if not sys.stdin.isatty():
            raise UsageError("Nobody is there to be asked: --yes does it without asking")
        typer.confirm(question, abort=True, err=True)

    def _ask_secret(self) -> str:
        return getpass.getpass(f"Client secret of {self.profile.client_id}: ")


def session_of(context: typer.Context) -> Session:
    session: Session = context.obj
    return session
