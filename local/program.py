"""The program: the whole system on this machine until it is told to stop."""

import gc
import linecache
import os
import signal
import sys
import threading
import time

from local import accesses, logs, people, settings
from local.account import PortTakenError
from local.functions import HandlerMissingError
from local.identity import REGION
from local.settings import SettingsError
from local.state import StateError
from local.synth import CACHE, SynthesisError
from local.system import LocalSystem
from local.template import TemplateError

REFUSALS = (HandlerMissingError, PortTakenError, SettingsError, StateError, SynthesisError, TemplateError)
"""What keeps the system from starting; each says in its message what to do about it."""


def main() -> int:
    """Run until SIGINT or SIGTERM; the exit status."""
    began = time.monotonic()
    accesses.record()
    told_to_stop = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: told_to_stop.set())
    CACHE.mkdir(exist_ok=True)
    log_file = CACHE / "functions.log"
    terminal = logs.to_file(log_file)
    try:
        given = settings.read(os.environ)
        system = LocalSystem.of_project(
            port=given.port,
            aws_port=given.aws_port,
            state_file=given.state,
            fault_rate=given.faults,
            needs_token=given.sign_in,
            environment={"ONBOARDING": given.onboarding, "EXPECTED_STATIONS": str(given.expected_stations)},
        )
        system.start()
    except REFUSALS as error:
        print(f"Idlewatt cannot start: {error}", file=sys.stderr)
        return 1
    _settle_in()
    # local/process.py and everybody's scripts read these lines.
    print(
        f"ready after {time.monotonic() - began:.1f} s",
        f"  stations  {system.ws_url}{{stationId}}",
        f"  API       {system.api_url}/docs",
        f"  console   {system.console_url}",
        *(_to_try(system) if given.sign_in else ()),
        f"  AWS       {system.aws_url}  (region {REGION}, any credentials)",
        f"  logs      {log_file}",
        sep="\n",
        file=terminal,
        flush=True,
    )
    # A signal that comes just before the wait begins does not interrupt it, hence not one wait without end.
    while not told_to_stop.wait(0.5):
        pass
    system.stop()
    return 0


def _to_try(system: LocalSystem) -> list[str]:
    """Users of each role, for whoever wants to see how signing in is, and how to be them."""
    addresses, password = people.add_one_per_role(system.outputs["UserPoolId"])
    return [f"  sign in   as {', '.join(addresses)}; password {password}"]


def _settle_in() -> None:
    """Keep answers quick: measured at 100 messages a second, this cuts the slowest percent from 130 to 40 ms."""
    # The source of the operator API's models, which pydantic has read for their descriptions.
    linecache.clearcache()
    # What is there now stays for good; the collector need not go through it again and again.
    gc.collect()
    gc.freeze()
    # And what a message leaves for it is little: a look after each seven hundredth object that is made finds next to
    # nothing. The functions ask for the same of the youngest when they are imported (functions/__init__.py).
    gc.set_threshold(10_000, 10, 10)
    # The event loop shares the interpreter with the functions' threads and waits one turn of each to go on.
    sys.setswitchinterval(0.001)
