"""Dead letters: what a queue, a rule or the table's stream wanted done and no function could do (docs/faults.md)."""

from http import HTTPStatus
from typing import Annotated

from aws_lambda_powertools.event_handler import Response
from aws_lambda_powertools.event_handler.openapi.params import Path, Query

from shared.aws import dead_letters, idempotency
from shared.aws.dead_letters import NotDone
from shared.aws.http import Api
from shared.aws.idempotency import IdempotencyKey
from shared.aws.paging import DEFAULT_LIMIT, Cursor, Limit
from shared.aws.parameters import Printable
from shared.aws.views_dead_letters import (
    DeadLetter,
    DeadLetterList,
    Redrive,
    Redriven,
    StillDead,
    letter_view,
    state_view,
)
from shared.domain.dead_letters import DeadLetter as Letter
from shared.domain.dead_letters import position
from shared.domain.errors import NotFound
from shared.store import patience

LetterId = Annotated[str, Path(min_length=1, max_length=100, description="The id of the dead letter."), Printable]
ENOUGH_S = 22.0
"""A function that a letter leads to may take this long; with less time left none is begun."""
UNKNOWN = {HTTPStatus.NOT_FOUND: "There is no such dead letter, or somebody else is looking at it."}

api = handler = Api("dead_letters")


@api.route("GET /dead-letters", {HTTPStatus.OK: DeadLetterList})
def list_dead_letters(limit: Limit = DEFAULT_LIMIT, cursor: Cursor = None) -> DeadLetterList:
    """What nothing could handle, oldest first. Whoever else looks meanwhile does not see all.

    A queue gives out a thousand at a time; of more, any thousand are listed.
    """
    with dead_letters.held() as letters:
        rest = [one for one in letters if cursor is None or position(one) > cursor]
        page = rest[:limit]
        items = [state_view(dead_letters.opened(one)) for one in page]
    return DeadLetterList(items=items, next_cursor=position(page[-1]) if len(rest) > limit else None)


@api.route("GET /dead-letters/{letter_id}", {HTTPStatus.OK: DeadLetter}, UNKNOWN)
def get_dead_letter(letter_id: LetterId) -> DeadLetter:
    """A dead letter with its content."""
    with dead_letters.held() as letters:
        return letter_view(dead_letters.opened(_chosen(letters, letter_id)))


@api.route("POST /dead-letters/redrive", {HTTPStatus.OK: Redriven})
def redrive_dead_letters(order: Redrive, idempotency_key: IdempotencyKey = None) -> Redriven:
    """Have dead letters done again, oldest first. What they lead to may be done twice, and comes to the same."""
    idempotency.promise(api, idempotency_key)  # what was done is gone, so the same request again does only the rest
    done, failed = list[str](), list[StillDead]()
    with dead_letters.held() as letters:
        wanted = [one for one in letters if order.letter_ids is None or one.letter_id in order.letter_ids]
        unknown = {*(order.letter_ids or ())} - {one.letter_id for one in wanted}
        for letter in wanted:
            if patience.timeout_s(ENOUGH_S + 1) < ENOUGH_S and done:
                break
            try:
                dead_letters.redrive(dead_letters.opened(letter))
                done.append(letter.letter_id)
            except NotDone as reason:
                failed.append(StillDead(letter_id=letter.letter_id, reason=str(reason)))
    is_complete = len(done) + len(failed) == len(wanted)
    failed += [StillDead(letter_id=letter_id, reason=UNKNOWN[HTTPStatus.NOT_FOUND]) for letter_id in sorted(unknown)]
    return Redriven(redriven=done, failed=failed, is_complete=is_complete)


@api.route("DELETE /dead-letters/{letter_id}", {HTTPStatus.NO_CONTENT: None}, UNKNOWN)
def discard_dead_letter(
    letter_id: LetterId,
    reason: Annotated[str, Query(min_length=1, max_length=500, description="Why it need not be done; it is logged.")],
) -> Response[None]:
    """Give a dead letter up."""
    with dead_letters.held() as letters:
        dead_letters.discard(dead_letters.opened(_chosen(letters, letter_id)), reason, api.caller.principal)
    return Response(HTTPStatus.NO_CONTENT)


def _chosen(letters: list[Letter], letter_id: str) -> Letter:
    found = next((one for one in letters if one.letter_id == letter_id), None)
    if found is None:
        raise NotFound(f"There is no dead letter {letter_id}")
    return found
