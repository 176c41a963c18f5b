"""A central system that does nothing but answer: what a load generator reaches against it is the generator's own limit.

`python -m bench.echo` prints its URL and serves until it is terminated.
"""

import asyncio
import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from websockets.asyncio.server import ServerConnection, serve
from websockets.exceptions import ConnectionClosed

from bench.fresh import ROOT
from local.process import System

NOW = "2026-01-01T00:00:00Z"
ANSWERS: dict[str, dict[str, Any]] = {
    "BootNotification": {"status": "Accepted", "currentTime": NOW, "interval": 300},
    "Heartbeat": {"currentTime": NOW},
    "Authorize": {"idTagInfo": {"status": "Accepted"}, "idTokenInfo": {"status": "Accepted"}},
    "StartTransaction": {"transactionId": 1, "idTagInfo": {"status": "Accepted"}},
    "StopTransaction": {"idTagInfo": {"status": "Accepted"}},
}
"""What goes on with a session; every other action is answered by an empty object, as 1.6 and 2.0.1 both allow."""


@contextmanager
def started() -> Iterator[System]:
    """The echo in a process of its own."""
    command = [sys.executable, "-m", "bench.echo"]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout is not None
            yield System(process.stdout.readline().strip(), "", process.pid)
        finally:
            process.terminate()


async def _serve() -> None:
    async with serve(
        _answer,
        "127.0.0.1",
        0,
        select_subprotocol=lambda _, offered: offered[0] if offered else None,
        compression=None,
        ping_interval=None,
    ) as server:
        port = next(iter(server.sockets)).getsockname()[1]
        print(f"ws://127.0.0.1:{port}/", flush=True)
        await server.serve_forever()


async def _answer(socket: ServerConnection) -> None:
    try:
        async for text in socket:
            _, message_id, action, *_ = json.loads(text)
            await socket.send(json.dumps([3, message_id, ANSWERS.get(action, {})]))
    except ConnectionClosed:
        return


if __name__ == "__main__":
    asyncio.run(_serve())
