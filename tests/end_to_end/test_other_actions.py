"""The rest of what a 1.6 station sends: vendor data, progress reports, the security extension."""

from typing import Any

import pytest

from local.system import LocalSystem
from tests.end_to_end.clients import Api, dial
from tests.pki import signing_request


def told(api: Api, station_id: str, event_type: str) -> list[dict[str, Any]]:
    return [event["data"] for event in api.items("stations", station_id, "events", type=event_type)]


@pytest.mark.requirement("M16-080")
async def test_data_of_an_unknown_vendor_is_kept_and_declined(system: LocalSystem, api: Api) -> None:
    async with dial(system, "O80") as station:
        assert await station.call("DataTransfer", vendorId="ACME", data="x") == {"status": "UnknownVendorId"}
        known = {"vendorId": "org.openchargealliance.costmsg"}
        assert await station.call("DataTransfer", **known, messageId="What") == {"status": "UnknownMessageId"}
        unplugged = known | {"messageId": "ConnectorUnplugged"}
        taken = await station.call("DataTransfer", **unplugged, data='{"transactionId": 7}')
        assert taken == {"status": "Accepted"}
        assert await station.call("DataTransfer", **unplugged, data="nonsense") == {"status": "Rejected"}
    assert {"vendor_id": "ACME", "message_id": None, "data": "x"} in told(api, "O80", "data_transfer.received")


async def test_progress_of_firmware_and_diagnostics_is_kept(system: LocalSystem, api: Api) -> None:
    async with dial(system, "O99") as station:
        for status in ("Downloading", "Downloaded", "Installing", "Installed"):
            assert await station.call("FirmwareStatusNotification", status=status) == {}
        for status in ("Uploading", "Uploaded"):
            assert await station.call("DiagnosticsStatusNotification", status=status) == {}
    # These messages have no time of their own; what arrives within a millisecond has no order.
    firmware = {data["status"] for data in told(api, "O99", "firmware.status")}
    assert firmware == {"Installed", "Installing", "Downloaded", "Downloading"}
    assert {data["status"] for data in told(api, "O99", "diagnostics.status")} == {"Uploaded", "Uploading"}


@pytest.mark.requirement("M16-115")
async def test_progress_without_a_request_id_is_taken(system: LocalSystem, api: Api) -> None:
    async with dial(system, "O115") as station:
        assert await station.call("LogStatusNotification", status="Idle") == {}
        assert await station.call("LogStatusNotification", status="Uploading", requestId=5) == {}
        assert await station.call("SignedFirmwareStatusNotification", status="Idle") == {}
        assert await station.call("SignedFirmwareStatusNotification", status="InvalidSignature", requestId=6) == {}
    assert {data["request_id"] for data in told(api, "O115", "log.status")} == {5, None}
    signed = told(api, "O115", "firmware.status")
    assert {(data["status"], data["request_id"], data["signed"]) for data in signed} == {
        ("InvalidSignature", 6, True),
        ("Idle", None, True),
    }


@pytest.mark.requirement("M16-110")
@pytest.mark.parametrize(
    ("event_type", "critical"),
    [
        ("InvalidChargePointCertificate", False),
        ("InvalidCentralSystemCertificate", False),
        ("TamperDetectionActivated", True),
        ("AcmeCoffeeSpilled", False),
    ],
)
async def test_a_security_event_is_kept_once_whatever_its_type_and_age(
    system: LocalSystem, api: Api, event_type: str, critical: bool
) -> None:
    said = {"type": event_type, "timestamp": "2026-10-01T08:00:00Z", "techInfo": "details"}
    async with dial(system, f"O110{event_type}") as station:
        for _ in range(2):
            assert await station.call("SecurityEventNotification", **said) == {}
    (kept,) = told(api, f"O110{event_type}", "security.event")
    assert kept == {"type": event_type, "tech_info": "details", "critical": critical}


@pytest.mark.requirement("M16-107")
async def test_a_certificate_request_is_checked_before_it_is_accepted(system: LocalSystem, api: Api) -> None:
    boot = {"chargePointVendor": "V", "chargePointModel": "M", "chargePointSerialNumber": "SN-107"}
    good = signing_request("SN-107")
    half = len(good) // 2
    broken = good[:half] + ("A" if good[half] != "A" else "B") + good[half + 1 :]
    async with dial(system, "O107") as station:
        await station.call("BootNotification", **boot)
        for csr, status in (
            (broken, "Rejected"),
            (signing_request("SN-1"), "Rejected"),
            ("", "Rejected"),
            (good, "Accepted"),
        ):
            assert await station.call("SignCertificate", csr=csr) == {"status": status}
    assert {data["reason"] for data in told(api, "O107", "certificate.requested") if data["accepted"]} == {None}
