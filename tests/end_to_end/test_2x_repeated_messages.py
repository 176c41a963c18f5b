"""What a station of OCPP 2.x sends again under the same message id, since it did not hear our answer (rule T-32)."""

from typing import Any

import pytest

from local.system import LocalSystem
from shared.ocpp.messages import V2X
from tests.end_to_end.answering import answer, nothing_comes, receive, seen
from tests.end_to_end.clients import Api, dial_2x
from tests.pki import signing_request


async def told(api: Api, station_id: str, event_type: str) -> list[Any]:
    found = await seen(api, "stations", station_id, "events")
    return [event["data"] for event in found["items"] if event["type"] == event_type]


@pytest.mark.requirement("M21-008")
@pytest.mark.parametrize("version", V2X)
async def test_a_message_counts_once_on_whichever_connection(system: LocalSystem, api: Api, version: str) -> None:
    station_id, data = f"AGAIN-{version}", {"vendorId": "Vendor", "data": "once"}
    for _ in range(2):
        async with dial_2x(system, station_id, version) as station:
            for _ in range(2):
                assert (await station.frame("DataTransfer", data, "again-1"))[2]["status"] == "UnknownVendorId"
    assert len(await told(api, station_id, "data_transfer.received")) == 1


@pytest.mark.requirement("M21-008")
@pytest.mark.parametrize("version", V2X)
async def test_a_certificate_that_is_asked_for_again_is_issued_once(
    system: LocalSystem, api: Api, version: str
) -> None:
    async with dial_2x(system, f"ONCE-{version}", version) as station:
        request = {"csr": signing_request("S-1"), "certificateType": "ChargingStationCertificate"}
        assert (await station.frame("SignCertificate", request, "again-2"))[2]["status"] == "Accepted"
        await answer(api, station, await receive(station, "CertificateSigned"))
        assert (await station.frame("SignCertificate", request, "again-2"))[2]["status"] == "Accepted"
        assert await nothing_comes(station)
        assert len(await told(api, station.station_id, "certificate.requested")) == 1
        assert len((await seen(api, "stations", station.station_id, "certificate-requests"))["items"]) == 1
