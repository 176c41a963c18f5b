"""Stations of OCPP 2.1 that calculate costs themselves (I07 to I12), and limits of transactions (E16, C17)."""

import asyncio
from typing import Any

import pytest

from local.system import LocalSystem
from tests.end_to_end.answering import answer, made, receive, refuse, seen
from tests.end_to_end.clients import Api, Station, dial_2x
from tests.end_to_end.test_2x_cost import event, iso, price, put, tell

KWH = {"prices": [{"price": 0.4}], "tax_rates": [{"type": "VAT", "percent": 19, "stack": 0}]}
LIMIT = {"maxCost": 5.0, "maxEnergy": 9000}


async def clear(api: Api, station_id: str, **query: Any) -> Any:
    response = await asyncio.to_thread(api.ask, "DELETE", "stations", station_id, "tariffs", params=query)
    assert response.status_code == 202, response.text
    return response.json()


async def given(api: Api, station: Station, tariff_id: str, status: str, evse_id: int = 0) -> Any:
    """The call by which a station is given a default tariff, which it answers so."""
    body = {"tariff_id": tariff_id}
    path = ("stations", station.station_id, "default-tariff")
    response = await asyncio.to_thread(api.ask, "PUT", *path, json=body, params={"evse_id": evse_id})
    assert response.status_code == 202, response.text
    frame = await receive(station, "SetDefaultTariff")
    assert frame[3]["evseId"] == evse_id
    await answer(api, station, frame, {"status": status})
    return frame[3]["tariff"]


@pytest.mark.requirement("M21-025", "I07")
async def test_a_default_tariff_is_sent_with_all_that_it_says(system: LocalSystem, api: Api) -> None:
    peak = {"start_time_of_day": "08:00", "end_time_of_day": "20:00", "days": ["Monday"], "min_energy_wh": 500.5}
    await put(
        api,
        "tariffs",
        "whole",
        currency="EUR",
        energy={"prices": [{"price": 0.6, "conditions": peak}, {"price": 0.4}], "tax_rates": KWH["tax_rates"]},
        charging_time=price(0.01, min_charging_time_s=3600),
        idle_time=price(0.1),
        fixed_fee=price(1, payment_brand="visa"),
        reservation_time=price(0.05),
        min_cost={"excl_tax": 1},
        max_cost={"incl_tax": 50},
        description=[{"language": "en", "content": "Peak and off-peak"}],
        valid_from="2026-01-01T00:00:00Z",
    )
    async with dial_2x(system, "J1", "2.1") as station:
        said = await given(api, station, "whole", "Accepted", 1)
        assert said == {
            "tariffId": "whole",
            "currency": "EUR",
            "description": [{"format": "UTF8", "content": "Peak and off-peak", "language": "en"}],
            "validFrom": "2026-01-01T00:00:00Z",
            "energy": {
                "prices": [
                    {
                        "priceKwh": 0.6,
                        "conditions": {
                            "startTimeOfDay": "08:00",
                            "endTimeOfDay": "20:00",
                            "dayOfWeek": ["Monday"],
                            "minEnergy": 500.5,
                        },
                    },
                    {"priceKwh": 0.4},
                ],
                "taxRates": [{"type": "VAT", "tax": 19.0, "stack": 0}],
            },
            "chargingTime": {"prices": [{"priceMinute": 0.01, "conditions": {"minChargingTime": 3600}}]},
            "idleTime": {"prices": [{"priceMinute": 0.1}]},
            "fixedFee": {"prices": [{"priceFixed": 1.0, "conditions": {"paymentBrand": "visa"}}]},
            "reservationTime": {"prices": [{"priceMinute": 0.05}]},
            "minCost": {"exclTax": 1.0},
            "maxCost": {"inclTax": 50.0},
        }
        (shown,) = (await seen(api, "stations", "J1", "tariffs"))["items"]
        assert (shown["tariff_id"], shown["kind"], shown["evse_id"]) == ("whole", "DefaultTariff", 1)


@pytest.mark.requirement("M21-025", "I07")
async def test_what_a_station_does_not_take_is_told_and_changes_nothing(system: LocalSystem, api: Api) -> None:
    await put(api, "tariffs", "refused", currency="EUR", energy=KWH)
    async with dial_2x(system, "J2", "2.1") as station:
        for status in ("TooManyElements", "ConditionNotSupported", "DuplicateTariffId", "Rejected"):
            await given(api, station, "refused", status)
            (call, *_) = (await seen(api, "stations", "J2", "calls"))["items"]
            assert call["answer"] == {"status": status}
        assert (await seen(api, "stations", "J2", "tariffs"))["items"] == []
        await put(api, "tariffs", "refused", currency="EUR", energy=price(0.5))
        assert (await given(api, station, "refused", "Accepted"))["tariffId"] == "refused#2"


@pytest.mark.requirement("M21-027", "I09", "I10")
async def test_the_tariffs_of_a_station_are_asked_for_and_cleared(system: LocalSystem, api: Api) -> None:
    async with dial_2x(system, "J3", "2.1") as station:

        async def known() -> list[tuple[str, str, int]]:
            items = (await seen(api, "stations", "J3", "tariffs"))["items"]
            return [(one["wire_id"], one["kind"], one["evse_id"]) for one in items]

        await made(api, "POST", "stations", "J3", "tariffs", "refresh", body={})
        frame = await receive(station, "GetTariffs")
        assert frame[3] == {"evseId": 0}
        assigned = [
            {"tariffId": "A", "tariffKind": "DefaultTariff", "evseIds": [1, 2], "validFrom": iso(0)},
            {"tariffId": "B", "tariffKind": "DriverTariff", "evseIds": [1], "idTokens": ["TAG"]},
        ]
        await answer(api, station, frame, {"status": "Accepted", "tariffAssignments": assigned})
        everything = [("A", "DefaultTariff", 1), ("B", "DriverTariff", 1), ("A", "DefaultTariff", 2)]
        assert await known() == everything
        await clear(api, "J3", tariff_id="B")
        frame = await receive(station, "ClearTariffs")
        assert frame[3] == {"tariffIds": ["B"]}
        await answer(api, station, frame, {"clearTariffsResult": [{"tariffId": "B", "status": "Rejected"}]})
        assert await known() == everything
        await clear(api, "J3", evse_id=2)
        frame = await receive(station, "ClearTariffs")
        assert frame[3] == {"evseId": 2}
        await answer(api, station, frame, {"clearTariffsResult": [{"tariffId": "A", "status": "Accepted"}]})
        assert await known() == everything[:2]
        await clear(api, "J3")
        frame = await receive(station, "ClearTariffs")
        assert frame[3] == {}
        await answer(api, station, frame, {"clearTariffsResult": [{"status": "Accepted"}]})
        assert await known() == []
        await made(api, "POST", "stations", "J3", "tariffs", "refresh", body={})
        ended = await answer(api, station, await receive(station, "GetTariffs"), {"status": "NoTariff"})
        assert ended["answer"] == {"status": "NoTariff"}


@pytest.mark.requirement("M21-026", "I08")
async def test_a_driver_brings_his_tariff_with_its_taxes(system: LocalSystem, api: Api) -> None:
    await put(api, "tariffs", "driver", currency="EUR", energy=KWH, idle_time=KWH)
    await put(api, "id-tokens", "DRIVER", tariff_id="driver")
    async with dial_2x(system, "J4", "2.1") as station:
        said = await station.call("Authorize", idToken={"idToken": "DRIVER", "type": "ISO14443"})
        assert said["tariff"]["tariffId"] == "driver"
        for part in ("energy", "idleTime"):
            assert said["tariff"][part]["taxRates"] == [{"type": "VAT", "tax": 19.0, "stack": 0}]


@pytest.mark.requirement("M21-028", "I11")
async def test_a_transaction_goes_on_with_another_tariff(system: LocalSystem, api: Api) -> None:
    await put(api, "tariffs", "first", currency="EUR", energy=price(1), fixed_fee=price(1))
    await put(api, "tariffs", "other", currency="EUR", energy=price(9), description=[{"content": "Now 9 EUR"}])
    await put(api, "tariffs", "dollars", currency="USD", energy=price(9))
    await put(api, "stations", "J5", tariff_id="first")
    path = ("transactions", "J5", "tariff")
    async with dial_2x(system, "J5", "2.1") as station:
        charging = {"chargingState": "Charging"}
        await tell(station, "Started", 0, 0, 0, of="J5", evse={"id": 1}, info=charging)
        for status in ("Rejected", "TooManyElements", "ConditionNotSupported", "TxNotFound", "NoCurrencyChange"):
            change = await made(api, "PUT", *path, body={"tariff_id": "other"})
            frame = await receive(station, "ChangeTransactionTariff")
            assert (frame[3]["transactionId"], frame[3]["tariff"]["tariffId"]) == ("J5", "other")
            assert (await answer(api, station, frame, {"status": status}))["answer"] == {"status": status}
            assert change["call"]["call_id"] == frame[1]
        assert (await seen(api, "transactions", "J5"))["cost"]["tariff_id"] == "first"
        await made(api, "PUT", *path, body={"tariff_id": "other"})
        await answer(api, station, await receive(station, "ChangeTransactionTariff"))
        after = await tell(
            station, "Updated", 1, 1, 1000, of="J5", info={"tariffId": "other"}, triggerReason="TariffChanged"
        )
        assert after["updatedPersonalMessage"]["content"] == "Now 9 EUR"
        assert "updatedPersonalMessage" not in await tell(station, "Updated", 2, 2, 2000, of="J5")
        shown = await seen(api, "transactions", "J5")
        assert (shown["cost"]["tariff_id"], shown["cost"]["assigned_by"]) == ("other", "operator")
        assert shown["tariff_id"] == "other"
        wrong = await asyncio.to_thread(lambda: api.ask("PUT", *path, json={"tariff_id": "dollars"}))
        assert wrong.status_code == 409


@pytest.mark.requirement("I11", "M20-099", "I06")
async def test_where_a_station_calculates_nothing_the_tariff_changes_at_once(system: LocalSystem, api: Api) -> None:
    await put(api, "tariffs", "old", currency="EUR", energy=price(1))
    await put(api, "tariffs", "new", currency="EUR", energy=price(2), description=[{"content": "2 EUR"}])
    async with dial_2x(system, "J6", "2.0.1") as station:
        await tell(station, "Started", 0, 0, 0, of="J6", evse={"id": 1}, info={"chargingState": "Charging"})
        changed = await asyncio.to_thread(lambda: api.put("transactions", "J6", "tariff", tariff_id="new"))
        assert changed["call"] is None
        after = await tell(station, "Updated", 1, 1, 1000, of="J6")
        assert after["updatedPersonalMessage"]["content"] == "2 EUR"
        assert (await tell(station, "Ended", 2, 2, 2000, of="J6"))["totalCost"] == 4


@pytest.mark.requirement("M21-029", "I12")
async def test_what_a_station_has_calculated_is_kept_and_compared(system: LocalSystem, api: Api) -> None:
    await put(api, "tariffs", "same", currency="EUR", energy=price(0.5))
    await put(api, "stations", "J7", tariff_id="same")
    usage = {"energy": 4.0, "chargingTime": 1800, "idleTime": 0}
    period = {"startPeriod": iso(0), "dimensions": [{"type": "IdleTIme", "volume": 0}], "tariffId": "same"}
    async with dial_2x(system, "J7", "2.1") as station:
        for name, total in (("J7-same", 2.0), ("J7-other", 2.5)):
            await tell(station, "Started", 0, 0, 0, of=name, evse={"id": 1}, info={"chargingState": "Charging"})
            cost = {"currency": "EUR", "typeOfCost": "NormalCost", "total": {"exclTax": total}}
            details = {"totalCost": cost, "totalUsage": usage, "chargingPeriods": [period]}
            await tell(station, "Ended", 1, 30, 4000, of=name, costDetails=details)
            shown = await seen(api, "transactions", name)
            assert (shown["total_cost"], shown["station_cost"]) == (2.0, total)
            assert ("cost_differs" in shown["flags"]) == (total != 2.0)
            *_, last = (await seen(api, "transactions", name, "events"))["items"]
            assert last["cost_details"] == details


# ---------------------------------------------------------------------- limits


@pytest.mark.requirement("M21-016", "C17")
async def test_a_prepaid_card_charges_for_what_is_left_and_then_no_more(system: LocalSystem, api: Api) -> None:
    await put(api, "tariffs", "prepaid", currency="EUR", energy=price(1))
    await put(api, "id-tokens", "CARD", tariff_id="prepaid", balance=5, limit={"max_cost": 8})
    card = {"idToken": "CARD", "type": "ISO14443"}
    async with dial_2x(system, "J8", "2.1") as station:
        info = (await station.call("Authorize", idToken=card))["idTokenInfo"]
        assert info["status"] == "Accepted"
        assert "cacheExpiryDateTime" in info
        begun = await tell(station, "Started", 0, 0, 0, of="J8", evse={"id": 1}, idToken=card)
        assert begun["transactionLimit"] == {"maxCost": 5.0}
        reached: dict[str, Any] = {"triggerReason": "CostLimitReached", "info": {"chargingState": "SuspendedEVSE"}}
        await tell(station, "Updated", 1, 10, 5000, of="J8", **reached)
        ended = event("Ended", 2, 20, 5000, of="J8")
        for _ in range(2):
            assert (await station.call("TransactionEvent", **ended))["totalCost"] == 5
        assert (await seen(api, "id-tokens", "CARD"))["balance"] == 0
        info = (await station.call("Authorize", idToken=card))["idTokenInfo"]
        assert info["status"] == "NoCredit"
        assert "cacheExpiryDateTime" in info
        refused = await tell(station, "Started", 0, 30, 0, of="J8-2", evse={"id": 1}, idToken=card)
        assert refused["idTokenInfo"]["status"] == "NoCredit"
        assert "transactionLimit" not in refused


@pytest.mark.requirement("M21-023", "E16")
async def test_limits_of_the_station_and_of_ours_are_merged(system: LocalSystem, api: Api) -> None:
    await put(api, "id-tokens", "LIMITED", limit={"max_cost": 5, "max_energy_wh": 9000})
    token = {"idToken": "LIMITED", "type": "ISO14443"}
    async with dial_2x(system, "J9", "2.1") as station:
        ours = await tell(station, "Started", 0, 0, 0, of="J9-ours", evse={"id": 1}, idToken=token)
        assert ours["transactionLimit"] == LIMIT
        confirmed: dict[str, Any] = {"triggerReason": "LimitSet", "info": {"transactionLimit": LIMIT}}
        assert "transactionLimit" not in await tell(station, "Updated", 1, 1, of="J9-ours", **confirmed)
        both = {"transactionLimit": {"maxEnergy": 8000, "maxTime": 600}}
        merged = await tell(station, "Started", 0, 5, 0, of="J9-both", evse={"id": 1}, idToken=token, info=both)
        assert merged["transactionLimit"] == {"maxCost": 5.0}
        shown = await seen(api, "transactions", "J9-both")
        assert shown["transaction_limit"]["max_time_s"] == 600
        own = {"transactionLimit": {"maxSoC": 80}}
        theirs = await tell(station, "Started", 0, 9, 0, of="J9-theirs", evse={"id": 1}, info=own)
        assert "transactionLimit" not in theirs


@pytest.mark.requirement("M21-025")
async def test_a_station_that_knows_no_tariffs_says_so(system: LocalSystem, api: Api) -> None:
    async with dial_2x(system, "J10", "2.1") as station:
        await made(api, "POST", "stations", "J10", "tariffs", "refresh", body={})
        assert (await refuse(api, station, await receive(station, "GetTariffs")))["error"]["code"] == "NotSupported"
