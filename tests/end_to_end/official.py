"""The official schemas as the judge of what goes over a socket of OCPP 2.x, in both directions."""

from functools import cache
from typing import Any

from shared.naming import snake
from shared.ocpp.generate import load
from shared.ocpp.messages import PACKAGES
from tests.contract.contracts import FORMATS, Judge


def check_request(version: str, action: str, payload: Any) -> None:
    """Raises jsonschema's ValidationError, which names the field, if this is no request of the action."""
    _judge(version, action, f"{action}Request").validate(payload)


def check_response(version: str, action: str, payload: Any) -> None:
    """Raises jsonschema's ValidationError if this is no response of the action."""
    _judge(version, action, f"{action}Response").validate(payload)


@cache
def _judge(version: str, action: str, message: str) -> Any:
    return Judge(_schemas(version)[snake(action)][message], format_checker=FORMATS)


@cache
def _schemas(version: str) -> dict[str, dict[str, Any]]:
    return {snake(action): messages for action, messages in load(PACKAGES[version]).items()}
