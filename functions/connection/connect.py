"""$connect: records a station's new connection and answers with the subprotocol. What it returns is the handshake.

The authorizer has checked everything; 404 is told here because an authorizer can only say 401 or 403. While a password
is being changed, the connection shows which one the station uses (rule T-82).
"""

import datetime as dt
from typing import Any

from shared.aws.telemetry import logger
from shared.domain import passwords
from shared.domain.stations import Connection, Station, original_address
from shared.store import connections, patience, stations


def handler(event: dict[str, Any], lambda_context: object) -> dict[str, Any]:
    patience.begin(lambda_context)
    context = event["requestContext"]
    found = context["authorizer"]
    station_id, connection_id = found["station_id"], context["connectionId"]
    now = dt.datetime.now(dt.UTC)
    if found["outcome"] == "unknown":
        return {"statusCode": 404}
    if not found["ocpp_version"]:
        connections.close_later(connection_id, now)  # the handshake must complete first (rule T-11)
        return {"statusCode": 200}
    if found["outcome"] == "create":
        stations.create(Station(station_id, found["registration"], created_at=now))
    if used := found.get("password_used"):
        stations.change_passwords(station_id, lambda known: passwords.use(known, used))
    connected_at = dt.datetime.fromtimestamp(context["connectedAt"] / 1000, dt.UTC)
    is_newest = connections.connect(
        Connection(
            station_id=station_id,
            connection_id=connection_id,
            connected_at=connected_at,
            last_seen_at=connected_at,
            ocpp_version=found["ocpp_version"],
            remote_address=original_address(event["requestContext"], event.get("headers") or {}),
            registration=found["registration"],
        )
    )
    outcome = "connected" if is_newest else "replaced meanwhile"
    logger.info("connect", extra={"station_id": station_id, "connection_id": connection_id, "outcome": outcome})
    if not is_newest:
        return {"statusCode": 409}
    if not found["subprotocol"]:
        return {"statusCode": 200}
    return {"statusCode": 200, "headers": {"Sec-WebSocket-Protocol": found["subprotocol"]}}
