"""Every few minutes: transactions whose stop will not come any more (rule S-13, quirk Q-25).

A transaction counts as over when its connector has been reported Available since, the station is online, and enough
time has passed since both for a queued StopTransaction to arrive. A stop that comes even later replaces what we did.
"""

import datetime as dt
from typing import Any

from shared.aws import misnamed_readings
from shared.aws.telemetry import logger
from shared.domain.availability import ConnectorStatus
from shared.domain.stations import Connection
from shared.domain.transactions import Transaction, abandon
from shared.store import connections, connectors, patience, transactions

PATIENCE = dt.timedelta(minutes=15)


def handler(_event: dict[str, Any], context: object) -> dict[str, Any]:
    patience.begin(context)
    now = dt.datetime.now(dt.UTC)
    closed = sum(_close_if_over(transaction, now) for transaction in transactions.active())
    logger.info("watchdog", extra={"closed": closed})
    return {"closed": closed}


def _close_if_over(transaction: Transaction, now: dt.datetime) -> bool:
    status = _status_of(transaction, connectors.find(transaction.station_id))
    over_at = over_since(transaction, status, connections.find(transaction.station_id), now)
    if over_at is None:
        return False
    return transactions.replace(abandon(transaction, over_at, misnamed_readings.last_wh_of(transaction))) is not None


def _status_of(transaction: Transaction, statuses: list[ConnectorStatus]) -> ConnectorStatus | None:
    place = (transaction.evse_id, transaction.connector_id or 1)
    return next((status for status in statuses if (status.evse_id, status.connector_id) == place), None)


def over_since(
    transaction: Transaction, status: ConnectorStatus | None, connection: Connection | None, now: dt.datetime
) -> dt.datetime | None:
    """When the connector became available again, if that proves the transaction over; else None."""
    if status is None or connection is None or not connection.online or transaction.started_at is None:
        return None
    if transaction.messages_in_queue_at is not None:  # the station has said that the end is still to come
        return None
    if status.status != "Available" or status.changed_at <= transaction.started_at:
        return None
    waited_since = max(status.received_at, connection.connected_at)
    return status.changed_at if now - waited_since >= PATIENCE else None
