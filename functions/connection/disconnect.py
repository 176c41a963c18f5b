"""$disconnect: the end of a connection, if it is still the station's own.

API Gateway delivers this event at best effort, perhaps late: a newer connection is never touched, and what is lost
the sweep of connections finds (functions/schedule/sweep_connections.py).
"""

import datetime as dt
from typing import Any

from shared.aws.telemetry import logger
from shared.store import connections


def handler(event: dict[str, Any], _context: object) -> dict[str, Any]:
    context = event["requestContext"]
    station_id = (context.get("authorizer") or {}).get("station_id")
    line = {
        "station_id": station_id,
        "connection_id": context["connectionId"],
        "status_code": context.get("disconnectStatusCode"),
        "reason": context.get("disconnectReason"),
    }
    if station_id is None:
        logger.warning("disconnect", extra=line | {"outcome": "no station in the event"})
        return {"statusCode": 200}
    was_current = connections.disconnect(station_id, context["connectionId"], dt.datetime.now(dt.UTC))
    logger.info("disconnect", extra=line | {"outcome": "offline" if was_current else "already replaced"})
    return {"statusCode": 200}
