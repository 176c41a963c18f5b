"""How a command ends: its exit codes, and the errors that end it early."""

from collections.abc import Mapping
from typing import Any

FAILED = 1
"""It was not done: the API said no, or could not be reached, or something here is not as it must be."""
REFUSED = 2
"""The station answered a call with a CALLERROR."""
NO_ANSWER = 3
"""A call ended without an answer: timed out, expired, cancelled."""
STILL_WAITING = 4
"""The call has not ended yet."""
USAGE = 64
"""The command line is wrong. By convention (sysexits.h), since 2, which click would take, is the station's."""


class CliError(Exception):
    """What ends a command; the message says what is wrong and, if that is known, what to do about it."""


class UsageError(CliError):
    """A command line that makes no sense."""


class Unreachable(CliError):
    """There is no answer to a request."""


class ApiError(CliError):
    """The API said no. `problem` is what it sent: problem details of RFC 9457, or API Gateway's `{"message"}`."""

    def __init__(self, status: int, problem: Mapping[str, Any], hint: str = "") -> None:
        super().__init__(_told(status, problem, hint))
        self.status = status
        self.problem = problem

    def fields(self) -> set[str]:
        """The paths of the fields that are wrong."""
        return {str(one.get("path")) for one in self.problem.get("errors", [])}


def _told(status: int, problem: Mapping[str, Any], hint: str) -> str:
    reason = problem.get("detail") or problem.get("message") or problem.get("title") or "no reason given"
    lines = [f"{reason} ({status})"]
    for one in problem.get("errors", []):
        where = " ".join(filter(None, (one.get("in"), one.get("path"))))
        lines.append(f"  {where}: {one.get('reason')}")
    if status >= 500 and problem.get("request_id"):
        lines.append(f"  in the log: request {problem['request_id']}")
    return "\n".join(lines + ([hint] if hint else []))
