"""A "no" for a reason that the other side can act on; it becomes a CALLERROR or problem details at the edge."""

from typing import Any


class DomainError(Exception):
    """A request that cannot be done. `reason` is a sentence for whoever asked; `fields` name what is concerned."""

    def __init__(self, reason: str, **fields: Any) -> None:
        super().__init__(reason)
        self.reason = reason
        self.fields = fields


class NotFound(DomainError):
    """What was asked for does not exist."""


class Conflict(DomainError):
    """What stands there does not allow it, or changed meanwhile: read it again."""


class Invalid(DomainError):
    """A value that cannot be taken: `fields["path"]` says which, or `fields["errors"]` names several (path, reason)."""
