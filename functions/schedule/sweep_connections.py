"""Every quarter of an hour: connections whose end nobody told us.

API Gateway reports the end of a connection at best effort. One that has been silent longer than API Gateway would
keep it idle is asked for, and a station whose socket is gone is offline.
"""

import datetime as dt
from typing import Any

from shared.aws import gateway
from shared.aws.telemetry import logger
from shared.domain.stations import MAX_CONNECTION_AGE, Connection
from shared.store import connections

SILENT = dt.timedelta(minutes=10)
"""API Gateway ends an idle connection after this time."""
AT_ONCE = 100


def handler(_event: dict[str, Any], _context: object) -> dict[str, Any]:
    now = dt.datetime.now(dt.UTC)
    swept, after = 0, None
    while True:
        station_ids, after = connections.online_page(after, AT_ONCE)
        found = connections.find_many(station_ids)
        swept += sum(_sweep(connection, now) for connection in found.values())
        if after is None:
            logger.info("sweep", extra={"swept": swept})
            return {"swept": swept}


def _sweep(connection: Connection, now: dt.datetime) -> bool:
    if connection.connection_id is None or now - connection.last_seen_at < SILENT:
        return False
    too_old = now - connection.connected_at > MAX_CONNECTION_AGE
    if not too_old and gateway.is_open(connection.connection_id):
        return False
    return connections.disconnect(connection.station_id, connection.connection_id, now)
