"""Executions of state machines, which moto runs in threads of this process.

Two things of moto's are changed: it fails to find the task behind a token while another execution is about to begin,
and it never ends its threads, so what an execution waits for would happen to whatever account comes next.
"""

import logging
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any

from moto.stepfunctions.parser.api import ExecutionStatus
from moto.stepfunctions.parser.backend.execution import Execution
from moto.stepfunctions.parser.models import StepFunctionsParserBackend, stepfunctions_parser_backends
from moto.stepfunctions.parser.utils import TMP_THREADS

from local.identity import ACCOUNT_ID, REGION
from local.patching import replaced

LOOKED_EVERY_S = 0.01
log = logging.getLogger(__name__)


@contextmanager
def installed() -> Iterator[None]:
    """While the block runs, moto has our changes."""
    with ExitStack() as places:
        places.enter_context(replaced(StepFunctionsParserBackend, "_get_executions", _begun))
        places.enter_context(replaced(StepFunctionsParserBackend, "_validate_definition", _validated))
        places.enter_context(_quiet("moto.stepfunctions.parser"))
        yield


def end_all(within_s: float) -> None:
    """Abort every execution. What one is doing at this moment it does to its end; nothing comes after that."""
    deadline = time.monotonic() + within_s
    while working := [thread for thread in TMP_THREADS if thread.is_alive()]:
        if time.monotonic() > deadline:
            log.error("executions had not ended: %s", ", ".join(thread.name for thread in working))
            break
        for execution in _all(stepfunctions_parser_backends[ACCOUNT_ID][REGION]):
            _abort(execution)
        time.sleep(LOOKED_EVERY_S)
    TMP_THREADS.clear()


def _abort(execution: Execution) -> None:
    """To be repeated: it does nothing to one that is still about to begin, or between two states."""
    worker = execution.exec_worker
    if worker is None or worker.env is None:
        return
    worker.env.set_stop(datetime.now(UTC), cause=None, error=None)
    for endpoint in tuple(worker.env.callback_pool_manager._pool.values()):
        endpoint.interrupt_all()


def _all(moto: StepFunctionsParserBackend) -> list[Execution]:
    every: list[object] = [one for machine in moto.state_machines for one in tuple(machine.executions)]
    return [one for one in every if isinstance(one, Execution)]


def _begun(moto: StepFunctionsParserBackend, execution_status: ExecutionStatus | None = None) -> list[Any]:
    """The executions that moto asks for a task token. Those that it is still reading the definition of have none yet,
    and asking them is an error of whoever sends the token of another."""
    return [
        execution
        for execution in _all(moto)
        if execution.exec_worker and execution.exec_worker.env
        if execution_status in (None, execution.status)
    ]


_validated = lru_cache(maxsize=16)(StepFunctionsParserBackend._validate_definition)
"""moto's look at a definition, which it reads with a parser of its own: once in a process is enough."""


@contextmanager
def _quiet(name: str) -> Iterator[None]:
    """Keep a part of moto from writing what is not its own fault: to state machines, errors are nothing unusual, and
    their executions tell of them."""
    logger = logging.getLogger(name)
    before = logger.level
    logger.setLevel(logging.CRITICAL)
    try:
        yield
    finally:
        logger.setLevel(before)
