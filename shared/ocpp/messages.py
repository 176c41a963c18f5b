"""The generated messages, found by the name of their action.

A function speaks several versions, and what it imports it pays for at every cold start. So the messages of 2.0.1 and
2.1 are imported when the first of that version comes; those of 1.6 a function imports itself, since its code makes
them.
"""

import importlib
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


def _module(action: str, version: str) -> object:
    return importlib.import_module(f"shared.ocpp.{PACKAGES[version]}.{snake(action)}")
