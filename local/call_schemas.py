"""The JSON schemas of the calls that we send, for the console's forms: a file per OCPP version, by action."""

import json
from pathlib import Path
from typing import Any

from shared.catalog import ACTIONS
from shared.ocpp.generate import VERSIONS, load, plain

EXTENSION = "customData"
"""2.x's place for what vendors agree on; a form has nothing to offer for it."""


def schemas(package: str) -> dict[str, Any]:
    """The schema of the request of every action that we may send in a version, without the standard's texts."""
    version = VERSIONS[package]
    sent = {action.name for action in ACTIONS if action.sender != "station" and version in action.versions}
    found = load(package)
    return {name: _without_extension(plain(found[name][f"{name}Request"])) for name in sorted(sent)}


def write(folder: Path) -> None:
    """`1.6.json`, `2.0.1.json`, `2.1.json`, if they are to be different."""
    folder.mkdir(parents=True, exist_ok=True)
    for package, version in VERSIONS.items():
        file, text = folder / f"{version}.json", json.dumps(schemas(package), separators=(",", ":"))
        if not file.exists() or file.read_text("utf-8") != text:
            file.write_text(text, "utf-8")


def _without_extension(schema: dict[str, Any]) -> dict[str, Any]:
    kept = dict(schema)
    for keyword in ("properties", "definitions"):
        if keyword in kept:
            kept[keyword] = {
                name: _without_extension(inner)
                for name, inner in kept[keyword].items()
                if name not in (EXTENSION, "CustomDataType")
            }
    if "items" in kept:
        kept["items"] = _without_extension(kept["items"])
    return kept
