"""A step that is taken with the newest state of an item, whoever else takes one meanwhile."""

from collections.abc import Callable
from typing import Any, Protocol, TypeVar

from shared.domain.errors import Conflict
from shared.store import table
from shared.store.dynamodb import ConditionFailed, Item

ATTEMPTS = 5


class Revised(Protocol):
    """A value that counts its revisions, from 0."""

    @property
    def revision(self) -> int: ...

    @property
    def _replace(self) -> Callable[..., Any]: ...


Kept = TypeVar("Kept", bound=Revised)
Standing = TypeVar("Standing", bound=Revised | None)
"""What stands there: a value, or None where there may be none."""


def take(
    name: str,
    find: Callable[[], Standing],
    step: Callable[[Standing], Kept | None],
    to_item: Callable[[Kept], Item],
    from_item: Callable[[Item], Kept],
) -> Kept | None:
    """Keep what a step makes of what stands there, and return it; None if the step makes nothing of it.

    Raises Conflict with the name if others keep coming in between.
    """
    for _ in range(ATTEMPTS):
        standing = find()
        changed = step(standing)
        if changed is None:
            return None
        is_same: bool = changed == standing
        if is_same:
            return changed
        was = standing.revision if standing is not None else None
        following: Kept = changed._replace(revision=(was or 0) + 1)
        try:
            table.put(
                to_item(following),
                condition="attribute_not_exists(pk)" + ("" if was is None else " OR revision = :was"),
                values=None if was is None else {":was": was},
            )
        except ConditionFailed as failed:
            if from_item(failed.item) == following:  # its answer was lost, and it met itself
                return following
        else:
            return following
    raise Conflict(f"{name} keeps changing; try again")
