"""`python -m local.console`, which is `make console`: the operators' console as static files, into web/dist.

Node.js and npm are those that pip installed; npm installs what web/package-lock.json pins, when that has changed.
"""

import hashlib
import os
import shutil
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

from infra.node import BIN, NODE, NPM
from local import call_schemas

WEB = Path(__file__).resolve().parent.parent / "web"
DIST = WEB / "dist"
_INSTALLED = WEB / "node_modules" / ".installed"
"""Holds the checksum of the lock file by which the packages were installed."""


def main(arguments: Sequence[str]) -> int:
    """Build; with names of scripts of web/package.json (`check`, `test`), run these instead."""
    try:
        install()
        call_schemas.write(WEB / "src" / "calls")
        for script in arguments or ("build",):
            run("run", "--silent", script)
    except subprocess.CalledProcessError as error:
        return error.returncode
    return 0


def install() -> None:
    """Install what the lock file pins, unless that is there already."""
    wanted = hashlib.sha256((WEB / "package-lock.json").read_bytes()).hexdigest()
    if _INSTALLED.exists() and _INSTALLED.read_text() == wanted:
        return
    shutil.rmtree(WEB / "node_modules", ignore_errors=True)
    run("ci", "--no-audit", "--no-fund", "--loglevel=error")
    _INSTALLED.write_text(wanted)


def run(*arguments: str) -> None:
    """Run npm in web/."""
    path = os.pathsep.join([str(BIN), os.environ.get("PATH", "")])
    command = [str(NODE), str(NPM), *arguments]
    subprocess.run(command, cwd=WEB, env={**os.environ, "PATH": path}, check=True)  # noqa: S603  # our own scripts


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
