"""A Lambda environment of one function: `python -m bench.invocations_process MODULE`.

It imports the function, as Lambda's init does, and then handles the events that come on standard input, a JSON text
per line; what Lambda's own runtime client does with an event and its result is done here, too. On standard output it
says, a JSON array per line, first what the import cost, then of each event how long it took and what came of it:

    [CPU ms of the import, peak memory in MB]
    [wall ms, CPU ms, the result's body, peak memory in MB]

What the function logs goes nowhere, at the cost of writing it.
"""

import decimal  # noqa: F401  # these are there before a function is imported, in Lambda as well
import json
import logging  # noqa: F401  # likewise
import os
import sys
import time
import traceback  # noqa: F401  # likewise
from typing import Any

from bench.memory import peak_mb

TIMEOUT_S = 15


class Context:
    """What a handler is told of its invocation."""

    def __init__(self) -> None:
        self._ends_at = time.monotonic() + TIMEOUT_S

    def get_remaining_time_in_millis(self) -> int:
        return int((self._ends_at - time.monotonic()) * 1000)


def main(statement: str) -> None:
    answers = os.fdopen(os.dup(1), "w", buffering=1)
    os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
    names: dict[str, Any] = {}
    started = time.process_time()
    exec(statement, names)  # the import of the function
    spent_ms = (time.process_time() - started) * 1000
    answers.write(json.dumps([spent_ms, peak_mb()]) + "\n")
    for line in sys.stdin:
        wall, cpu = time.monotonic(), time.process_time()
        result = names["handler"](json.loads(line), Context())
        told = json.dumps(result)
        wall_ms, cpu_ms = (time.monotonic() - wall) * 1000, (time.process_time() - cpu) * 1000
        answers.write(json.dumps([wall_ms, cpu_ms, json.loads(told).get("body"), peak_mb()]) + "\n")


if __name__ == "__main__":
    main(sys.argv[1])
