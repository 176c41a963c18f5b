"""What the console asked the API to change, and was granted: tests/proof/test_console.py looks for what never was."""

import os
from pathlib import Path

from playwright.async_api import Page, Response

from local.accesses import FOLDER


def note(page: Page) -> None:
    """From now on, note what a page is granted, if the environment names a folder for it."""
    if folder := os.environ.get(FOLDER):
        file = Path(folder) / f"console-{os.getpid()}.txt"
        page.on("response", lambda response: _note(response, file))


def read(folder: Path) -> set[str]:
    """Methods and addresses: `POST /api/v1/stations/CP1/calls`."""
    return {line for file in folder.glob("console-*.txt") for line in file.read_text("utf-8").splitlines()}


def _note(response: Response, file: Path) -> None:
    path = "/" + response.url.split("/", 3)[3].partition("?")[0]
    if response.ok and response.request.method != "GET" and path.startswith("/api/"):
        file.parent.mkdir(parents=True, exist_ok=True)
        with file.open("a", encoding="utf-8") as lines:
            lines.write(f"{response.request.method} {path}\n")
