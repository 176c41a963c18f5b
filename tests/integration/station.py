"""A station whose messages go straight to the functions, as API Gateway would hand them over."""

import importlib
import itertools
import json
from datetime import UTC, datetime
from typing import Any

from shared import catalog
from shared.domain.stations import Connection, Options, Station
from shared.store import connections, stations

_connections = itertools.count()


class DirectStation:
    """A connected station. `send` returns the payload of the answer, `frame` the whole answer."""

    def __init__(
        self,
        station_id: str = "CP1",
        *,
        now: datetime | None = None,
        registration: str = "Accepted",
        options: Options = Options(),  # noqa: B008  # immutable
        version: str = "1.6",
    ) -> None:
        self.station_id = station_id
        self.version = version
        self.now = now or datetime.now(UTC)
        self.options = options
        self.registration = registration
        self.messages = itertools.count(1)
        stations.create(Station(station_id, registration, self.now))  # type: ignore[arg-type]  # a literal in tests
        self.reconnect()

    def reconnect(self) -> None:
        self.connection_id = f"connection-{next(_connections)}"
        connections.connect(Connection(self.station_id, self.connection_id, self.now, self.now, self.version))

    def event(self, body: str) -> dict[str, Any]:
        moment = int(self.now.timestamp() * 1000)
        return {
            "requestContext": {
                "eventType": "MESSAGE",
                "connectionId": self.connection_id,
                "connectedAt": moment,
                "requestTimeEpoch": moment,
                "authorizer": {
                    "station_id": self.station_id,
                    "ocpp_version": self.version,
                    "registration": self.registration,
                    "options": json.dumps(self.options.changed()),
                },
            },
            "body": body,
            "isBase64Encoded": False,
        }

    def frame(self, action: str, payload: Any, message_id: str | None = None) -> list[Any] | None:
        """The answer to a CALL, through the function that the route of the action leads to."""
        body = json.dumps([2, message_id or f"m{next(self.messages)}", action, payload])
        row = catalog.BY_NAME.get(action)
        known = row is not None and row.from_station
        return self.text(body, f"functions.actions.{row.module}" if row and known else "functions.connection.default")

    def text(self, body: str, module: str = "functions.connection.default") -> list[Any] | None:
        """The answer of one function to any text."""
        result = importlib.import_module(module).handler(self.event(body), None)
        assert result["statusCode"] == 200
        return json.loads(result["body"]) if "body" in result else None

    def send(self, action: str, /, **payload: Any) -> dict[str, Any]:
        answer = self.frame(action, payload)
        assert answer is not None
        assert answer[0] == 3, answer
        result: dict[str, Any] = answer[2]
        return result
