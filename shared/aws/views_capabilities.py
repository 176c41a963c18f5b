"""The shapes of what stations can do, in the operator API."""

import datetime as dt

from shared.aws.paging import NextCursor
from shared.aws.views import View


class UnknownAction(View):
    """An action that a station has said it does not know."""

    action: str
    code: str
    """What it said: NotImplemented or NotSupported."""
    firmware_version: str | None
    """With which it said so. With another one it is asked again."""
    noted_at: dt.datetime


class Capabilities(View):
    """What a station is known not to know, by the actions' names."""

    items: list[UnknownAction]
    next_cursor: NextCursor
