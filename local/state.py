"""The items of the tables in a file, from one run to the next."""

import json
import os
from collections.abc import Mapping
from pathlib import Path

from local.dynamodb import DynamoError, Table

FORMAT = 1


class StateError(Exception):
    """A state file that cannot be used; nothing of it is changed."""


def save(path: Path, tables: Mapping[str, Table]) -> None:
    """Write the items of tables, by logical id. The file is the old or the new one, never half of it."""
    unfinished = path.with_name(f"{path.name}.{os.getpid()}.tmp")
    with unfinished.open("w", encoding="utf-8") as file:
        file.write(f'{{"format": {FORMAT}, "tables": {{')
        for number, (logical_id, table) in enumerate(tables.items()):
            file.write(f"{',' if number else ''}\n{json.dumps(logical_id)}: [")
            for position, item in enumerate(table.store.items()):
                file.write(f"{',' if position else ''}\n{json.dumps(item, ensure_ascii=False)}")
            file.write("]")
        file.write("}}\n")
        file.flush()
        os.fsync(file.fileno())
    unfinished.replace(path)


def load(path: Path, tables: Mapping[str, Table]) -> int:
    """Put the items of a file into the tables; returns how many. A file that is not there holds none."""
    if not path.exists():
        if not path.absolute().parent.is_dir():
            raise StateError(f"{path}: the directory does not exist, so no state could be saved there")
        return 0
    try:
        saved = json.loads(path.read_text(encoding="utf-8"))
        known, items_of = saved["format"], saved["tables"]
    except (OSError, ValueError, LookupError, TypeError) as error:
        raise StateError(f"{path} is not a state file of this program: {error}") from error
    if known != FORMAT:
        raise StateError(f"{path} has format {known}, this program reads format {FORMAT}")
    if unknown := sorted(items_of.keys() - tables.keys()):
        raise StateError(f"{path} holds tables that the template does not have: {', '.join(unknown)}")
    try:
        for logical_id, items in items_of.items():
            tables[logical_id].load(items)
    except (DynamoError, LookupError, TypeError, AttributeError) as error:
        raise StateError(f"{path} holds an item that does not fit its table: {error}") from error
    return sum(map(len, items_of.values()))
