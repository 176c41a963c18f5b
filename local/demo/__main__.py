"""`python -m local.demo`, which is `make demo`: the local system with a network of simulated stations and an operator.

A system that runs already is used; otherwise one is started for the while. The console opens in a browser if there is
one, and the terminal shows a live table. Ctrl-C ends it: the stations stop their charges and leave.
"""

import argparse
import asyncio
import logging
import os
import signal
import sys
import webbrowser
from collections.abc import Callable, Coroutine, Mapping, Sequence
from contextlib import nullcontext, suppress
from datetime import UTC, datetime, timedelta
from typing import Any

import aiohttp
from rich.console import Console, Group, RenderableType
from rich.live import Live
from rich.panel import Panel
from rich.text import Text

from local import settings
from local.demo import acts, incidents, network
from local.demo.client import FAILURES, Client
from local.demo.operator import Operator
from local.demo.table import render
from local.process import NoSystemError, System, find, started
from local.settings import SettingsError
from local.simulation import fleet
from local.simulation.clock import Clock, ClockStopped
from local.simulation.station import Station

OPEN = {"IDLEWATT_ONBOARDING": "open"}
"""The stations come unannounced."""
LOOK_EVERY_S = 4.0
"""So seldom that looking costs little: the console shows what happens at once."""
CATCHES_UP_AFTER = timedelta(hours=2)
"""So long the demo runs until the stations' time has caught up with ours."""

Doing = Coroutine[Any, Any, None]
"""Goes on until the clock is stopped, and may raise ClockStopped then."""

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
    parser.add_argument("--stations", type=int, default=20, metavar="N", help="how many stations (20)")
    parser.add_argument("--speed", type=float, default=1, metavar="X", help="how fast the stations' time runs (1)")
    parser.add_argument(
        "--update-after", type=float, default=150, metavar="S", help="when new firmware goes out, in their time (150)"
    )
    parser.add_argument("--no-browser", action="store_true", help="leave the console to be opened by hand")
    parser.add_argument("--seconds", type=float, metavar="S", help="end by itself after so long")
    parser.add_argument("--seed", type=int, default=1, help="equal seeds make equal visitors, cars and faults (1)")
    options = parser.parse_args(arguments)
    if options.stations < 1 or options.speed < 1:
        parser.error("--stations and --speed are at least 1")
    return options


async def _demonstrate(system: System, options: argparse.Namespace, console: Console) -> None:
    async with Client(system.api_url) as client:
        operator = Operator(client)
        before = await operator.look()
        clock = Clock(options.speed, _beginning(before.latest_time(), options.speed))
        stations = fleet.stations(options.stations, system.ws_url, clock, options.seed)
        await network.enter(client, stations)
        _stop_when_told(clock, options.seconds)
        _open_console(system, console, may_open=not options.no_browser)

        def picture() -> RenderableType:
            return render(operator.view, clock.now(), console.size)

        busy = [
            *(one.run(system.ws_url, clock) for one in network.STRANGERS),
            incidents.befall(stations, clock),
            acts.Acts(client, stations, clock, options.seed).do(options.update_after),
        ]
        with Live(picture(), console=console, auto_refresh=False, transient=True) as live:
            await _run(stations, busy, operator, live, picture)
        console.print(picture())


def _open_console(system: System, console: Console, *, may_open: bool) -> None:
    url = system.api_url.removesuffix("api/v1")
    console.print(Panel.fit(Text.assemble("The console: ", (url, "bold underline")), border_style="green"))
    if may_open and has_display(sys.platform, os.environ):
        webbrowser.open(url)


def has_display(platform: str, environment: Mapping[str, str]) -> bool:
    """Whether a browser's window can be seen. Elsewhere some would open in the terminal, over the table."""
    if platform in ("darwin", "win32"):
        return True
    return bool(environment.get("DISPLAY") or environment.get("WAYLAND_DISPLAY"))


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


async def _run(
    stations: Sequence[Station], busy: Sequence[Doing], operator: Operator, live: Live, picture: Picture
) -> None:
    """Let the stations live, and show them, until the clock is stopped and all charges have ended."""
    async with asyncio.TaskGroup() as group:
        showing = group.create_task(_show(operator, live, picture))
        lives = [group.create_task(station.run()) for station in stations]
        doings = [group.create_task(_until_stopped(one)) for one in busy]
        await asyncio.gather(*(station.wait_quiet() for station in stations))
        showing.cancel()
        with suppress(*FAILURES):  # the system may have ended before us
            await operator.look()
            await operator.look_at_findings()
        for one in (*lives, *doings):
            one.cancel()


async def _until_stopped(doing: Doing) -> None:
    try:
        await doing
    except* ClockStopped:
        pass


async def _show(operator: Operator, live: Live, picture: Picture) -> None:
    while True:
        trouble = Text(style="red")
        try:
            view = await operator.look()
            if not any(station["online"] for station in view.stations):
                trouble.append("no station is online (one that comes unannounced is let in by onboarding=open only)")
        except FAILURES as error:
            trouble.append(f"the API does not answer: {error}")
        live.update(Group(picture(), trouble), refresh=True)
        await asyncio.sleep(LOOK_EVERY_S)


if __name__ == "__main__":
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # so that a system of ours is stopped in any case
    sys.exit(main())
