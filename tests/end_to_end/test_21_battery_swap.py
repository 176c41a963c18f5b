"""Battery swaps (block S of OCPP 2.1)."""

from typing import Any

import pytest

from local.system import LocalSystem
from tests.end_to_end.answering import answer, made, receive, refuse, seen
from tests.end_to_end.clients import Api, Station, dial_2x
from tests.end_to_end.test_2x_cost import tell

DRIVER = {"idToken": "RIDER", "type": "ISO14443"}


async def swap(station: Station, request_id: int, event_type: str, *batteries: tuple[int, str, float]) -> None:
    data = [{"evseId": bay, "serialNumber": number, "soC": soc, "soH": 95.5} for bay, number, soc in batteries]
    said = {"requestId": request_id, "idToken": DRIVER, "eventType": event_type, "batteryData": data}
    assert await station.call("BatterySwap", **said) == {}


async def swaps(api: Api, station_id: str) -> list[Any]:
    items: list[Any] = (await seen(api, "battery-swaps", station_id=station_id))["items"]
    return items


@pytest.mark.requirement("M21-048", "S02")
async def test_a_station_is_asked_for_a_swap_and_its_refusal_is_told(system: LocalSystem, api: Api) -> None:
    async with dial_2x(system, "S1", "2.1") as station:
        asked = await made(api, "POST", "stations", "S1", "battery-swaps", body={"id_token": "APP"})
        frame = await receive(station, "RequestBatterySwap")
        assert frame[3] == {"idToken": {"idToken": "APP", "type": "ISO14443"}, "requestId": asked["request_id"]}
        assert asked["state"] == "requested"
        no = {"status": "Rejected", "statusInfo": {"reasonCode": "NoBatteryAvailable"}}
        await answer(api, station, frame, no)
        (shown,) = await swaps(api, "S1")
        assert (shown["state"], shown["reason_code"]) == ("refused", "NoBatteryAvailable")
        await made(api, "POST", "stations", "S1", "battery-swaps", body={"id_token": "APP"})
        await refuse(api, station, await receive(station, "RequestBatterySwap"), "NotImplemented")
        assert sorted(one["answer"] for one in await swaps(api, "S1")) == ["NotImplemented", "Rejected"]


@pytest.mark.requirement("M21-049", "S01", "S02", "S04")
async def test_what_is_brought_and_what_is_taken_is_one_swap(system: LocalSystem, api: Api) -> None:
    async with dial_2x(system, "S2", "2.1") as station:
        asked = await made(api, "POST", "stations", "S2", "battery-swaps", body={"id_token": "RIDER"})
        await answer(api, station, await receive(station, "RequestBatterySwap"))
        number = asked["request_id"]
        await swap(station, number, "BatteryIn", (1, "OLD-1", 12), (2, "OLD-2", 9.5))
        (shown,) = await swaps(api, "S2")
        assert shown["state"] == "in"
        for bay in (1, 2):
            await tell(station, "Started", 0, 0, 0, of=f"S2-{bay}", evse={"id": bay}, idToken=DRIVER)
        await swap(station, number, "BatteryOut", (3, "NEW-1", 98), (4, "NEW-2", 97))
        for _ in range(2):  # the station did not hear our answer
            await swap(station, number, "BatteryOut", (3, "NEW-1", 98), (4, "NEW-2", 97))
        (shown,) = await swaps(api, "S2")
        assert (shown["state"], shown["call_id"], shown["id_token"]) == ("completed", asked["call_id"], "RIDER")
        assert [one["serial_number"] for one in shown["batteries_in"]] == ["OLD-1", "OLD-2"]
        assert [(one["evse_id"], one["soc_percent"], one["soh_percent"]) for one in shown["batteries_out"]] == [
            (3, 98, 95.5),
            (4, 97, 95.5),
        ]
        assert len(await charging(api)) == 2


async def charging(api: Api) -> list[Any]:
    items: list[Any] = (await seen(api, "transactions", station_id="S2", state="active"))["items"]
    return items


@pytest.mark.requirement("M21-050", "S03")
async def test_batteries_that_nobody_takes_are_marked(system: LocalSystem, api: Api) -> None:
    async with dial_2x(system, "S3", "2.1") as station:
        await swap(station, 7, "BatteryOutTimeout", (3, "NEW-1", 98))
        await swap(station, 7, "BatteryIn", (1, "OLD-1", 12))
        (shown,) = await swaps(api, "S3")
        assert (shown["state"], shown["batteries_out"]) == ("timed_out", [])
        await swap(station, 7, "BatteryOut", (3, "NEW-1", 99))
        (shown,) = await swaps(api, "S3")
        assert shown["state"] == "completed"
        assert shown["timed_out_at"] is not None
        everywhere = (await seen(api, "battery-swaps", limit=1))["items"]
        assert len(everywhere) == 1
