"""The quirks of real stations: each is answered, and each is a finding that the operator can see."""

import json
from collections import Counter
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from local.system import LocalSystem
from tests.end_to_end.clients import Api, dial

AHEAD = "Q-03"  # its fixtures are ahead of a fixed moment of receipt
FIXTURES: list[dict[str, Any]] = [
    fixture
    for fixture in json.loads(Path("tests/unit/reader_fixtures.json").read_text(encoding="utf-8"))
    if fixture["quirk"] != AHEAD
]


@pytest.mark.requirement("M16-126")
@pytest.mark.parametrize("number", range(len(FIXTURES)))
async def test_a_quirk_is_answered_and_found(system: LocalSystem, api: Api, number: int) -> None:
    fixture = FIXTURES[number]
    station_id = f"Q{number}"
    async with dial(system, station_id) as station:
        answer = await station.frame(fixture["action"], fixture["payload"])
        assert await station.is_alive()
    assert answer[0] == 3, answer
    found = Counter(finding["code"] for finding in api.items("stations", station_id, "findings"))
    expected = {code for code, _path in fixture["findings"]}
    follows = {"Q-24"} if fixture["action"] == "MeterValues" else set()  # a number that is nobody's transaction
    assert expected <= set(found) <= expected | follows


@pytest.mark.requirement("M16-126")
async def test_a_clock_that_is_ahead_is_found_and_does_not_freeze_the_status(system: LocalSystem, api: Api) -> None:
    ahead = (datetime.now(UTC) + timedelta(hours=1)).isoformat()
    said = {"connectorId": 1, "errorCode": "NoError"}
    async with dial(system, "Q-AHEAD") as station:
        await station.call("StatusNotification", **said, status="Charging", timestamp=ahead)
        await station.call("StatusNotification", **said, status="Finishing")
    (evse,) = api.get("stations", "Q-AHEAD")["evses"]
    assert evse["connectors"][0]["reported_status"] == "Finishing"
    assert [finding["code"] for finding in api.items("stations", "Q-AHEAD", "findings")] == [AHEAD]


async def test_a_finding_counts_how_often(system: LocalSystem, api: Api) -> None:
    async with dial(system, "Q-COUNT") as station:
        for _ in range(3):
            await station.call("Heartbeat", odd=1)
    (finding,) = api.items("stations", "Q-COUNT", "findings")
    assert (finding["code"], finding["action"], finding["path"]) == ("Q-52", "Heartbeat", "odd")
    assert finding["count"] >= 1
    assert finding["first_at"] <= finding["last_at"]


@pytest.mark.parametrize(
    ("action", "payload", "answer"),
    [
        ("MeterValues", {"connectorId": 1, "meterValue": [], "transactionId": {}}, {}),
        ("StopTransaction", {"transactionId": 1, "timestamp": "2026-11-20T08:00:00Z"}, {}),
        ("StartTransaction", {"connectorId": 1, "idTag": "T"}, None),
    ],
)
async def test_a_poison_message_is_answered_where_the_station_is_set_so(
    system: LocalSystem, api: Api, action: str, payload: dict[str, Any], answer: dict[str, Any] | None
) -> None:
    station_id = f"POISON-{action}"
    api.put("stations", station_id, answer_poison=True)
    async with dial(system, station_id) as station:
        answered = await station.call(action, **payload)
    if answer is not None:
        assert answered == answer
    else:
        assert answered["transactionId"] > 0
        assert answered["idTagInfo"] == {"status": "Invalid"}


async def test_times_are_sent_with_milliseconds_where_the_station_is_set_so(system: LocalSystem, api: Api) -> None:
    api.put("stations", "MS", milliseconds=True)
    async with dial(system, "MS") as station:
        for action, payload in (
            ("Heartbeat", {}),
            ("BootNotification", {"chargePointVendor": "V", "chargePointModel": "M"}),
        ):
            told = (await station.call(action, **payload))["currentTime"]
            assert len(told) == len("2026-11-20T08:00:00.000Z")
