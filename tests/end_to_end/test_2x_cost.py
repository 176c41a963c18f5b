"""What charging costs, and what drivers are told of it (block I of OCPP 2.0.1; the same for 1.6)."""

import asyncio
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from local.system import LocalSystem
from shared.ocpp.messages import V2X
from tests.end_to_end.answering import answer, made, receive, seen
from tests.end_to_end.clients import Api, Station, dial, dial_2x

both = pytest.mark.parametrize("version", V2X)
START = datetime(2026, 11, 23, 8, tzinfo=UTC)
TEXTS = [
    {"language": "en", "content": "0.50 EUR per kWh and 0.10 EUR for every minute that you stay longer"},
    {"language": "de", "content": "0,50 EUR je kWh"},
]


def iso(minute: int) -> str:
    return (START + timedelta(minutes=minute)).isoformat().replace("+00:00", "Z")


def price(amount: float, **conditions: Any) -> dict[str, Any]:
    return {"prices": [{"price": amount, "conditions": conditions or None}]}


def event(kind: str, seq_no: int, minute: int, wh: int | None = None, **more: Any) -> dict[str, Any]:
    """An event of the transaction `more["of"]`."""
    info = {"transactionId": more.pop("of"), **more.pop("info", {})}
    said = {"eventType": kind, "seqNo": seq_no, "timestamp": iso(minute), "triggerReason": "MeterValuePeriodic"}
    if wh is not None:
        said["meterValue"] = [{"timestamp": iso(minute), "sampledValue": [{"value": wh}]}]
    return {**said, "transactionInfo": info, **more}


async def tell(station: Station, kind: str, seq_no: int, minute: int, wh: int | None = None, **more: Any) -> Any:
    return await station.call("TransactionEvent", **event(kind, seq_no, minute, wh, **more))


async def put(api: Api, *path: str, **body: Any) -> Any:
    return await asyncio.to_thread(lambda: api.put(*path, **body))


@pytest.mark.requirement("M20-098", "I02", "I03")
@both
async def test_the_running_and_the_final_cost_are_in_the_answers(system: LocalSystem, api: Api, version: str) -> None:
    name = f"I1-{version}"
    await put(
        api,
        "tariffs",
        f"day-{version}",
        currency="EUR",
        energy={"prices": [{"price": 0.5}], "tax_rates": [{"type": "VAT", "percent": 19}]},
        idle_time=price(0.1),
        fixed_fee=price(1),
        running_cost=True,
    )
    await put(api, "stations", name, tariff_id=f"day-{version}")
    async with dial_2x(system, name, version) as station:
        first = await tell(station, "Started", 0, 0, 1000, of=name, evse={"id": 1}, info={"chargingState": "Charging"})
        assert first["totalCost"] == 1
        assert (await tell(station, "Updated", 1, 30, 5000, of=name))["totalCost"] == 3.38
        suspended = await tell(station, "Updated", 2, 60, 9000, of=name, info={"chargingState": "SuspendedEV"})
        assert suspended["totalCost"] == 5.76
        ended = event("Ended", 3, 70, 9000, of=name)
        assert (await station.call("TransactionEvent", **ended))["totalCost"] == 6.76
        assert (await station.call("TransactionEvent", **ended))["totalCost"] == 6.76
        shown = await seen(api, "transactions", name)
        assert (shown["total_cost"], shown["currency"], shown["energy_wh"]) == (6.76, "EUR", 8000)
        assert shown["cost"]["excl_tax"] == 6.0
        assert [(one["kind"], one["volume"], one["unit"]) for one in shown["cost"]["parts"]] == [
            ("fixed_fee", 1, "once"),
            ("energy", 8, "kWh"),
            ("idle_time", 10, "min"),
        ]


@pytest.mark.requirement("M20-098", "I03")
@both
async def test_free_is_zero_and_without_a_tariff_nothing_is_said(system: LocalSystem, api: Api, version: str) -> None:
    await put(api, "tariffs", "free", currency="EUR")
    await put(api, "id-tokens", f"GUEST-{version}", tariff_id="free")
    async with dial_2x(system, f"I2-{version}", version) as station:
        token = {"idToken": f"GUEST-{version}", "type": "ISO14443"}
        free, unknown = f"I2-free-{version}", f"I2-none-{version}"
        assert "totalCost" not in await tell(station, "Started", 0, 0, 0, of=free, evse={"id": 1}, idToken=token)
        assert (await tell(station, "Ended", 1, 5, 100, of=free))["totalCost"] == 0
        await tell(station, "Started", 0, 10, 0, of=unknown, evse={"id": 1})
        assert "totalCost" not in await tell(station, "Ended", 1, 15, 100, of=unknown)
        assert (await seen(api, "transactions", unknown))["total_cost"] is None


@pytest.mark.requirement("M20-098", "I03")
@both
async def test_neither_order_nor_repetition_nor_a_later_tariff_changes_the_cost(
    system: LocalSystem, api: Api, version: str
) -> None:
    name, tariff = f"I3-{version}", f"night-{version}"
    cheap_at_first = {"prices": [{"price": 0.2, "conditions": {"max_energy_wh": 2000}}, {"price": 0.6}]}
    await put(api, "tariffs", tariff, currency="EUR", energy=cheap_at_first)
    await put(api, "stations", name, evse_tariff_ids={"1": tariff})
    charging = {"chargingState": "Charging"}
    async with dial_2x(system, name, version) as station:
        said = [
            event("Started", 0, 0, 0, of=name, evse={"id": 1}, info=charging),
            event("Updated", 1, 10, 1000, of=name),
            event("Updated", 2, 20, 3000, of=name),
            event("Ended", 3, 30, 4000, of=name, offline=True),
        ]
        for number in (0, 3, 2, 2):
            await station.call("TransactionEvent", **said[number])
            await put(api, "tariffs", tariff, currency="EUR", energy=price(9))
        assert (await station.call("TransactionEvent", **said[1]))["totalCost"] == 1.6
        assert (await seen(api, "transactions", name))["total_cost"] == 1.6


@pytest.mark.requirement("M20-097", "I02")
@both
async def test_the_cost_so_far_is_sent_on_request(system: LocalSystem, api: Api, version: str) -> None:
    name = f"I4-{version}"
    await put(api, "tariffs", f"kwh-{version}", currency="EUR", energy=price(0.4))
    await put(api, "stations", name, tariff_id=f"kwh-{version}")
    async with dial_2x(system, name, version) as station:
        await tell(station, "Started", 0, 0, 0, of=name, evse={"id": 1}, info={"chargingState": "Charging"})
        assert "totalCost" not in await tell(station, "Updated", 1, 30, 5000, of=name)
        sent = await made(api, "POST", "transactions", name, "cost-updates", body={})
        frame = await receive(station, "CostUpdated")
        assert frame[1] == sent["call_id"]
        assert frame[3] == {"totalCost": 2.0, "transactionId": name}
        assert (await answer(api, station, frame, {}))["state"] == "answered"


@pytest.mark.requirement("M20-099", "I01", "I06")
@both
async def test_drivers_read_their_tariff_in_their_language(system: LocalSystem, api: Api, version: str) -> None:
    name = f"I5-{version}"
    await put(api, "tariffs", "spoken", currency="EUR", energy=price(0.5), description=TEXTS)
    await put(api, "groups", f"FLEET-{version}", tariff_id="spoken")
    await put(api, "id-tokens", f"OWN-{version}", tariff_id="spoken", language="de-AT")
    await put(api, "id-tokens", f"GROUP-{version}", group_id=f"FLEET-{version}", language="en")
    async with dial_2x(system, name, version) as station:
        own, of_group = ({"idToken": f"{one}-{version}", "type": "ISO14443"} for one in ("OWN", "GROUP"))
        info = (await station.call("Authorize", idToken=own))["idTokenInfo"]
        assert info["personalMessage"] == {"format": "UTF8", "language": "de", "content": "0,50 EUR je kWh"}
        begun = await tell(station, "Started", 0, 0, 0, of=name, evse={"id": 1}, idToken=of_group)
        assert begun["idTokenInfo"]["personalMessage"]["content"] == TEXTS[0]["content"]


@pytest.mark.requirement("M20-099", "I01")
async def test_a_message_is_no_longer_than_the_station_can_show(system: LocalSystem, api: Api) -> None:
    await put(api, "tariffs", "long", currency="EUR", energy=price(0.5), description=TEXTS)
    await put(api, "id-tokens", "READER", tariff_id="long", language="en")
    async with dial_2x(system, "I6", "2.0.1") as station:
        size = {
            "component": {"name": "DisplayMessageCtrlr"},
            "variable": {"name": "PersonalMessageSize"},
            "variableAttribute": [{"value": "20", "mutability": "ReadOnly"}],
        }
        told = await made(api, "POST", "stations", "I6", "calls", body=BASE_REPORT)
        frame = await receive(station, "GetBaseReport")
        await answer(api, station, frame)
        report = {"requestId": frame[3]["requestId"], "generatedAt": iso(0), "seqNo": 0, "tbc": False}
        await station.call("NotifyReport", **report, reportData=[size])
        assert told["call_id"] == frame[1]
        info = (await station.call("Authorize", idToken={"idToken": "READER", "type": "ISO14443"}))["idTokenInfo"]
        assert info["personalMessage"]["content"] == "0.50 EUR per kWh an…"


BASE_REPORT = {"action": "GetBaseReport", "payload": {"reportBase": "FullInventory"}}


@pytest.mark.requirement("M20-098", "I03")
async def test_a_transaction_of_1_6_is_billed_like_any_other(system: LocalSystem, api: Api) -> None:
    await put(api, "tariffs", "old", currency="EUR", energy=price(0.5), charging_time=price(0.01), idle_time=price(0.1))
    await put(api, "id-tokens", "DRIVER", tariff_id="old")
    async with dial(system, "I7") as station:
        await station.call("BootNotification", chargePointVendor="V", chargePointModel="M")
        begun = await station.call("StartTransaction", connectorId=1, idTag="DRIVER", meterStart=1000, timestamp=iso(0))
        number = begun["transactionId"]
        value = {"timestamp": iso(30), "sampledValue": [{"value": "5000"}]}
        await station.call("MeterValues", connectorId=1, transactionId=number, meterValue=[value])
        assert (await seen(api, "transactions", str(number)))["total_cost"] is None
        await station.call("StopTransaction", transactionId=number, meterStop=5000, timestamp=iso(45))
        shown = await seen(api, "transactions", str(number))
        assert (shown["total_cost"], shown["currency"]) == (3.8, "EUR")
        assert shown["cost"]["idle_time_s"] == 900


@pytest.mark.requirement("M20-098")
async def test_what_has_begun_is_not_touched_by_a_change_of_the_tariff_and_revisions_are_guarded(
    system: LocalSystem, api: Api
) -> None:
    first = await asyncio.to_thread(api.ask, "PUT", "tariffs", "guarded", json={"currency": "EUR"})
    again = {"json": {"currency": "EUR", "fixed_fee": price(1)}, "headers": {"If-Match": first.headers["ETag"]}}
    second = await asyncio.to_thread(lambda: api.ask("PUT", "tariffs", "guarded", **again))
    assert (second.status_code, second.json()["revision"], second.json()["wire_id"]) == (200, 2, "guarded#2")
    assert (await asyncio.to_thread(lambda: api.ask("PUT", "tariffs", "guarded", **again))).status_code == 412
    assert (await asyncio.to_thread(api.ask, "DELETE", "tariffs", "guarded")).status_code == 204
    anew = await put(api, "tariffs", "guarded", currency="CHF")
    assert anew["revision"] == 3
    wrong = {"currency": "EUR", "energy": {"prices": []}}
    assert (await asyncio.to_thread(lambda: api.ask("PUT", "tariffs", "wrong", json=wrong))).status_code == 422
