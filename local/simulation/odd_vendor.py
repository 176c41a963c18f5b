"""A station whose maker read the standard loosely, as some do: what it sends is odd, what it means is plain.

The names of the quirks are those of docs/quirks.md.
"""

import json
from typing import Any

CALL = 2


class OddConnection:
    """A WebSocket connection over which CALLs go out in the odd vendor's way."""

    def __init__(self, connection: Any) -> None:
        self._connection = connection

    async def recv(self) -> str:
        text: str = await self._connection.recv()
        return text

    async def send(self, text: str) -> None:
        message = json.loads(text)
        if message[0] == CALL:
            message[3] = odd(message[2], message[3])
        await self._connection.send(json.dumps(message))

    async def close(self) -> None:
        await self._connection.close()


def odd(action: str, payload: dict[str, Any]) -> dict[str, Any]:
    """A payload as the odd vendor's firmware writes it."""
    odd_payload = {name: _odd_value(name, value) for name, value in payload.items()}
    if action == "BootNotification":
        odd_payload["bootReason"] = "PowerUp"  # a property of its own
    if action == "MeterValues":
        odd_payload["connectorId"] = str(payload["connectorId"])  # a number as text
    return odd_payload


def _odd_value(name: str, value: Any) -> Any:
    if isinstance(value, list):
        return [_odd_value(name, one) for one in value]
    if isinstance(value, dict):
        return {inner: _odd_value(inner, one) for inner, one in value.items()}
    if name == "timestamp":
        return value.removesuffix("Z")  # no zone
    if name == "value":
        return float(value)  # a JSON number
    if name == "unit" and value == "A":
        return "Amps"  # another name
    if name == "errorCode" and value == "NoError":
        return "No error"  # other letters and separators
    return value
