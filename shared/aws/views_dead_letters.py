"""The shapes of dead letters in the operator API."""

import datetime as dt
from typing import Annotated, Any

from pydantic import ConfigDict, Field

from shared.aws.paging import NextCursor
from shared.aws.parameters import Printable
from shared.aws.views import View
from shared.domain.dead_letters import DeadLetter as Letter
from shared.domain.dead_letters import Kind

LetterIds = Annotated[list[Annotated[str, Field(min_length=1, max_length=100), Printable]], Field(max_length=200)]


class DeadLetterState(View):
    """What nothing could handle, without its content."""

    letter_id: str
    kind: Kind
    """changes: changes of items, whose consequences are missing. event: what a rule or a schedule has a function do.
    message: a timer, or a page of a bulk job. unknown: nothing that is known to be done again."""
    target: str
    """The function that failed, or the queue whose consumer did."""
    reason: str
    """Why it was given up, in AWS's words."""
    at: dt.datetime
    """When it was given up; of a message, when it was sent."""


class DeadLetter(DeadLetterState):
    """What nothing could handle. It may hold personal data."""

    content: str
    """The event of the function, as JSON, or the text of the message."""


class DeadLetterList(View):
    """Dead letters, oldest first."""

    items: list[DeadLetterState]
    next_cursor: NextCursor


class Redrive(View):
    """Which dead letters are to be done again."""

    model_config = ConfigDict(extra="forbid", strict=True, use_attribute_docstrings=True)

    letter_ids: LetterIds | None = None
    """Left out: all."""


class StillDead(View):
    """A letter that stays."""

    letter_id: str
    reason: str
    """Why it could not be done this time."""


class Redriven(View):
    """What has become of dead letters."""

    redriven: list[str]
    """Those that are done, or are back in the queue they came from, and are no letters any more."""
    failed: list[StillDead]
    is_complete: bool
    """Whether each was tried; if not, there was no more time: ask again."""


def state_view(letter: Letter) -> DeadLetterState:
    return DeadLetterState(**_fields(letter))


def letter_view(letter: Letter) -> DeadLetter:
    return DeadLetter(**_fields(letter), content=letter.content)


def _fields(letter: Letter) -> dict[str, Any]:
    return {name: getattr(letter, name) for name in DeadLetterState.model_fields}
