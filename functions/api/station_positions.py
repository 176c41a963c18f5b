"""Where stations stand, for a map of them: read from indexes, so that ten thousand take a moment."""

from http import HTTPStatus
from typing import Annotated

from aws_lambda_powertools.event_handler.openapi.params import Query

from shared.aws import views_station_positions as views
from shared.aws.http import Api
from shared.aws.paging import Cursor
from shared.store import connections, faults, station_lists, transactions

DEFAULT_LIMIT = 1_000
MAX_LIMIT = 2_000

api = handler = Api("station_positions")


@api.route("GET /station-positions", {HTTPStatus.OK: views.StationPositionList})
def list_station_positions(
    limit: Annotated[int, Query(ge=1, le=MAX_LIMIT, description="How many items a page has at most.")] = DEFAULT_LIMIT,
    cursor: Cursor = None,
) -> views.StationPositionList:
    """The stations that have a position, in order of their ids.

    Positions and statuses come from indexes alone: what changed this moment may be missing.
    """
    located, rest = station_lists.located_page(cursor, limit)
    if not located:
        return views.StationPositionList(items=[], next_cursor=rest)
    online = connections.online_between(located[0].station_id, located[-1].station_id)
    faulted, charging = faults.stations(), transactions.stations_charging()

    def status(station_id: str) -> views.MapStatus:
        if station_id not in online:
            return "offline"
        if station_id in faulted:
            return "faulted"
        return "charging" if station_id in charging else "available"

    items = [views.StationPosition(**one._asdict(), status=status(one.station_id)) for one in located]
    return views.StationPositionList(items=items, next_cursor=rest)
