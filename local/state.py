"""The items of the tables, and the objects of the buckets, in a file and a directory, from one run to the next."""

import json
import os
from collections.abc import Mapping
from pathlib import Path

from local import state_files
from local.dynamodb import DynamoError, Table

FORMAT = 1


class StateError(Exception):
    """A state file that cannot be used; nothing of it is changed."""


def save(path: Path, tables: Mapping[str, Table], buckets: Mapping[str, str]) -> None:
    """Write the items of tables and the objects of buckets, both by logical id. The file is the old or the new one,
    never half of it."""
    objects = state_files.write(path, buckets)
    unfinished = path.with_name(f"{path.name}.{os.getpid()}.tmp")
    with unfinished.open("w", encoding="utf-8") as file:
        file.write(f'{{"format": {FORMAT}, "tables": {{')
        for number, (logical_id, table) in enumerate(tables.items()):
            file.write(f"{',' if number else ''}\n{json.dumps(logical_id)}: [")
            for position, item in enumerate(table.store.items()):
                file.write(f"{',' if position else ''}\n{json.dumps(item, ensure_ascii=False)}")
            file.write("]")
        file.write(f'}},\n"buckets": {json.dumps(objects, ensure_ascii=False)}}}\n')
        file.flush()
        os.fsync(file.fileno())
    unfinished.replace(path)
    state_files.forget_others(path, objects)


def load(path: Path, tables: Mapping[str, Table], buckets: Mapping[str, str]) -> int:
    """Put the items of a file into the tables, and its objects into the buckets; returns how many items. A file that is
    not there holds none."""
    if not path.exists():
        if not path.absolute().parent.is_dir():
            raise StateError(f"{path}: the directory does not exist, so no state could be saved there")
        return 0
    try:
        saved = json.loads(path.read_text(encoding="utf-8"))
        known, items_of, objects_of = saved["format"], saved["tables"], saved.get("buckets", {})
    except (OSError, ValueError, LookupError, TypeError) as error:
        raise StateError(f"{path} is not a state file of this program: {error}") from error
    if known != FORMAT:
        raise StateError(f"{path} has format {known}, this program reads format {FORMAT}")
    if unknown := sorted(items_of.keys() - tables.keys()):
        raise StateError(f"{path} holds tables that the template does not have: {', '.join(unknown)}")
    if unknown := sorted(objects_of.keys() - buckets.keys()):
        raise StateError(f"{path} holds buckets that the template does not have: {', '.join(unknown)}")
    try:
        for logical_id, items in items_of.items():
            tables[logical_id].load(items)
    except (DynamoError, LookupError, TypeError, AttributeError) as error:
        raise StateError(f"{path} holds an item that does not fit its table: {error}") from error
    try:
        for logical_id, objects in objects_of.items():
            state_files.read(path, buckets[logical_id], objects)
    except (OSError, LookupError, TypeError, AttributeError) as error:
        raise StateError(f"{path} names an object that cannot be read: {error}") from error
    return sum(map(len, items_of.values()))
