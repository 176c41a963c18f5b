"""What each function does to items of the table, operation by operation: infra/operations.json.

The catalog says which entities a function is for; the file says what it does to them, as recorded while all tests ran
(`make rights`, docs/adr/0032-rights-proved-both-ways.md). A function is granted what both say.
"""

import json
from collections.abc import Iterable, Mapping
from functools import cache
from pathlib import Path
from typing import NamedTuple

FILE = Path(__file__).with_name("operations.json")
READS = ("BatchGetItem", "GetItem", "Query")
WRITES = ("BatchWriteItem", "DeleteItem", "PutItem", "UpdateItem")


class UndeclaredOperation(Exception):
    """A function does to an entity what its row in the catalog does not say."""


class Operation(NamedTuple):
    """An operation of DynamoDB, on the table or on an index of it."""

    name: str
    index_name: str = ""

    @classmethod
    def of(cls, text: str) -> "Operation":
        """`Query by_list` is a query of that index."""
        name, _, index = text.partition(" ")
        return cls(name, index)


class Access(NamedTuple):
    """Operations on one resource, the table or an index, and the entities that they are done to."""

    operations: tuple[str, ...]
    index_name: str
    entities: tuple[str, ...]


@cache
def recorded() -> Mapping[str, Mapping[str, tuple[str, ...]]]:
    """By functions, `actions.heartbeat`, and entities: the operations, as texts."""
    found: dict[str, dict[str, list[str]]] = json.loads(FILE.read_text("utf-8"))
    return {name: {one: tuple(found[name][one]) for one in found[name]} for name in found}


def accesses(function: str, reads: Iterable[str], writes: Iterable[str]) -> list[Access]:
    """What a function does to the entities that it is declared to read and write, in as few parts as can be.

    All entities of an operation are in one part: IAM allows a batch only if one statement allows all its keys.
    """
    entities: dict[Operation, set[str]] = {}
    for entity, texts in recorded().get(function, {}).items():
        for operation in map(Operation.of, texts):
            declared = reads if operation.name in READS else writes
            if entity not in declared:
                verb = "reads" if operation.name in READS else "writes"
                raise UndeclaredOperation(
                    f"{function} does {operation.name} of {entity}: add it to what its row {verb}, or do without"
                )
            entities.setdefault(operation, set()).add(entity)
    parts: dict[tuple[str, tuple[str, ...]], list[str]] = {}
    for operation in sorted(entities):
        parts.setdefault((operation.index_name, tuple(sorted(entities[operation]))), []).append(operation.name)
    return [Access(tuple(operations), index, of) for (index, of), operations in parts.items()]
