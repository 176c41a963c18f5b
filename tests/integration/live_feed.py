"""The live feed in tests: its functions, called as API Gateway and the bus call them, and the consoles' side of it."""

import datetime as dt
import importlib
import json
from typing import Any

import pytest

from functions.bus import push_live
from shared.aws import gateway
from shared.settings import settings
from shared.store import live
from tests.integration.api import ADMIN, call


class Feed:
    """API Gateway in front of the functions: the connections that are open, and what went to each."""

    def __init__(self) -> None:
        self.sent: dict[str, list[dict[str, Any]]] = {}
        self.closed: list[str] = []
        self.outcomes: dict[str, str] = {}
        """What becomes of sending to a connection, if that is not `sent`."""

    def send(self, connection_id: str, text: str, *, url: str) -> str:
        assert url == settings().live_url
        outcome = self.outcomes.get(connection_id, "sent")
        if outcome == "sent":
            self.sent.setdefault(connection_id, []).append(json.loads(text))
        return outcome

    def close(self, connection_id: str, *, url: str) -> bool:
        assert url == settings().live_url
        self.closed.append(connection_id)
        return True


def installed(monkeypatch: pytest.MonkeyPatch) -> Feed:
    """Puts it in the place of API Gateway; functions look anew each time at who is there."""
    made = Feed()
    monkeypatch.setattr(gateway, "send", made.send)
    monkeypatch.setattr(gateway, "close", made.close)
    monkeypatch.setattr(live, "LOOKED_EVERY_S", 0.0)
    return made


def now() -> dt.datetime:
    return dt.datetime.now(dt.UTC)


def invoke(name: str, connection_id: str, event_type: str = "MESSAGE", **event: Any) -> dict[str, Any]:
    context = {"eventType": event_type, "connectionId": connection_id}
    result = importlib.import_module(f"functions.live.{name}").handler({"requestContext": context, **event}, None)
    assert isinstance(result, dict)
    return result


def ticket(**claims: str) -> str:
    answer = call("POST", "/live-tickets", claims={**ADMIN, "exp": str(int(now().timestamp()) + 3600), **claims})
    assert answer.status == 201, answer.text
    return str(answer.json["ticket"])


def connect(connection_id: str, bought: str | None = None) -> int:
    query = {"ticket": ticket() if bought is None else bought}
    answer = invoke("connect", connection_id, "CONNECT", queryStringParameters=query, headers={})
    return int(answer["statusCode"])


def watch(connection_id: str, **asked: Any) -> dict[str, Any]:
    body = json.dumps({"action": "watch", **asked})
    found: dict[str, Any] = json.loads(invoke("watch", connection_id, body=body)["body"])
    return found


def push(event_type: str = "status.changed", station_id: str | None = "CP1") -> None:
    push_live.handler({"detail": {"version": 1, "type": event_type, "station_id": station_id, "data": {}}}, None)


def disconnect(connection_id: str) -> None:
    assert invoke("disconnect", connection_id, "DISCONNECT") == {"statusCode": 200}
