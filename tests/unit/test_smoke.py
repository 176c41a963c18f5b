"""The checks of assumptions about AWS: their list, and how outcomes are told."""

import re
from pathlib import Path

import pytest

from bench.smoke import __main__ as smoke
from bench.smoke.check import CHECKS, Check, Run, Skipped, eventually, expect, run_all
from bench.smoke.target import Target

UNVERIFIED = Path(__file__).parent.parent.parent / "docs" / "unverified.md"
TARGET = Target("ws://127.0.0.1:1/ocpp/", "http://127.0.0.1:1/api/v1")


def test_every_assumption_with_an_id_is_tried_and_every_check_has_its_assumption() -> None:
    written = re.findall(r"^\| (U-\d+) \|", UNVERIFIED.read_text("utf-8"), re.MULTILINE)
    assert written == sorted((one.id for one in CHECKS), key=lambda id: int(id.removeprefix("U-")))
    assert len(set(written)) == len(written)


def check_that(run: Run, *, minutes: int = 0, is_open: bool = False) -> Check:
    return Check("U-99", "an assumption", run, minutes, is_open)


async def holds(_target: Target) -> str:
    return "seen"


async def does_not_hold(_target: Target) -> None:
    expect(False, "status 500")


async def breaks(_target: Target) -> None:
    raise ConnectionRefusedError("nobody there")


async def cannot_be_tried(_target: Target) -> None:
    raise Skipped("needs CloudWatch Logs")


@pytest.mark.parametrize(
    ("one", "failed", "line"),
    [
        (check_that(holds), 0, "ok       an assumption (seen)"),
        (check_that(does_not_hold), 1, "FAILED   an assumption (status 500)"),
        (check_that(does_not_hold, is_open=True), 0, "no       an assumption (status 500)"),
        (check_that(breaks), 1, "FAILED   an assumption (ConnectionRefusedError: nobody there)"),
        (check_that(cannot_be_tried), 0, "skipped  an assumption (needs CloudWatch Logs)"),
        (check_that(breaks, minutes=12), 0, "skipped  an assumption (takes 12 minutes; --long runs it)"),
    ],
)
async def test_an_outcome_is_said_in_a_line(
    one: Check, failed: int, line: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert await run_all(TARGET, [one], long=False) == failed
    assert line in capsys.readouterr().out


async def test_checks_after_one_that_breaks_are_run_too(capsys: pytest.CaptureFixture[str]) -> None:
    assert await run_all(TARGET, [check_that(breaks), check_that(holds)], long=True) == 1
    assert len(capsys.readouterr().out.splitlines()) == 2


async def test_what_never_comes_true_is_given_up() -> None:
    async def never() -> bool:
        return False

    assert not await eventually(never, within_s=0)


def test_a_target_by_address_needs_both_addresses() -> None:
    with pytest.raises(SystemExit):
        smoke.main(["--ws-url", "ws://127.0.0.1:9000/ocpp/"])
