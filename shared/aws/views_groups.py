"""The shapes of groups of id tokens in the operator API."""

from shared.aws.paging import NextCursor
from shared.aws.views import View


class Group(View):
    """A group of id tokens that has a name."""

    group_id: str
    """1.6's parentIdTag, as it was written when it was saved."""
    name: str | None
    tariff_id: str | None
    """By which transactions of its id tokens are billed that have no tariff of their own."""


class GroupList(View):
    """A page of groups, in order of their ids."""

    items: list[Group]
    next_cursor: NextCursor
