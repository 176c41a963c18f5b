"""Every quarter of an hour: connections whose end nobody told us.

API Gateway reports the end of a connection at best effort. One that has been silent longer than API Gateway would
keep it idle is asked for, and a station whose socket is gone is offline.

It passes every connection with its outbox, so it also measures what no metric of AWS says: how many stations are
connected, and how long the call that waits longest is held up.
"""

import datetime as dt
from typing import Any

from shared.aws import gateway
from shared.aws.telemetry import count, count_connection, logger
from shared.domain.stations import MAX_CONNECTION_AGE, Connection
from shared.store import connections, outbox, patience

SILENT = dt.timedelta(minutes=10)
"""API Gateway ends an idle connection after this time."""
AT_ONCE = 100


def handler(_event: dict[str, Any], context: object) -> dict[str, Any]:
    patience.begin(context)
    now = dt.datetime.now(dt.UTC)
    online, swept, held_up = 0, 0, dt.timedelta(0)
    for station_ids in connections.online_in_any_order(AT_ONCE):
        for station_id, item in connections.find_items(station_ids).items():
            if _sweep(connections.from_item(item), now):
                swept += 1
            else:
                online += "connection_id" in item
                held_up = max(held_up, outbox.from_item(station_id, item).held_up(now))
    count("Connections", online)
    count("CallWaitSeconds", round(held_up.total_seconds()))
    logger.info("sweep", extra={"swept": swept})
    return {"swept": swept}


def _sweep(connection: Connection, now: dt.datetime) -> bool:
    if connection.connection_id is None or now - connection.last_seen_at < SILENT:
        return False
    too_old = now - connection.connected_at > MAX_CONNECTION_AGE
    if not too_old and gateway.is_open(connection.connection_id):
        return False
    is_ended = connections.disconnect(connection.station_id, connection.connection_id, now)
    if is_ended:
        count_connection(min(now - connection.connected_at, MAX_CONNECTION_AGE))
    return is_ended
