"""The command `idlewatt` as it is installed, in a process of its own."""

import asyncio
import json
import os
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any, NamedTuple

from tests.end_to_end.clients import WAIT_S

NOTHING: Mapping[str, str] = {}
COMMAND = Path(sys.executable).parent / "idlewatt"


class Ended(NamedTuple):
    """How it ended, and what it printed."""

    status: int
    out: str
    err: str

    @property
    def document(self) -> Any:
        return json.loads(self.out)


class Idlewatt:
    """A terminal of somebody whose home is a folder of its own."""

    def __init__(self, home: Path, environment: Mapping[str, str]) -> None:
        self._environment = {
            **{name: value for name, value in os.environ.items() if not name.startswith(("IDLEWATT_", "XDG_"))},
            "HOME": str(home),
            **environment,
        }

    async def begin(
        self, *words: str, environment: Mapping[str, str] = NOTHING, stdout: int = asyncio.subprocess.PIPE
    ) -> asyncio.subprocess.Process:
        """Start a command line that goes on."""
        return await asyncio.create_subprocess_exec(
            COMMAND,
            *words,
            env={**self._environment, **environment},
            stdin=asyncio.subprocess.PIPE,
            stdout=stdout,
            stderr=asyncio.subprocess.PIPE,
        )

    async def run(self, *words: str, stdin: str = "", **environment: str) -> Ended:
        """Run a command line to its end."""
        process = await self.begin(*words, environment=environment)
        out, err = await asyncio.wait_for(process.communicate(stdin.encode()), 3 * WAIT_S)
        assert process.returncode is not None
        return Ended(process.returncode, out.decode(), err.decode())
