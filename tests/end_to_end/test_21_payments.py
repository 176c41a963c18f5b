"""Payments at stations of OCPP 2.1: terminals, settlements, VAT numbers, QR codes (use cases C17 to C25)."""

import asyncio
from datetime import UTC, datetime
from typing import Any

import pytest
from requests import Response

from local.system import LocalSystem
from shared.domain.payments import WebPayments, payment_id, totp
from tests.end_to_end.answering import answer, ask, made, nothing_comes, receive, refuse, seen
from tests.end_to_end.clients import Api, Station, dial_2x
from tests.end_to_end.test_2x_cost import iso, price, put, tell

COMPANY = {"name": "Fleet Ltd", "address1": "1 High Street", "city": "Leeds", "country": "GB", "postalCode": "LS1"}
TEMPLATE = "https://pay.example/{chargingStationId}/{evse}/{totp}?v={version}"


def order(station_id: str, **more: Any) -> dict[str, Any]:
    return {"station_id": station_id, "evse_id": 1, "currency": "EUR", "limit": {"max_cost": 20}, **more}


def settlement(psp_ref: str, status: str, **more: Any) -> dict[str, Any]:
    amount = {"Settled": 12.34}.get(status, 0)
    return {"pspRef": psp_ref, "status": status, "settlementAmount": amount, "settlementTime": iso(0), **more}


# ---------------------------------------------------------------------- a terminal that belongs to the station


@pytest.mark.requirement("M21-017", "C18")
async def test_a_vat_number_is_validated_and_both_ids_are_echoed(system: LocalSystem) -> None:
    async with dial_2x(system, "C1", "2.1") as station:
        good = await station.call("VatNumberValidation", vatNumber="NL853746333B01", evseId=2)
        assert (good["status"], good["vatNumber"], good["evseId"]) == ("Accepted", "NL853746333B01", 2)
        assert good["company"]["country"] == "NL"
        assert await station.call("VatNumberValidation", vatNumber="NL12") == {
            "status": "Rejected",
            "vatNumber": "NL12",
        }


@pytest.mark.requirement("M21-018", "C20")
async def test_a_payment_that_was_cancelled_is_kept(system: LocalSystem, api: Api) -> None:
    async with dial_2x(system, "C2", "2.1") as station:
        await tell(station, "Started", 0, 0, 0, of="C2", evse={"id": 1})
        await tell(station, "Ended", 1, 1, 0, of="C2", info={"stoppedReason": "Local"})
        said = settlement("CANCELLED", "Canceled", transactionId="C2", statusInfo="The driver changed his mind")
        assert await station.call("NotifySettlement", **said) == {}
        (shown,) = (await seen(api, "payments", station_id="C2"))["items"]
        assert (shown["state"], shown["transaction_id"], shown["settled_amount"]) == ("cancelled", "C2", 0)
        assert shown["reason"] == "The driver changed his mind"


@pytest.mark.requirement("C19")
async def test_a_payment_that_was_cancelled_before_anything_began_is_kept(system: LocalSystem, api: Api) -> None:
    async with dial_2x(system, "C19", "2.1") as station:
        assert await station.call("NotifySettlement", **settlement("BEFORE", "Canceled")) == {}
        (shown,) = (await seen(api, "payments", station_id="C19"))["items"]
        assert (shown["state"], shown["transaction_id"], shown["settled_amount"]) == ("cancelled", None, 0)


@pytest.mark.requirement("M21-019", "C21", "C22")
async def test_settlements_stand_in_the_ledger_and_we_make_receipts(system: LocalSystem, api: Api) -> None:
    async with dial_2x(system, "C3", "2.1") as station:
        for status, state in (("Settled", "settled"), ("Failed", "failed"), ("Rejected", "rejected")):
            said = settlement(status, status, vatNumber="GB123456789", vatCompany=COMPANY)
            receipt = await station.call("NotifySettlement", **said)
            assert receipt["receiptUrl"].startswith("https://receipts.example/")
            assert await station.call("NotifySettlement", **said) == receipt
            shown = await seen(api, "payments", payment_id("C3", status))
            assert (shown["state"], shown["receipt_url"]) == (state, receipt["receiptUrl"])
            assert shown["company"]["postal_code"] == "LS1"
        own = settlement("OWN", "Settled", receiptId="7", receiptUrl="https://station.example/7")
        assert await station.call("NotifySettlement", **own) == {}
        assert (await seen(api, "payments", payment_id("C3", "OWN")))["receipt_id"] == "7"
        # The provider refused at first; then it went through. The older word may come again.
        later = settlement("Rejected", "Settled") | {"settlementTime": iso(5)}
        await station.call("NotifySettlement", **later)
        await station.call("NotifySettlement", **settlement("Rejected", "Rejected"))
        assert (await seen(api, "payments", payment_id("C3", "REJECTED")))["state"] == "settled"
        assert len((await seen(api, "payments", station_id="C3"))["items"]) == 4


# ---------------------------------------------------------------------- payments that we begin


async def charge(api: Api, station: Station, token: dict[str, Any], kwh: int) -> dict[str, Any]:
    """A transaction with a token; returns the answer to its first event."""
    name = f"{station.station_id}-tx"
    begun: dict[str, Any] = await tell(station, "Started", 0, 0, 0, of=name, evse={"id": 1}, idToken=token)
    await tell(station, "Ended", 1, 60, 1000 * kwh, of=name)
    return begun


@pytest.mark.requirement("M21-020", "C24")
async def test_a_terminal_that_stands_alone_starts_with_its_reference_and_a_limit(
    system: LocalSystem, api: Api
) -> None:
    await put(api, "tariffs", "adhoc", currency="EUR", energy=price(0.5))
    await put(api, "stations", "C4", tariff_id="adhoc")
    async with dial_2x(system, "C4", "2.1") as station:
        paid = await made(
            api, "POST", "payments", body=order("C4", psp_ref="PSP-4", card_last4_digits="4242", limit={"max_cost": 5})
        )
        assert (paid["state"], paid["psp_ref"]) == ("authorized", "PSP-4")
        frame = await receive(station, "RequestStartTransaction")
        token = frame[3]["idToken"]
        assert frame[3]["evseId"] == 1
        assert token == {
            "idToken": "PSP-4",
            "type": "DirectPayment",
            "additionalInfo": [
                {"type": "PspRef", "additionalIdToken": "PSP-4"},
                {"type": "CardLast4Digits", "additionalIdToken": "4242"},
            ],
        }
        await answer(api, station, frame)
        begun = await charge(api, station, token, 8)
        assert begun["idTokenInfo"]["status"] == "Accepted"
        assert begun["transactionLimit"] == {"maxCost": 5.0}
        shown = await seen(api, "payments", paid["payment_id"])
        assert (shown["state"], shown["settled_amount"], shown["transaction_id"]) == ("settled", 4.0, "C4-tx")
        assert shown["receipt_url"]
        again = await ask(api, "POST", "payments", body=order("C4", psp_ref="psp-4"))
        assert again.status_code == 409
        # What is paid for once is charged once.
        more = await tell(station, "Started", 2, 90, 0, of="C4-more", evse={"id": 1}, idToken=token)
        assert more["idTokenInfo"]["status"] == "Blocked"


@pytest.mark.requirement("M21-020", "C24")
async def test_a_payment_is_given_up_where_nothing_begins(system: LocalSystem, api: Api) -> None:
    await put(api, "tariffs", "given-up", currency="EUR", energy=price(0.5))
    await put(api, "stations", "C5", tariff_id="given-up")
    async with dial_2x(system, "C5", "2.1") as station:
        declined = await ask(api, "POST", "payments", body=order("C5", method="decline"))
        assert declined.status_code == 409
        refused = await made(api, "POST", "payments", body=order("C5"))
        await answer(api, station, await receive(station, "RequestStartTransaction"), {"status": "Rejected"})
        shown = await seen(api, "payments", refused["payment_id"])
        assert (shown["state"], shown["reason"]) == ("cancelled", "the transaction did not begin: Rejected")
        unknown = await made(api, "POST", "payments", body=order("C5"))
        await refuse(api, station, await receive(station, "RequestStartTransaction"), "NotSupported")
        assert (await seen(api, "payments", unknown["payment_id"]))["state"] == "cancelled"
        waiting = await made(api, "POST", "payments", body=order("C5"))
        frame = await receive(station, "RequestStartTransaction")
        await answer(api, station, frame)
        gone = await asyncio.to_thread(api.ask, "DELETE", "payments", waiting["payment_id"])
        assert gone.json()["state"] == "cancelled"
        again = await asyncio.to_thread(api.ask, "DELETE", "payments", waiting["payment_id"])
        assert again.status_code == 409
        late = await tell(station, "Started", 0, 0, 0, of="C5-late", evse={"id": 1}, idToken=frame[3]["idToken"])
        assert late["idTokenInfo"]["status"] == "Blocked"


# ---------------------------------------------------------------------- QR codes


async def with_codes(api: Api, station: Station) -> WebPayments:
    """A station that shows QR codes, as it was told."""
    path = ("stations", station.station_id, "web-payments")
    await made(api, "PUT", *path, body={"url_template": TEMPLATE, "validity_time_s": 3600, "length": 10})
    frame = await receive(station, "SetVariables")
    data = frame[3]["setVariableData"]
    told = {one["variable"]["name"]: one["attributeValue"] for one in data}
    accepted = [
        {"component": one["component"], "variable": one["variable"], "attributeStatus": "Accepted"} for one in data
    ]
    call = await answer(api, station, frame, {"setVariableResult": accepted})
    assert told["SharedSecret"] not in str(call)
    assert (told["URLTemplate"], told["TOTPVersion"], told["Enabled"]) == (TEMPLATE, "v1", "true")
    return WebPayments(
        station.station_id, TEMPLATE, told["SharedSecret"], int(told["ValidityTime"]), int(told["Length"])
    )


async def open_link(api: Api, station: Station, password: str, **more: Any) -> Response:
    body = {"evse_id": 1, "totp": password, "version": "v1", **more}
    return await ask(api, "POST", "stations", station.station_id, "web-payments", body=body)


@pytest.mark.requirement("M21-021", "M21-022", "C25")
async def test_a_driver_pays_by_the_link_of_a_qr_code(system: LocalSystem, api: Api) -> None:
    await put(api, "tariffs", "web", currency="EUR", energy=price(0.5))
    await put(api, "stations", "C6", tariff_id="web")
    async with dial_2x(system, "C6", "2.1") as station:
        settings = await with_codes(api, station)
        opened = await open_link(api, station, totp(settings, datetime.now(UTC)), timeout_s=120)
        assert opened.status_code == 202
        frame = await receive(station, "NotifyWebPaymentStarted")
        assert frame[3] == {"evseId": 1, "timeout": 120}
        await answer(api, station, frame, {})
        paid = await made(api, "POST", "payments", body=order("C6", limit={"max_cost": 10, "max_energy_wh": 9000}))
        frame = await receive(station, "RequestStartTransaction")
        await answer(api, station, frame)
        begun = await charge(api, station, frame[3]["idToken"], 9)
        assert begun["transactionLimit"] == {"maxCost": 10.0, "maxEnergy": 9000}
        shown = await seen(api, "payments", paid["payment_id"])
        assert (shown["state"], shown["settled_amount"]) == ("settled", 4.5)


@pytest.mark.requirement("M21-021", "C25")
async def test_a_link_that_is_not_the_stations_starts_nothing(system: LocalSystem, api: Api) -> None:
    async with dial_2x(system, "C7", "2.1") as station:
        assert (await open_link(api, station, "0123456789")).status_code == 409
        settings = await with_codes(api, station)
        good = totp(settings, datetime.now(UTC))
        for password, more in (
            ("0123456789", {}),
            (good, {"version": "v9"}),
            (good, {"evse_id": 0}),
            (good, {"timeout_s": -1}),
        ):
            assert (await open_link(api, station, password, **more)).status_code == 422
        for limit in ({"max_energy_wh": -5}, {"max_time_s": "long"}, {"max_cost": 0}):
            assert (await ask(api, "POST", "payments", body=order("C7", limit=limit))).status_code == 422
        assert await nothing_comes(station)
