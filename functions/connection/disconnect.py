"""$disconnect: the end of a connection, if it is still the station's own.

API Gateway delivers this event at best effort, perhaps late: a newer connection is never touched, and what is lost
the sweep of connections finds (functions/schedule/sweep_connections.py).
"""

import datetime as dt
from typing import Any

from shared.aws.telemetry import count_connection, logger
from shared.store import connections, patience

OUTCOMES = {"ended": "offline", "replaced": "already replaced", "known": "already offline"}


def handler(event: dict[str, Any], lambda_context: object) -> dict[str, Any]:
    patience.begin(lambda_context)
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
    now = dt.datetime.now(dt.UTC)
    how = connections.end(station_id, context["connectionId"], now)
    if how != "known":  # else the sweep has counted it
        connected_at = dt.datetime.fromtimestamp(context["connectedAt"] / 1000, dt.UTC)
        count_connection(now - connected_at)
    logger.info("disconnect", extra=line | {"outcome": OUTCOMES[how]})
    return {"statusCode": 200}
