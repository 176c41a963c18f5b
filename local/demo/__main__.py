"""`python -m local.demo`, which is `make demo`: the local system with simulated stations, and a live table of it.

A system that runs already is used; otherwise one is started for the while. Ctrl-C ends it: the stations stop their
charges and leave.
"""

import argparse
import asyncio
import logging
import os
import signal
import sys
from collections.abc import Callable, Sequence
from contextlib import nullcontext, suppress
from datetime import UTC, datetime, timedelta

import aiohttp
from rich.console import Console, Group, RenderableType
from rich.live import Live
from rich.text import Text

from local import settings
from local.demo.operator import Operator
from local.demo.table import render
from local.process import NoSystemError, System, find, started
from local.settings import SettingsError
from local.simulation import fleet
from local.simulation.clock import Clock
from local.simulation.station import Station

OPEN = {"IDLEWATT_ONBOARDING": "open"}
"""The stations come unannounced."""
LOOK_EVERY_S = 1.0
CATCHES_UP_AFTER = timedelta(hours=2)
"""So long the demo runs until the stations' time has caught up with ours."""

Picture = Callable[[], RenderableType]
"""What the terminal is to show now."""


def main(arguments: list[str] | None = None) -> int:
    """Run until it is told to stop, or for `--seconds`; the exit status."""
    options = _options(arguments)
    logging.getLogger("ocpp").setLevel(logging.CRITICAL)  # what it says of a broken connection would tear the table
    console = Console()
    try:
        port = settings.read(os.environ).port
        there = find(port) if port else None
        if there is None:
            console.print("starting the local system …")
        with nullcontext(there) if there else started(OPEN) as system:
            asyncio.run(_demonstrate(system, options, console))
    except (NoSystemError, SettingsError, aiohttp.ClientError) as error:
        print(f"the demo cannot go on: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:  # before the stations live, or a second time
        return 130
    return 0


def _options(arguments: list[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m local.demo", description=__doc__)
    parser.add_argument("--stations", type=int, default=8, metavar="N", help="how many stations (8)")
    parser.add_argument("--speed", type=float, default=60, metavar="X", help="how fast the stations' time runs (60)")
    parser.add_argument("--seconds", type=float, metavar="S", help="end by itself after so long")
    parser.add_argument("--seed", type=int, default=1, help="equal seeds make equal visitors, cars and faults (1)")
    options = parser.parse_args(arguments)
    if options.stations < 1 or options.speed < 1:
        parser.error("--stations and --speed are at least 1")
    return options


async def _demonstrate(system: System, options: argparse.Namespace, console: Console) -> None:
    async with Operator(system.api_url) as operator:
        for card in fleet.cards(options.stations):
            await operator.save_card(*card)
        before = await operator.look()
        clock = Clock(options.speed, _beginning(before.latest_time(), options.speed))
        stations = fleet.stations(options.stations, system.ws_url, clock, options.seed)
        _stop_when_told(clock, options.seconds)

        def picture() -> RenderableType:
            return render(operator.view, clock.now(), console.width)

        with Live(picture(), console=console, auto_refresh=False, transient=True) as live:
            await _run(stations, operator, live, picture)
        console.print(picture())


def _beginning(latest: datetime | None, speed: float) -> datetime:
    """What the stations' clock shows first: in the past, yet after all that is known, for time runs one way."""
    now = datetime.now(UTC)
    beginning = now - CATCHES_UP_AFTER * (speed - 1)
    return min(now, max(beginning, latest)) if latest else beginning


def _stop_when_told(clock: Clock, after_s: float | None) -> None:
    """Stop the clock at the first signal, or after a while. A second signal ends everything at once."""
    loop = asyncio.get_running_loop()
    signals = (signal.SIGINT, signal.SIGTERM)

    def stop() -> None:
        clock.stop()
        for number in signals:
            loop.remove_signal_handler(number)

    for number in signals:
        loop.add_signal_handler(number, stop)
    if after_s is not None:
        loop.call_later(after_s, clock.stop)


async def _run(stations: Sequence[Station], operator: Operator, live: Live, picture: Picture) -> None:
    """Let the stations live, and show them, until the clock is stopped and all charges have ended."""
    async with asyncio.TaskGroup() as group:
        showing = group.create_task(_show(operator, live, picture))
        lives = [group.create_task(station.run()) for station in stations]
        await asyncio.gather(*(station.wait_quiet() for station in stations))
        showing.cancel()
        with suppress(aiohttp.ClientError, TimeoutError):  # the system may have ended before us
            await operator.look()
            await operator.look_at_findings()
        for life in lives:
            life.cancel()


async def _show(operator: Operator, live: Live, picture: Picture) -> None:
    while True:
        trouble = Text(style="red")
        try:
            view = await operator.look()
            if not any(station["online"] for station in view.stations):
                trouble.append("no station is online (one that comes unannounced is let in by onboarding=open only)")
        except (aiohttp.ClientError, TimeoutError) as error:
            trouble.append(f"the API does not answer: {error}")
        live.update(Group(picture(), trouble), refresh=True)
        await asyncio.sleep(LOOK_EVERY_S)


if __name__ == "__main__":
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # so that a system of ours is stopped in any case
    sys.exit(main())
