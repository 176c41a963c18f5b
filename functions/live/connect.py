"""$connect of the live feed: a ticket lets a console in, once. What it returns is the handshake."""

import datetime as dt
import hmac
from typing import Any

from shared.aws.telemetry import logger
from shared.domain.live import ticket_hash
from shared.settings import settings
from shared.store import live, patience


def handler(event: dict[str, Any], lambda_context: object) -> dict[str, Any]:
    """401 to whoever has no ticket that is good, 403 to whoever did not come through the front door."""
    patience.begin(lambda_context)
    context = event["requestContext"]
    if context.get("eventType") != "CONNECT":  # a client may name `$connect` as the action of a message
        return {"statusCode": 200}
    connection_id = context["connectionId"]
    headers = {name.lower(): value for name, value in (event.get("headers") or {}).items()}
    if not hmac.compare_digest(headers.get("x-idlewatt-origin", ""), settings().origin_secret):
        logger.warning("live", extra={"outcome": "not through CloudFront"})
        return {"statusCode": 403}
    ticket = (event.get("queryStringParameters") or {}).get("ticket", "")
    console = live.redeem(ticket_hash(ticket), connection_id, dt.datetime.now(dt.UTC))
    if console is None:
        logger.warning("live", extra={"outcome": "no ticket"})
        return {"statusCode": 401}
    live.keep(console)
    line = {"connection_id": connection_id, "principal": console.principal, "outcome": "connected"}
    logger.info("live", extra=line)
    return {"statusCode": 200}
