"""The shell around what consoles send over the live feed: read, act, answer. Nothing escapes as an exception, since API
Gateway would make a message of its own of it. A connection whose token has expired ends here."""

import datetime as dt
from collections.abc import Callable
from typing import Any

from shared.aws import gateway
from shared.aws.telemetry import logger
from shared.domain import live
from shared.domain.errors import Invalid
from shared.settings import settings
from shared.store import live as connections
from shared.store import patience
from shared.store.dynamodb import DynamoDBError

OVER = "The connection has ended: buy another ticket and connect again"
NOT_NOW = "Not possible for the moment; try again"

Act = Callable[[str, dict[str, Any], dt.datetime], str]
"""What is done with a message: of which connection, the message, and when it came; returns the answer. Raises
OverError."""


class OverError(Exception):
    """The token that bought the connection's ticket has expired, or the connection is not known."""


def answer(event: dict[str, Any], context: object, act: Act) -> dict[str, Any]:
    """The result of a message's event, which the route response sends to the console."""
    patience.begin(context)
    connection_id = event["requestContext"]["connectionId"]
    try:
        text = act(connection_id, live.request(event.get("body") or ""), dt.datetime.now(dt.UTC))
    except OverError:
        return _ended(connection_id)
    except Invalid as invalid:
        text = live.error(str(invalid))
    except DynamoDBError:
        logger.exception("failed", extra={"connection_id": connection_id})
        text = live.error(NOT_NOW)
    return {"statusCode": 200, "body": text}


def _ended(connection_id: str) -> dict[str, Any]:
    """Say why, then close. What a route response would say comes after the close, so it is sent before."""
    url = settings().live_url
    gateway.send(connection_id, live.error(OVER), url=url)
    gateway.try_to_close(connection_id, url=url)
    try:
        connections.forget(connection_id)
    except DynamoDBError:
        # The next event closes it, or its time to live removes it.
        logger.exception("not forgotten", extra={"connection_id": connection_id})
    logger.info("live", extra={"connection_id": connection_id, "outcome": "token expired"})
    return {"statusCode": 200}
