"""The generated messages, found by the name of their action."""

import importlib
from collections.abc import Iterable
from functools import cache
from typing import TYPE_CHECKING

from shared.naming import snake

if TYPE_CHECKING:
    from shared.ocpp.model import Wire

V1X = ("1.6",)
V2X = ("2.0.1", "2.1")
PACKAGES = {"1.6": "v16", "2.0.1": "v201", "2.1": "v21"}
"""Where the messages of each version are, in shared/ocpp."""


@cache
def request_of(action: str, version: str) -> "type[Wire]":
    """The request of an action: `StartTransactionRequest` of `v16.start_transaction`."""
    found: type[Wire] = getattr(_module(action, version), f"{action}Request")
    return found


@cache
def response_of(action: str, version: str) -> "type[Wire] | None":
    """The response of an action; None for what 2.1 sends without expecting any (SEND)."""
    found: type[Wire] | None = getattr(_module(action, version), f"{action}Response", None)
    return found


def load(action: str, versions: Iterable[str]) -> None:
    """Import the messages of an action and make ready what checks them.

    For a function that starts: Lambda gives it more of a processor then than when it answers.
    """
    for version in versions:
        for message in (request_of(action, version), response_of(action, version)):
            if message is not None:
                message.prepare()


def _module(action: str, version: str) -> object:
    return importlib.import_module(f"shared.ocpp.{PACKAGES[version]}.{snake(action)}")
