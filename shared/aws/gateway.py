"""API Gateway's @connections: what we do to a socket from outside its messages. `url` is that of the API it is of: the
stations' if left out."""

from functools import cache
from typing import Any, Literal

from botocore.exceptions import BotoCoreError, ClientError

from shared.aws.clients import ONCE, client
from shared.aws.telemetry import logger
from shared.settings import settings

Sending = Literal["sent", "gone", "throttled", "unknown"]
"""What became of a frame. sent: it is on its way, which is not yet received. gone: the connection is over. throttled:
not now. unknown: perhaps sent, for the answer to us was lost or told of a fault."""

REFUSALS: dict[str, Sending] = {
    "GoneException": "gone",
    "LimitExceededException": "throttled",
    "ThrottlingException": "throttled",
    "TooManyRequestsException": "throttled",
}


@cache
def _client(url: str) -> Any:
    return client("apigatewaymanagementapi", endpoint_url=url or settings().connections_url)


@cache
def _sender(url: str) -> Any:
    """A client that tries once: a frame that is sent again might be received twice."""
    return client("apigatewaymanagementapi", ONCE, endpoint_url=url or settings().connections_url)


def send(connection_id: str, text: str, *, url: str = "") -> Sending:
    """Send a frame to a station, or a message to a console."""
    try:
        _sender(url).post_to_connection(ConnectionId=connection_id, Data=text.encode())
    except ClientError as error:
        code = error.response.get("Error", {}).get("Code", "")
        status = error.response.get("ResponseMetadata", {}).get("HTTPStatusCode")
        outcome = "gone" if status == 410 else "throttled" if status == 429 else REFUSALS.get(code, "unknown")
        if outcome == "unknown":
            logger.exception("frame not sent", extra={"connection_id": connection_id})
        return outcome
    except BotoCoreError:
        logger.exception("frame perhaps not sent", extra={"connection_id": connection_id})
        return "unknown"
    return "sent"


def close(connection_id: str, *, url: str = "") -> bool:
    """Close a socket; False if it is gone already. The other side sees a normal close and dials again."""
    try:
        _client(url).delete_connection(ConnectionId=connection_id)
    except _client(url).exceptions.GoneException:
        return False
    return True


def try_to_close(connection_id: str, *, url: str = "") -> bool:
    """Close a socket, if that can be done now: False if it may be open still."""
    try:
        close(connection_id, url=url)
    except (BotoCoreError, ClientError):
        logger.exception("connection not closed", extra={"connection_id": connection_id})
        return False
    return True


def is_open(connection_id: str) -> bool:
    """Whether API Gateway still holds a connection."""
    try:
        _client("").get_connection(ConnectionId=connection_id)
    except _client("").exceptions.GoneException:
        return False
    return True
