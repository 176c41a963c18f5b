"""What a station can do. An action of the standard that it does not know it answers with a CALLERROR; that is kept."""

import datetime as dt
from typing import NamedTuple


class UnknownAction(NamedTuple):
    """An action that a station does not know, by its own word."""

    action: str
    code: str
    """The error code of its CALLERROR: NotImplemented or NotSupported."""
    firmware_version: str | None
    """With which it said so; another one may know the action."""
    noted_at: dt.datetime
