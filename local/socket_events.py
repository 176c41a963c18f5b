"""The events with which API Gateway calls the functions of a WebSocket API; shapes as the service makes them."""

import base64
import uuid
from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any
from urllib.parse import parse_qsl

from local.apis import SocketApi
from local.connections import Connection, now_ms
from local.identity import REGION, arn, random_bits

Event = dict[str, Any]


def request_id() -> str:
    """An id as API Gateway makes them, such as `XDmGEE2RoE0FRdQ=`."""
    return base64.b64encode(random_bits(88).to_bytes(11, "big")).decode()


class SocketEvents:
    """Makes the events of one API."""

    def __init__(self, api: SocketApi) -> None:
        self._api = api
        self._domain = f"{api.id}.execute-api.{REGION}.amazonaws.com"

    def authorize(self, connection: Connection, handshake: Event) -> Event:
        """For the authorizer of `$connect`."""
        return {
            "type": "REQUEST",
            "methodArn": self.connect_arn,
            **{name: value for name, value in handshake.items() if name != "isBase64Encoded"},
            "stageVariables": {},
            "requestContext": self._context(connection, "$connect", "CONNECT"),
        }

    @property
    def connect_arn(self) -> str:
        """What the authorizer's policy must allow."""
        return arn("execute-api", f"{self._api.id}/{self._api.stage}/$connect")

    def connect(self, connection: Connection, handshake: Event) -> Event:
        """For `$connect`: the only one with the headers and the query of the handshake."""
        return {**handshake, "requestContext": self._context(connection, "$connect", "CONNECT")}

    def message(self, connection: Connection, route_key: str, body: str) -> Event:
        """For a message on a route."""
        context = self._context(connection, route_key, "MESSAGE")
        context["messageId"] = request_id()
        return {"requestContext": context, "body": body, "isBase64Encoded": False}

    def disconnect(self, connection: Connection, code: int, reason: str) -> Event:
        """For `$disconnect`."""
        context = self._context(connection, "$disconnect", "DISCONNECT")
        context |= {"disconnectStatusCode": code, "disconnectReason": reason}
        headers = {"Host": self._domain, "x-api-key": "", "X-Forwarded-For": "", "x-restapi": ""}
        return {
            "headers": headers,
            "multiValueHeaders": {name: [value] for name, value in headers.items()},
            "requestContext": context,
            "isBase64Encoded": False,
        }

    def handshake(self, connection: Connection, headers: Iterable[tuple[str, str]], query: str) -> Event:
        """The part of an event that says how the client dialled in."""
        several: dict[str, list[str]] = {"Host": [self._domain]}
        for name, value in headers:
            if name.lower() != "host":
                several.setdefault(name, []).append(value)
        several |= {
            "X-Amzn-Trace-Id": [f"Root=1-{uuid.uuid4()}"],
            "X-Forwarded-For": [connection.source_ip],
            "X-Forwarded-Port": ["443"],
            "X-Forwarded-Proto": ["https"],
        }
        event: Event = {
            "headers": {name: values[-1] for name, values in several.items()},
            "multiValueHeaders": several,
        }
        if query:
            parameters: dict[str, list[str]] = {}
            for name, value in parse_qsl(query, keep_blank_values=True):
                parameters.setdefault(name, []).append(value)
            event["queryStringParameters"] = {name: values[-1] for name, values in parameters.items()}
            event["multiValueQueryStringParameters"] = parameters
        return {**event, "isBase64Encoded": False}

    def _context(self, connection: Connection, route_key: str, event_type: str) -> Event:
        now = now_ms()
        request = request_id()
        context: Event = {
            "routeKey": route_key,
            "eventType": event_type,
            "extendedRequestId": request,
            "requestTime": datetime.fromtimestamp(now / 1000, UTC).strftime("%d/%b/%Y:%H:%M:%S +0000"),
            "messageDirection": "IN",
            "stage": self._api.stage,
            "connectedAt": connection.connected_at_ms,
            "requestTimeEpoch": now,
            "identity": connection.identity,
            "requestId": request,
            "domainName": self._domain,
            "connectionId": connection.id,
            "apiId": self._api.id,
        }
        if connection.authorizer is not None:
            context["authorizer"] = dict(connection.authorizer)
        return context
