"""The queries of the dashboard and of docs/operations.md find what they are for in the log of a day with stations."""

import asyncio
import base64
import json
from collections.abc import Iterator
from typing import Any

import pytest
from websockets.exceptions import InvalidStatus

from infra.api import LOGGED
from infra.log_queries import ROUTES
from local.system import LocalSystem
from shared.aws import telemetry
from tests import insights
from tests.end_to_end.clients import Api, dial

SYSTEM = {"environment": {"ONBOARDING": "closed"}}
PASSWORD = "a-long-random-secret"
OF_LAMBDA = {"record.status", "errorMessage"}
"""What lines have that Lambda itself writes."""
NEVER_HERE = {ROUTES.title: "API Gateway writes it", "Calls that waited:": "more than a minute"}

Line = dict[str, Any]


def credentials(password: str) -> dict[str, str]:
    return {"Authorization": "Basic " + base64.b64encode(f"CP1:{password}".encode()).decode()}


async def a_day(system: LocalSystem, api: Api) -> None:
    """One station: refused, let in, with a message of each kind; and a fault of ours."""
    api.put("stations", "CP1", password=PASSWORD)
    with pytest.raises(InvalidStatus):
        async with dial(system, "CP1", headers=credentials("wrong")):
            pass
    async with dial(system, "CP1", headers=credentials(PASSWORD)) as station:
        await station.call("BootNotification", chargePointVendor="V", chargePointModel="M", iccid=None)
        await station.call("Heartbeat")
        assert (await station.frame("Unheard", {}))[0] == 4
        # Only once it is noted that it was sent can its answer tell how long that took.
        made = await asyncio.to_thread(api.ask, "POST", "stations", "CP1", "calls", json={"action": "ClearCache"})
        assert made.json()["state"] == "sent"
        frame = await station.receive()
        await station.send([3, frame[1], {"status": "Accepted"}])
        assert (await station.call("Heartbeat"))["currentTime"]
    assert await asyncio.to_thread(api.is_offline, "CP1")
    try:
        raise LookupError("a fault")
    except LookupError:
        telemetry.logger.exception("failed")


@pytest.fixture(scope="module")
def lines(system: LocalSystem, api: Api) -> list[Line]:
    with pytest.MonkeyPatch.context() as patch:  # other tests have been served in this process before
        patch.setattr(telemetry._Environment, "is_cold", True)
        asyncio.run(a_day(system, api))
    found, _ = system.log.find(None, None, "")
    return [json.loads(line.text) for line in found if line.text.startswith("{")]


def fields(value: Any, prefix: str = "") -> Iterator[str]:
    """The names of all fields, as queries name them."""
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for name, one in inner:
        yield f"{prefix}{name}"
        yield from fields(one, f"{prefix}{name}.")


@pytest.mark.parametrize("query", insights.every(), ids=lambda query: query.title)
def test_a_query_names_only_fields_that_lines_have(query: insights.Query, lines: list[Line]) -> None:
    known = {name for line in lines for name in fields(line)} | set(LOGGED) | OF_LAMBDA
    assert {name for name in query.fields() if not name.startswith("@")} <= known


@pytest.mark.parametrize("query", insights.every(), ids=lambda query: query.title)
def test_a_query_finds_the_lines_it_is_for_and_not_all(query: insights.Query, lines: list[Line]) -> None:
    found = [line for line in lines if query.matches(line)]
    assert len(found) < len(lines)
    assert bool(found) != (query.title in NEVER_HERE)


def test_there_are_as_many_queries_as_there_seem_to_be() -> None:
    assert insights.PAGE.read_text("utf-8").count("```insights") + 5 == len(insights.every())


def test_a_query_of_a_word_that_is_no_field_is_noticed(lines: list[Line]) -> None:
    known = {name for line in lines for name in fields(line)}
    query = insights.Query.of(
        "", ['filter message = "call" and ispresent(cold)', "stats max(latency) as most by action"]
    )
    assert query.fields() - known == {"latency"}
    assert query.matches({"message": "call", "cold": True})
    assert not query.matches({"message": "call"})
