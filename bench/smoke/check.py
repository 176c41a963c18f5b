"""What a check is, and how checks are run."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import NamedTuple

from bench.smoke.target import Target

Run = Callable[[Target], Awaitable[str | None]]
"""Tries one assumption; returns what was seen, for the record, or raises."""


class Check(NamedTuple):
    """One assumption of docs/unverified.md."""

    id: str
    title: str
    run: Run
    minutes: int = 0
    """How long it takes, if that is longer than anybody waits for; else 0."""
    is_open: bool = False
    """Whether it is only a question: nothing relies on the answer."""


class Skipped(Exception):
    """Here the assumption cannot be tried; the message says why."""


class Refuted(Exception):
    """The assumption does not hold; the message says what came instead."""


CHECKS: list[Check] = []


def check(id: str, title: str, *, minutes: int = 0, is_open: bool = False) -> Callable[[Run], Run]:
    """Register a check under its id in docs/unverified.md."""

    def register(run: Run) -> Run:
        CHECKS.append(Check(id, title, run, minutes, is_open))
        return run

    return register


def expect(holds: object, otherwise: object) -> None:
    """Raises Refuted with `otherwise`, what was seen, unless it holds."""
    if not holds:
        raise Refuted(str(otherwise))


async def eventually(true: Callable[[], Awaitable[bool]], within_s: float) -> bool:
    """Whether something comes true within that time; asks every second."""
    for _ in range(int(within_s)):
        if await true():
            return True
        await asyncio.sleep(1)
    return await true()


async def run_all(target: Target, checks: list[Check], *, long: bool) -> int:
    """Run checks one after the other, printing what comes of each; returns how many failed."""
    failed = 0
    for one in checks:
        outcome, detail = await _outcome(target, one, long=long)
        failed += outcome == "FAILED"
        print(f"{one.id}  {outcome:<7}  {one.title}" + (f" ({detail})" if detail else ""), flush=True)
    return failed


async def _outcome(target: Target, one: Check, *, long: bool) -> tuple[str, str]:
    if one.minutes and not long:
        return "skipped", f"takes {one.minutes} minutes; --long runs it"
    try:
        return "ok", await one.run(target) or ""
    except Skipped as reason:
        return "skipped", str(reason)
    except Refuted as seen:
        return "no" if one.is_open else "FAILED", str(seen)
    except Exception as error:  # noqa: BLE001  # whatever goes wrong with one assumption, the others are tried too
        return "FAILED", f"{type(error).__name__}: {error}"
