"""The commands of docs/operations.md that only look do so against a system with a station."""

import shlex
from pathlib import Path

import pytest

from local.system import LocalSystem
from tests.end_to_end.clients import dial
from tests.end_to_end.command_line import Idlewatt
from tests.unit.test_operations_page import commands

LOOKING = ("stations", "findings", "jobs", "calls", "events", "messages", "station CP1", "cost", "dead-letters list")


def looks(line: str) -> bool:
    return line.removeprefix("idlewatt ").startswith(LOOKING) and "--follow" not in line


@pytest.mark.parametrize("line", [line for line in commands() if looks(line)])
async def test_a_command_that_looks_finds_the_station(line: str, system: LocalSystem, tmp_path: Path) -> None:
    async with dial(system, "CP1") as station:
        await station.call("BootNotification", chargePointVendor="V", chargePointModel="M")
    assert system.wait_idle()
    ended = await Idlewatt(tmp_path, {"IDLEWATT_URL": system.api_url}).run(*shlex.split(line)[1:])
    assert ended.status == 0, ended.err


def test_most_commands_of_the_page_are_tried_so() -> None:
    assert len([line for line in commands() if looks(line)]) >= 6
