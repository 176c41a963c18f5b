"""What each function may do to items of the table, by the catalog and by need.

tests/infra holds the synthesised roles against it. Tests that run functions in this process hold the functions to it,
since nothing but the cloud would: an access that the role does not allow is denied, and the test fails.
"""

import json
import sys
from collections.abc import Iterator
from typing import Any, NamedTuple

from shared.catalog import (
    COMMANDS_READ,
    COMMANDS_WRITE,
    ENTITIES,
    FROM_CSMS,
    FROM_STATION,
    SENDING_READS,
    SENDING_WRITES,
)
from shared.resources import RESOURCES
from shared.store.dynamodb import Transport
from shared.store.keys import entity

READS = ("BatchGetItem", "GetItem", "Query")
WRITES = ("BatchWriteItem", "DeleteItem", "PutItem", "TransactWriteItems", "UpdateItem")


class Rights(NamedTuple):
    """The entities that a function reads and writes."""

    reads: frozenset[str]
    writes: frozenset[str]

    def allow(self, operation: str, partition_key: str) -> bool:
        entities = self.reads if operation in READS else self.writes if operation in WRITES else frozenset[str]()
        return entity(partition_key)[0] in entities


def _rights(reads: tuple[str, ...] = (), writes: tuple[str, ...] = ()) -> Rights:
    return Rights(frozenset(reads), frozenset(writes))


_ACTIONS = {
    f"actions.{action.module}": _rights((*action.reads, "STATION"), (*action.writes, "FINDING"))
    for action in FROM_STATION
}
RIGHTS: dict[str, Rights] = {
    **_ACTIONS,
    **{
        f"commands.{action.module}": _rights((*SENDING_READS, *action.reads), (*SENDING_WRITES, *action.writes))
        for action in FROM_CSMS
    },
    "queue.run_jobs": _rights((*COMMANDS_READ, "JOB"), (*COMMANDS_WRITE, "JOB")),
    "queue.watch_calls": _rights(("CONNECTION", "CALL"), ("CONNECTION", "CALL")),
    **{f"api.{resource.name}": _rights(resource.reads, resource.writes) for resource in RESOURCES},
    "connection.authorizer": _rights(("STATION",), ("EVENT",)),
    "connection.connect": _rights(("STATION", "CONNECTION"), ("STATION", "CONNECTION", "CLOSING")),
    "connection.disconnect": _rights(writes=("CONNECTION",)),
    "connection.default": Rights(
        frozenset(COMMANDS_READ).union(*(rights.reads for rights in _ACTIONS.values())),
        frozenset(COMMANDS_WRITE).union(*(rights.writes for rights in _ACTIONS.values())),
    ),
    "bus.issue_certificates": _rights(
        ("STATION", "CONNECTION", "CALL", "CONFIGURATION", "ISSUED_CERTIFICATE", "VARIABLE"),
        ("CONNECTION", "CALL", "FINDING", "CAPABILITY", "EVENT", "ISSUED_CERTIFICATE"),
    ),
    "files.note_upload": _rights(("FIRMWARE", "RETRIEVAL", "UPLOAD"), ("FIRMWARE", "RETRIEVAL")),
    "files.receive_upload": _rights(),
    "stream.publish_events": _rights(writes=("EVENT",)),
    "workflows.conclude_update": _rights(
        ("CAMPAIGN", "CAPABILITY", "FIRMWARE", "STATION", "UPDATE"), ("CAMPAIGN", "UPDATE")
    ),
    "workflows.look_at_campaign": _rights(
        ("CALL", "CAMPAIGN", "CONNECTION", "STATION", "TRANSACTION", "UPDATE"),
        ("CALL", "CAMPAIGN", "CONNECTION", "UPDATE"),
    ),
    "workflows.end_retrieval": _rights(("RETRIEVAL",), ("RETRIEVAL",)),
    "stream.follow_up": _rights(
        ENTITIES,
        (
            *("CALL", "CHARGING_PROFILE", "CONNECTION", "CONNECTOR", "FINDING", "JOB", "METER_VALUES", "RESERVATION"),
            *("PAYMENT", "CAMPAIGN", "DIAGNOSTICS", "RETRIEVAL", "STATION", "TOKEN", "TRANSACTION", "UPDATE", "UPLOAD"),
        ),
    ),
    "schedule.close_transactions": _rights(
        ("TRANSACTION", "METER_VALUES", "CONNECTOR", "CONNECTION"), ("TRANSACTION",)
    ),
    "schedule.sweep_connections": _rights(("CONNECTION",), ("CONNECTION",)),
}
"""By the module in functions/."""

SENDERS = {
    "bus.issue_certificates",
    "connection.default",
    "queue.run_jobs",
    "queue.watch_calls",
    *(f"commands.{action.module}" for action in FROM_CSMS),
    *(f"api.{resource.name}" for resource in RESOURCES if resource.sends),
}
"""The functions that send calls to stations."""


class Enforcement:
    """A transport to the table that denies what the function that asks may not do, and remembers it."""

    def __init__(self, transport: Transport) -> None:
        self.transport = transport
        self.denied: list[str] = []

    def __call__(self, operation: str, body: bytes) -> tuple[int, bytes]:
        function = _function_asking()
        for partition_key in _partition_keys(operation, json.loads(body)) if function else ():
            if not RIGHTS[str(function)].allow(operation, partition_key):
                self.denied.append(f"{function}: {operation} of {partition_key}")
                return 400, json.dumps({"__type": "AccessDeniedException", "Message": self.denied[-1]}).encode()
        return self.transport(operation, body)


def _function_asking() -> str | None:
    """The function whose code is running: the outermost on the stack, since `$default` calls others."""
    found, frame = None, sys._getframe()
    while frame := frame.f_back:  # type: ignore[assignment]  # the last frame has none
        name = str(frame.f_globals.get("__name__", ""))
        if name.startswith("functions.") and name.removeprefix("functions.") in RIGHTS:
            found = name.removeprefix("functions.")
    return found


def _partition_keys(operation: str, request: dict[str, Any]) -> Iterator[str]:
    if operation == "Query":
        yield request["ExpressionAttributeValues"][":pk"]["S"]
    elif operation == "PutItem":
        yield request["Item"]["pk"]["S"]
    elif operation == "BatchGetItem":
        for table in request["RequestItems"].values():
            yield from (key["pk"]["S"] for key in table["Keys"])
    elif operation == "BatchWriteItem":
        for table in request["RequestItems"].values():
            for write in table:
                yield (write["PutRequest"]["Item"] if "PutRequest" in write else write["DeleteRequest"]["Key"])["pk"][
                    "S"
                ]
    elif operation == "TransactWriteItems":
        for write in request["TransactItems"]:
            yield write["Put"]["Item"]["pk"]["S"] if "Put" in write else write["Update"]["Key"]["pk"]["S"]
    else:
        yield request["Key"]["pk"]["S"]
