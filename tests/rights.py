"""What each function may do to items of the table: what its row declares, and what it is known to do of that.

`make rights` records the second (infra/operations.json). Tests that run functions in this process hold the functions
to it, since nothing but the cloud would: an access that the role does not allow is denied, and the test fails.
"""

import argparse
import json
import os
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

from infra import operations
from local.accesses import Access, asking, of_items, read
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

DECLARED_ONLY = "IDLEWATT_DECLARED_RIGHTS"
"""Set while rights are recorded: then functions are held to their declarations alone."""
Recorded = dict[str, dict[str, list[str]]]
"""Operations by function and entity, as infra/operations.json has them."""


class Rights(NamedTuple):
    """The entities that a function is declared to read and write."""

    reads: frozenset[str]
    writes: frozenset[str]

    def allow(self, operation: str, entity: str) -> bool:
        return entity in (self.reads if operation in operations.READS else self.writes)


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
    "bus.push_live": _rights(("LIVE",), ("LIVE",)),
    **{f"live.{name}": _rights(("LIVE",), ("LIVE",)) for name in ("connect", "disconnect", "watch", "ping", "default")},
    "files.note_upload": _rights(("FIRMWARE", "RETRIEVAL", "UPLOAD"), ("FIRMWARE", "RETRIEVAL")),
    "files.receive_upload": _rights(),
    "stream.publish_events": _rights(("FAULT", "LIVE"), ("EVENT", "FAULT")),
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
    "schedule.sample_fleet": _rights(
        ("CONNECTION", "FAULT", "FLEET", "METER_VALUES", "STATION", "TRANSACTION"), ("FLEET",)
    ),
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


RUNS: dict[str, frozenset[str]] = {
    "api.calls": frozenset(f"commands.{action.module}" for action in FROM_CSMS),
    "connection.default": frozenset(_ACTIONS),
    "queue.run_jobs": frozenset(f"commands.{action.module}" for action in FROM_CSMS),
}
"""Functions that run all of others by their names: what those are seen to do, they do as well."""


def with_runners(accesses: Iterable[Access]) -> set[Access]:
    """Accesses, each also as one of every function that runs whoever made it."""
    found = set(accesses)
    runners = [(access, runner) for access in found for runner, run in RUNS.items() if access.by in run]
    return found | {access._replace(by=runner) for access, runner in runners}


class Enforcement:
    """A transport to the table that denies what the function that asks may not do, and remembers it."""

    def __init__(self, transport: Transport) -> None:
        self.transport = transport
        self.denied: list[str] = []

    def __call__(self, operation: str, body: bytes) -> tuple[int, bytes]:
        function = asking()
        if function and (complaints := list(_complaints(function, operation, json.loads(body)))):
            self.denied += complaints
            return 400, json.dumps({"__type": "AccessDeniedException", "Message": complaints[0]}).encode()
        return self.transport(operation, body)


def _complaints(function: str, operation: str, parameters: dict[str, Any]) -> Iterator[str]:
    """What a function may not do of an operation, and what would have to change for that."""
    for action, index, entities in of_items(operation, parameters):
        text = f"{action} {index}".rstrip()
        for entity in entities:
            if not RIGHTS[function].allow(action, entity):
                yield f"{function}: {text} of {entity} is not what its row in the catalog declares"
            elif DECLARED_ONLY not in os.environ and text not in operations.recorded()[function].get(entity, ()):
                yield f"{function}: {text} of {entity} is not in infra/operations.json (see `make rights`)"


# ---------------------------------------------------------------------- infra/operations.json


def recorded(accesses: Iterable[Access]) -> Recorded:
    """What functions have done to items, as infra/operations.json has it; those that have done nothing too."""
    found: dict[str, dict[str, set[str]]] = {name: {} for name in RIGHTS}
    for access in with_runners(accesses):
        service, _, operation = access.action.partition(":")
        if service == "dynamodb" and access.by in found:
            _, _, index = access.resource.partition("/index/")
            for entity in access.entities:
                found[access.by].setdefault(entity, set()).add(f"{operation} {index}".rstrip())
    return _ordered(found)


def merged(one: Recorded, other: Recorded) -> Recorded:
    """What either of two recordings has."""
    found: dict[str, dict[str, set[str]]] = {name: {} for name in (*one, *other)}
    for recording in (one, other):
        for name, entities in recording.items():
            for entity, texts in entities.items():
                found[name].setdefault(entity, set()).update(texts)
    return _ordered(found)


def _ordered(found: dict[str, dict[str, set[str]]]) -> Recorded:
    return {name: {entity: sorted(found[name][entity]) for entity in sorted(found[name])} for name in sorted(found)}


def as_text(recording: Recorded) -> str:
    """A function in each paragraph, an entity in each line."""
    paragraphs = []
    for name, entities in recording.items():
        lines = [f"    {json.dumps(entity)}: {json.dumps(texts)}" for entity, texts in entities.items()]
        inner = "{\n" + ",\n".join(lines) + "\n  }" if lines else "{}"
        paragraphs.append(f"  {json.dumps(name)}: {inner}")
    return "{\n" + ",\n".join(paragraphs) + "\n}\n"


def main() -> None:
    """`python -m tests.rights FOLDER` writes infra/operations.json from what a run of all tests has recorded there;
    `--add` keeps what it has, for a run of some tests."""
    parser = argparse.ArgumentParser(description=main.__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--add", action="store_true")
    given = parser.parse_args()
    found = recorded(read(given.folder))
    if given.add:
        found = merged(json.loads(operations.FILE.read_text("utf-8")), found)
    operations.FILE.write_text(as_text(found), "utf-8")


if __name__ == "__main__":
    main()
