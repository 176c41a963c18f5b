"""What one message makes the system use, as it was measured (`python -m bench.units --write`).

Everything in it is deterministic: request units by DynamoDB's published rules, bytes, invocations, events. Nothing is a
time.
"""

import json
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

FILE = Path(__file__).with_suffix(".json")


class After(NamedTuple):
    """What follows from a message once its station has the answer, by the table's stream. The functions behind it count
    as invoked for this message alone, which is the most there can be."""

    write_units: float = 0
    read_units: float = 0
    stored_bytes: float = 0
    expiring_bytes: float = 0
    expire_after_days: float = 0
    invocations: float = 0
    log_bytes: float = 0
    events: float = 0
    queue_messages: float = 0


class Measured(NamedTuple):
    """What one message of a station, or one connection's beginning or end, uses."""

    name: str
    """Its action, with what tells it from others of that action: `TransactionEvent Started`, `MeterValues, 8 samples`.
    `connect` and `disconnect`."""
    version: str
    """Of OCPP: `1.6`, `2.0.1`."""
    write_units: float
    read_units: float
    log_bytes: float
    frame_bytes_in: float
    frame_bytes_out: float
    """Of the answer."""
    invocations: float
    events: float
    stored_bytes: float = 0
    """By which the table has grown."""
    expiring_bytes: float = 0
    """Of these, what goes by itself."""
    expire_after_days: float = 0
    """On average; 0: none goes."""
    queue_messages: float = 0
    after: After = After()

    @property
    def all_invocations(self) -> float:
        return self.invocations + self.after.invocations


Units = dict[tuple[str, str], Measured]
"""By name and version."""


def of(document: dict[str, Any]) -> Units:
    """The measurements in a document of bench.units."""
    return {(one["name"], one["version"]): _measured(one) for one in document["messages"]}


@cache
def units() -> Units:
    """The measurements that are shipped."""
    return of(json.loads(FILE.read_text("utf-8")))


def _measured(one: dict[str, Any]) -> Measured:
    said = {name: one[name] for name in Measured._fields if name in one}
    after = {name: one.get("after", {}).get(name, 0) for name in After._fields}
    return Measured(**said | {"after": After(**after)})
