"""What the local system meters is what the API tells of a deployment's costs."""

import asyncio
import datetime as dt
from typing import Any

import pytest

from local.system import LocalSystem
from shared.cloud_prices import prices, usd
from tests.end_to_end.clients import Api, dial


def amounts(report: Any) -> dict[str, float]:
    return {line["item"]: line["amount"] for line in report["total"]["lines"]}


@pytest.fixture
def before(settle: None, api: Api) -> dict[str, float]:
    return amounts(api.get("cloud-costs"))


async def test_a_message_and_its_answer_are_two_that_are_billed(
    system: LocalSystem, api: Api, before: dict[str, float]
) -> None:
    async with dial(system, "COST1") as station:
        for _ in range(25):
            await station.call("Heartbeat")
        report = await asyncio.to_thread(api.get, "cloud-costs")
    after = amounts(report)
    assert after["websocket_message"] - before.get("websocket_message", 0) == 50
    assert after["write_unit"] - before.get("write_unit", 0) >= 3
    assert after["lambda_request"] - before.get("lambda_request", 0) >= 25
    assert after["edge_request"] - before.get("edge_request", 0) == 1
    assert report["connections_open"] == 1
    assert report["total"]["messages"] == after["websocket_message"]
    for line in report["total"]["lines"]:
        assert line["usd"] == pytest.approx(usd(line["item"], line["amount"]))
    listed = {one["item"]: one for one in report["prices"]}
    assert listed.keys() == after.keys()
    message = listed["websocket_message"]
    assert (message["usd"], message["per"]) == (prices()["websocket_message"].usd, prices()["websocket_message"].per)
    assert message["source"].startswith("https://aws.amazon.com/")


async def test_the_minutes_of_a_connection_count_while_it_is_open_and_once_it_has_ended(
    system: LocalSystem, api: Api
) -> None:
    async with dial(system, "COST2"):
        during = amounts(await asyncio.to_thread(api.get, "cloud-costs"))
    assert await asyncio.to_thread(api.is_offline, "COST2")
    after = amounts(await asyncio.to_thread(api.get, "cloud-costs"))
    assert 0 < during["connection_minute"] < 1
    assert 0 < after["connection_minute"] < 1


async def test_a_call_to_a_station_is_billed_both_ways(system: LocalSystem, api: Api, before: dict[str, float]) -> None:
    async with dial(system, "COST3") as station:
        made = {"json": {"action": "ClearCache"}}
        await asyncio.to_thread(lambda: api.ask("POST", "stations", "COST3", "calls", **made))
        asked = await station.receive()
        await station.send([3, asked[1], {"status": "Accepted"}])
        after = amounts(await asyncio.to_thread(api.get, "cloud-costs"))
    assert after["websocket_message"] - before.get("websocket_message", 0) == 2
    assert after["http_request"] > before.get("http_request", 0)


async def test_a_transaction_is_counted_on_the_day_that_it_began(system: LocalSystem, api: Api) -> None:
    start = {"connectorId": 1, "idTag": "TAG", "meterStart": 0, "timestamp": dt.datetime.now(dt.UTC).isoformat()}
    async with dial(system, "COST4") as station:
        await station.call("StartTransaction", **start)
        report = await asyncio.to_thread(api.get, "cloud-costs")
    today = report["days"][-1]
    assert today["transactions_started"] == 1
    (secret,) = [line["usd"] for line in today["lines"] if line["item"] == "secret_month"]
    assert today["usd_per_transaction"] == pytest.approx(today["usd"] - secret)
