"""The events by which API Gateway calls functions, of one connection: in shape and length as the service makes them."""

import base64
import datetime as dt
import json
from typing import Any, NamedTuple
from urllib.parse import quote

Event = dict[str, Any]

DOMAIN = "a1b2c3d4e5.execute-api.us-east-1.amazonaws.com"
METHOD_ARN = "arn:aws:execute-api:us-east-1:123456789012:a1b2c3d4e5/bench/$connect"
UNDER_WAY = dt.timedelta(milliseconds=12)
"""From API Gateway's taking a message to the log line about it."""


class Line(NamedTuple):
    """A station's WebSocket connection."""

    station_id: str
    ocpp_version: str
    connection_id: str
    connected_at: dt.datetime

    def message(self, body: str, at: dt.datetime) -> Event:
        """For a message on a route; the station is one that was Accepted when it connected."""
        station = {
            "outcome": "connect",
            "station_id": self.station_id,
            "ocpp_version": self.ocpp_version,
            "subprotocol": f"ocpp{self.ocpp_version}",
            "registration": "Accepted",
            "options": json.dumps({}),
            "principalId": self.station_id,
            "integrationLatency": 40,
        }
        context = self._context("MESSAGE", at - UNDER_WAY) | {"authorizer": station, "messageId": "Udk8MdFOIAMCJpg="}
        return {"requestContext": context, "body": body, "isBase64Encoded": False}

    def handshake(self, password: str, at: dt.datetime, found: Event | None = None) -> Event:
        """For the authorizer and, with what that has found, for $connect."""
        credentials = base64.b64encode(f"{self.station_id}:{password}".encode()).decode()
        context = self._context("CONNECT", at - UNDER_WAY)
        return {
            "type": "REQUEST",
            "methodArn": METHOD_ARN,
            "headers": {
                "Host": DOMAIN,
                "authorization": f"Basic {credentials}",
                "sec-websocket-protocol": f"ocpp{self.ocpp_version}",
                "x-forwarded-for": "203.0.113.17, 198.51.100.4",
                "x-idlewatt-station": quote(self.station_id, safe=""),
            },
            "requestContext": context | ({"authorizer": found} if found else {}),
        }

    def end(self, at: dt.datetime) -> Event:
        """For $disconnect: the two hours are over."""
        context = self._context("DISCONNECT", at) | {"authorizer": {"station_id": self.station_id}}
        return {
            "requestContext": context | {"disconnectStatusCode": 1001, "disconnectReason": "Going away"},
            "isBase64Encoded": False,
        }

    def _context(self, kind: str, at: dt.datetime) -> Event:
        return {
            "routeKey": "$default",
            "eventType": kind,
            "extendedRequestId": "Udk8MdFOIAMCJpg=",
            "requestTime": f"{at:%d/%b/%Y:%H:%M:%S} +0000",
            "stage": "bench",
            "connectedAt": _epoch_ms(self.connected_at),
            "requestTimeEpoch": _epoch_ms(at),
            "identity": {"sourceIp": "198.51.100.4", "userAgent": "Amazon CloudFront"},
            "requestId": "Udk8MdFOIAMCJpg=",
            "domainName": DOMAIN,
            "connectionId": self.connection_id,
            "apiId": "a1b2c3d4e5",
        }


def _epoch_ms(at: dt.datetime) -> int:
    return round(at.timestamp() * 1000)
