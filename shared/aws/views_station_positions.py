"""Stations on a map, as the operator API shows them."""

from typing import Literal

from shared.aws.paging import NextCursor
from shared.aws.views import View

MapStatus = Literal["offline", "faulted", "charging", "available"]


class StationPosition(View):
    """Where a station stands, and how it is."""

    station_id: str
    name: str | None
    latitude: float
    """In degrees north (WGS 84)."""
    longitude: float
    """In degrees east."""
    status: MapStatus
    """The first that is true: it is not connected; a fault of a connector stands; a transaction runs; none of these."""


class StationPositionList(View):
    """A page of the stations that have a position, in order of their ids."""

    items: list[StationPosition]
    next_cursor: NextCursor
