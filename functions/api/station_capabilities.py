"""What a station can do, and what it cannot."""

from http import HTTPStatus
from typing import Annotated

from aws_lambda_powertools.event_handler import Response
from aws_lambda_powertools.event_handler.openapi.params import Path

from shared.aws.http import Api
from shared.aws.paging import DEFAULT_LIMIT, Cursor, Limit, page_where
from shared.aws.parameters import ActionName, StationId
from shared.aws.views_capabilities import Capabilities, UnknownAction
from shared.domain.errors import NotFound
from shared.store import capabilities, stations

UNKNOWN = {HTTPStatus.NOT_FOUND: "There is no such station."}

api = handler = Api("station_capabilities")


@api.route("GET /stations/{station_id}/capabilities", {HTTPStatus.OK: Capabilities}, UNKNOWN)
def list_capabilities(station_id: StationId, limit: Limit = DEFAULT_LIMIT, cursor: Cursor = None) -> Capabilities:
    """The actions that a station does not know, as it has answered to calls of ours.

    Where another action stands in for one of them, the station is sent that one from then on, until its firmware is
    another.
    """
    station = stations.existing(station_id)
    found, rest = page_where(
        lambda after, size: capabilities.page(station_id, after, size),
        lambda one: one.firmware_version == station.firmware_version,
        cursor,
        limit,
    )
    return Capabilities(items=[UnknownAction(**one._asdict()) for one in found], next_cursor=rest)


@api.route(
    "DELETE /stations/{station_id}/capabilities/{action}",
    {HTTPStatus.NO_CONTENT: None},
    {HTTPStatus.NOT_FOUND: "It is not known of such a station that it does not know this action."},
)
def forget_capability(
    station_id: StationId, action: Annotated[ActionName, Path(description="An action that stations are sent.")]
) -> Response[None]:
    """Have a station asked again for an action that it did not know."""
    if not capabilities.forget(station_id, action):
        raise NotFound(f"{station_id} has not said that it does not know {action}")
    return Response(HTTPStatus.NO_CONTENT)
