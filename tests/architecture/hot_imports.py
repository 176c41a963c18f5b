"""What the functions that stations wait for most import, as hot_imports.toml keeps it.

`python -m tests.architecture.hot_imports` writes that file anew. Read the difference before you commit it: each line
that comes in is CPU in every cold start.
"""

import tomllib
from collections.abc import Mapping
from pathlib import Path

from bench.fresh import Cost, fresh_processes
from bench.imports import HEARTBEAT, functions

FILE = Path(__file__).with_suffix(".toml")
HOT = (
    "actions.authorize",
    "actions.heartbeat",
    "actions.meter_values",
    "actions.start_transaction",
    "actions.status_notification",
    "actions.stop_transaction",
    "actions.transaction_event",
    "connection.authorizer",
    "connection.connect",
)
OURS = ("functions", "shared")
GROUPS = {
    "every one": HOT,
    "every action": tuple(name for name in HOT if name.startswith("actions.")),
    "every action with a message": tuple(name for name in HOT if name.startswith("actions.") and name != HEARTBEAT),
}
"""Whose imports in common stand by themselves, the widest first."""
HEAD = """\
# What the functions that stations wait for most import: our modules by name, other packages as a whole, nothing of the
# standard library. First what several have in common, then under its name what a function has beside.
# Held by test_imports.py; `python -m tests.architecture.hot_imports` writes it.
"""

Imports = frozenset[str]


def imports_of(cost: Cost) -> Imports:
    """What a function has imported: our modules and other packages."""
    ours = {module for module in cost.modules if module.startswith("shared.")}
    return frozenset(ours | (cost.packages - {"functions", "shared"}))


def kept() -> dict[str, Imports]:
    """What each function may import, and no more."""
    lists = {name: frozenset(one["imports"]) for name, one in tomllib.loads(FILE.read_text("utf-8")).items()}
    groups = {name: [lists[group] for group, members in GROUPS.items() if name in members] for name in HOT}
    return {name: lists[name].union(*groups[name]) for name in HOT}


def text(imports: Mapping[str, Imports]) -> str:
    """The file."""
    lists, left = dict[str, Imports](), dict(imports)
    for group, members in GROUPS.items():
        lists[group] = frozenset.intersection(*(left[name] for name in members))
        left |= {name: left[name] - lists[group] for name in members}
    return HEAD + "".join(f'\n["{name}"]\nimports = [{_lines(found)}]\n' for name, found in {**lists, **left}.items())


def _lines(found: Imports) -> str:
    packages_last = sorted(found, key=lambda name: (not name.startswith("shared."), name))
    return "".join(f'\n    "{name}",' for name in packages_last) + ("\n" if found else "")


if __name__ == "__main__":
    with fresh_processes() as fresh:
        FILE.write_text(text({name: imports_of(fresh.run(functions()[name])) for name in HOT}), "utf-8")
