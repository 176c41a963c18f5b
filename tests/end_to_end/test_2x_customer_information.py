"""What stations of OCPP 2.x know of customers: reported and cleared (use cases N09 and N10)."""

import json
from typing import Any

import pytest

from local.system import LocalSystem
from shared.ocpp.messages import V2X
from tests.end_to_end.answering import answer, ask, made, nothing_comes, receive, refuse, seen
from tests.end_to_end.clients import Api, Frame, Station, dial_2x

both = pytest.mark.parametrize("version", V2X)
ACTION = "CustomerInformation"
TOKEN = {"id_token": "04AABBCC", "id_token_type": "ISO14443"}
ON_THE_WIRE = {"idToken": {"idToken": "04AABBCC", "type": "ISO14443"}}
CERTIFICATE = {
    "hash_algorithm": "SHA256",
    "issuer_name_hash": "aa" * 32,
    "issuer_key_hash": "bb" * 32,
    "serial_number": "01",
}


async def asked(api: Api, station: Station, **order: Any) -> Frame:
    await made(api, "POST", "stations", station.station_id, "customer-information", body={"report": True, **order})
    return await receive(station, ACTION)


async def told(api: Api, station: Station) -> Any:
    """What came of the latest request."""
    return (await seen(api, "stations", station.station_id, "customer-information"))["items"][0]


async def page(station: Station, request_id: int, seq_no: int, data: str, *, tbc: bool | None = None) -> None:
    fields = {"requestId": request_id, "seqNo": seq_no, "generatedAt": "2026-11-23T08:00:00Z"}
    more = {} if tbc is None else {"tbc": tbc}
    assert await station.call("NotifyCustomerInformation", **fields, **more, data=data) == {}


@both
@pytest.mark.requirement("M20-133", "N09")
async def test_the_pages_of_a_report_are_one_text(
    system: LocalSystem, api: Api, version: str, capsys: pytest.CaptureFixture[str]
) -> None:
    async with dial_2x(system, f"C133-{version}", version) as station:
        frame = await asked(api, station, **TOKEN)
        request_id = frame[3]["requestId"]
        assert frame[3] == {"requestId": request_id, "report": True, "clear": False, **ON_THE_WIRE}
        await answer(api, station, frame)
        await page(station, request_id, 0, "a" * 512, tbc=True)
        assert (await told(api, station))["state"] == "open"
        await page(station, request_id, 0, "a" * 512, tbc=True)  # sent again
        await page(station, request_id, 1, "b" * 512, tbc=True)
        await page(station, request_id, 2, "c", tbc=False)
        report = await told(api, station)
        assert (report["state"], report["status"], report["call_id"]) == ("complete", "Accepted", frame[1])
        assert report["data"] == "a" * 512 + "b" * 512 + "c"
        # It is for operators, reports are for whoever may look.
        everyones = await seen(api, "stations", station.station_id, "reports", str(request_id))
        assert (everyones["state"], everyones["content"]) == ("complete", [])
        for place in ("messages", "findings", "events"):
            assert "a" * 512 not in json.dumps(await seen(api, "stations", station.station_id, place)), place
    assert "a" * 512 not in capsys.readouterr().out


@both
@pytest.mark.requirement("M20-133")
async def test_nothing_to_report_and_a_refusal_show_as_such(system: LocalSystem, api: Api, version: str) -> None:
    async with dial_2x(system, f"C28-{version}", version) as station:
        frame = await asked(api, station, customer_identifier="customer 7")
        assert frame[3]["customerIdentifier"] == "customer 7"
        await answer(api, station, frame)
        await page(station, frame[3]["requestId"], 0, "")
        report = await told(api, station)
        assert (report["state"], report["data"]) == ("complete", "")
        for status in ("Rejected", "Invalid"):
            await answer(api, station, await asked(api, station, **TOKEN), {"status": status})
            report = await told(api, station)
            assert (report["state"], report["status"], report["data"]) == ("refused", status, "")
        await refuse(api, station, await asked(api, station, **TOKEN), "InternalError")
        assert (await told(api, station))["status"] == "InternalError"


@both
@pytest.mark.requirement("M20-133", "M20-134")
async def test_a_customer_is_named_in_exactly_one_way(system: LocalSystem, api: Api, version: str) -> None:
    async with dial_2x(system, f"C4-{version}", version) as station:
        for order in (
            {"report": True},
            TOKEN,
            {**TOKEN, "report": True, "customer_identifier": "customer 7"},
            {"certificate": CERTIFICATE, "report": True, "customer_identifier": "customer 7"},
            {**TOKEN, "report": False, "clear": False},
        ):
            refused = await ask(api, "POST", "stations", station.station_id, "customer-information", body=order)
            assert refused.status_code == 422, order
        assert await nothing_comes(station)


@both
@pytest.mark.requirement("M20-134", "N10")
@pytest.mark.parametrize("report", [True, False])
async def test_what_is_cleared_may_be_reported_first(system: LocalSystem, api: Api, version: str, report: bool) -> None:
    async with dial_2x(system, f"C134-{version}-{report}", version) as station:
        for named, wire in (
            (TOKEN, ON_THE_WIRE),
            ({"customer_identifier": "customer 7"}, {"customerIdentifier": "customer 7"}),
            (
                {"certificate": CERTIFICATE},
                {
                    "customerCertificate": {
                        "hashAlgorithm": "SHA256",
                        "issuerNameHash": "aa" * 32,
                        "issuerKeyHash": "bb" * 32,
                        "serialNumber": "01",
                    }
                },
            ),
        ):
            frame = await asked(api, station, **named, report=report, clear=True)
            request_id = frame[3]["requestId"]
            assert frame[3] == {"requestId": request_id, "report": report, "clear": True, **wire}
            await answer(api, station, frame)
            if report:
                await page(station, request_id, 0, "data of a customer")
            shown = await told(api, station)
            assert (shown["report"], shown["clear"], shown["status"] is not None) == (report, True, True)
            assert (shown["state"], shown["data"]) == (("complete", "data of a customer") if report else ("empty", ""))


@both
async def test_pages_that_nobody_asked_for_are_kept(system: LocalSystem, api: Api, version: str) -> None:
    async with dial_2x(system, f"C5-{version}", version) as station:
        await page(station, 4711, 0, "unasked")
        report = await told(api, station)
        assert (report["request_id"], report["call_id"], report["report"], report["data"]) == (
            4711,
            None,
            None,
            "unasked",
        )


@both
@pytest.mark.requirement("N10")
async def test_the_local_list_goes_out_again_for_a_token_that_was_on_it(
    system: LocalSystem, api: Api, version: str
) -> None:
    api.put("id-tokens", "04AABBCC")
    async with dial_2x(system, f"C10-{version}", version) as station:
        wish = {"id_tokens": ["04AABBCC"]}
        await made(api, "PUT", "stations", station.station_id, "local-list", body=wish)
        first = await receive(station, "SendLocalList")
        await answer(api, station, first)
        await answer(api, station, await asked(api, station, **TOKEN, report=False, clear=True))
        again = await receive(station, "SendLocalList")
        assert again[3]["updateType"] == "Full"
        assert again[3]["versionNumber"] > first[3]["versionNumber"]
        assert [one["idToken"]["idToken"] for one in again[3]["localAuthorizationList"]] == ["04AABBCC"]
        await answer(api, station, again)
        other = {"id_token": "04FFFFFF", "id_token_type": "ISO14443"}
        await answer(api, station, await asked(api, station, **other, report=False, clear=True))
        assert await nothing_comes(station)
