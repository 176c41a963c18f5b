"""The message log of a station: its frames as they travelled, both ways."""

from http import HTTPStatus
from typing import Annotated

from aws_lambda_powertools.event_handler.openapi.params import Query

from shared.aws import message_search
from shared.aws.http import Api
from shared.aws.message_log import Message
from shared.aws.message_search import Search
from shared.aws.paging import DEFAULT_LIMIT, Cursor, Limit
from shared.aws.parameters import OptionalTime, StationId
from shared.aws.views_messages import Message as MessageView
from shared.aws.views_messages import MessageFinding, MessageList
from shared.domain.errors import Invalid
from shared.store import stations

UNKNOWN = {HTTPStatus.NOT_FOUND: "There is no such station."}

api = handler = Api("station_messages")


@api.route("GET /stations/{station_id}/messages", {HTTPStatus.OK: MessageList}, UNKNOWN)
def list_messages(
    station_id: StationId,
    *,
    action: Annotated[
        str | None,
        Query(min_length=1, max_length=64, description="Only calls of this action and their answers."),
    ] = None,
    start: Annotated[
        OptionalTime, Query(alias="from", description="Only messages of then or later; a day before `to` if not given.")
    ] = None,
    end: Annotated[OptionalTime, Query(alias="to", description="Only messages from before; now if not given.")] = None,
    limit: Limit = DEFAULT_LIMIT,
    cursor: Cursor = None,
) -> MessageList:
    """The frames that a station sent and was sent, newest first.

    Secrets in them are masked. They are logged if the station's `message_log`, or else the stage's setting, says so;
    what was refused or ignored is logged unless it is off for the station. They are kept as long as the functions' log.

    The newest messages are some seconds late. A page takes up to some seconds, since the log of all stations is looked
    through; if that is not enough, the page is short, perhaps empty, and `next_cursor` goes on from there.
    """
    if start and end and start >= end:
        raise Invalid("ends before it begins", place="query", path="to")
    stations.existing(station_id)
    found, rest = message_search.page(Search(station_id, action, start, end), cursor, limit)
    return MessageList(items=[_view(message) for message in found], next_cursor=rest)


def _view(message: Message) -> MessageView:
    findings = [finding.partition(" ") for finding in message.findings]
    return MessageView(
        **message._asdict() | {"findings": [MessageFinding(code=code, path=path) for code, _, path in findings]}
    )
