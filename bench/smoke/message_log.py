"""Assumptions about CloudWatch Logs, which the message log stands on."""

import time
from datetime import datetime
from typing import Any

from bench.smoke import accounts
from bench.smoke.accounts import Account
from bench.smoke.check import check, eventually, expect
from bench.smoke.station import connected
from bench.smoke.target import Target

LATE_S = 120


@check("U-70", "FilterLogEvents finds a station's messages, and the times of log events are those of the lines")
async def messages_are_found(target: Target) -> str:
    account = _logged(accounts.station(target), target)
    seen, after_s = await _seen(target, account)
    answer, call = seen
    expect((answer["direction"], call["direction"]) == ("out", "in"), seen)
    apart_ms = (datetime.fromisoformat(answer["at"]) - datetime.fromisoformat(call["at"])).total_seconds() * 1000
    # What the log adds to the time that the function measured is the delay of its own clock.
    expect(abs(apart_ms - call["answered_in_ms"]) < 1000, f"{apart_ms:.0f} ms apart, {call['answered_in_ms']} measured")
    return f"shown after {after_s:.0f} s"


@check("U-71", "FilterLogEvents takes a pattern with a wildcard at its end, for identities of unusual characters")
async def odd_identities_are_found(target: Target) -> None:
    for suffix in ('"*%', "-säule"):
        seen, _ = await _seen(target, _logged(accounts.station(target, suffix), target))
        expect(len(seen) == 2, seen)


def _logged(account: Account, target: Target) -> Account:
    answer = target.api("PATCH", account.path, {"message_log": "on"})
    expect(answer.status == 200, answer)
    return account


async def _seen(target: Target, account: Account) -> tuple[list[dict[str, Any]], float]:
    """The messages of a heartbeat, and how long they took to be shown."""
    async with connected(account.url, account.headers) as station:
        await station.call("Heartbeat", {})
    began, found = time.monotonic(), list[dict[str, Any]]()

    async def is_shown() -> bool:
        answer = target.api("GET", f"{account.path}/messages?action=Heartbeat")
        expect(answer.status == 200, answer)
        found[:] = answer.body["items"]
        return bool(found)

    expect(await eventually(is_shown, within_s=LATE_S), f"nothing after {LATE_S} s")
    return found, time.monotonic() - began
