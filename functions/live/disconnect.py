"""$disconnect of the live feed. API Gateway delivers it at best effort: what is lost, the next event finds out
(functions/bus/push_live.py), and the marks of events end by themselves."""

from typing import Any

from shared.aws.telemetry import logger
from shared.store import live, patience


def handler(event: dict[str, Any], lambda_context: object) -> dict[str, Any]:
    patience.begin(lambda_context)
    context = event["requestContext"]
    if context.get("eventType") != "DISCONNECT":  # a client may name `$disconnect` as the action of a message
        return {"statusCode": 200}
    live.forget(context["connectionId"])
    line = {"connection_id": context["connectionId"], "status_code": context.get("disconnectStatusCode")}
    logger.info("live", extra=line | {"outcome": "disconnected"})
    return {"statusCode": 200}
