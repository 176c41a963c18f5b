"""The shapes of groups of id tokens in the operator API."""

from shared.aws.paging import NextCursor
from shared.aws.views import View


class Group(View):
    """A group of id tokens that has a name."""

    group_id: str
    """1.6's parentIdTag, as it was written when it was saved."""
    name: str | None


class GroupList(View):
    """A page of groups, in order of their ids."""

    items: list[Group]
    next_cursor: NextCursor
