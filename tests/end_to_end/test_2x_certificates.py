"""Certificates of stations of OCPP 2.x, and of 1.6's security extension: asked for, signed, brought, installed."""

import asyncio
import datetime as dt
from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

import pytest
from cryptography import x509

from local import functions
from local.system import LocalSystem
from shared.domain.variables import Attribute, VariableId
from shared.ocpp.messages import V2X
from shared.settings import settings
from shared.store import variables
from tests.end_to_end.answering import ACCEPTED, answer, ask, call, made, nothing_comes, receive, refuse, seen
from tests.end_to_end.clients import Api, Station, dial, dial_2x
from tests.pki import issue, root, signing_request

NAMED = {"hashAlgorithm": "SHA512", "issuerNameHash": "AA11", "issuerKeyHash": "BB22", "serialNumber": "0C01"}
CHILD = {"hashAlgorithm": "SHA512", "issuerNameHash": "CC33", "issuerKeyHash": "DD44", "serialNumber": "0E02"}
NOBODY = "arn:aws:lambda:us-east-1:123456789012:function:nobody"
BOOTED_16 = {"chargePointVendor": "V", "chargePointModel": "M", "chargePointSerialNumber": "S-1"}


async def requests(api: Api, station: Station) -> Any:
    """What the station has asked for, newest first."""
    return (await seen(api, "stations", station.station_id, "certificate-requests"))["items"]


async def until(api: Api, station: Station, holds: Callable[[Any], bool]) -> Any:
    """What the station has asked for, once that is so: what comes by the bus comes when it comes."""
    for _ in range(200):
        found = await requests(api, station)
        if holds(found):
            return found
        await asyncio.sleep(0.05)
    raise AssertionError(found)


async def told(api: Api, station: Station, event_type: str) -> list[Any]:
    found = await seen(api, "stations", station.station_id, "events")
    return [event["data"] for event in found["items"] if event["type"] == event_type]


async def authority(api: Api) -> x509.Certificate:
    return x509.load_pem_x509_certificate((await seen(api, "certificate-authority"))["chain"].encode())


async def known(api: Api, station: Station) -> dict[str, Any]:
    """What is known of the station's certificates, by use."""
    found = await seen(api, "stations", station.station_id, "certificates")
    return {one["certificate_type"]: one["certificates"] for one in found["items"]}


def all_failed(times: int, found: Any) -> bool:
    return [one["state"] for one in found] == ["failed"] * times


@pytest.fixture
def unsigned(monkeypatch: pytest.MonkeyPatch) -> Iterator[pytest.MonkeyPatch]:
    """A system without an authority."""
    monkeypatch.setenv("CERTIFICATE_AUTHORITY", "none")
    settings.cache_clear()
    yield monkeypatch
    monkeypatch.undo()
    settings.cache_clear()


@pytest.mark.requirement("M20-036", "A02", "M20-037")
@pytest.mark.parametrize("status", ["Accepted", "Rejected"])
@pytest.mark.parametrize("version", V2X)
async def test_a_renewal_brings_a_certificate_of_the_same_type_and_the_station_says_whether_it_takes_it(
    system: LocalSystem, api: Api, version: str, status: str
) -> None:
    async with dial_2x(system, f"RENEW-{version}-{status}", version) as station:
        where = ("stations", station.station_id, "certificates", "renewal")
        await made(api, "POST", *where, body={"certificate_type": "ChargingStationCertificate"})
        frame = await receive(station, "TriggerMessage")
        assert frame[3] == {"requestedMessage": "SignChargingStationCertificate"}
        await answer(api, station, frame)
        asked = {"csr": signing_request("S-1"), "certificateType": "ChargingStationCertificate"}
        assert await station.call("SignCertificate", **asked) == ACCEPTED
        frame = await receive(station, "CertificateSigned")
        assert frame[3].keys() == {"certificateChain", "certificateType"}
        assert frame[3]["certificateType"] == "ChargingStationCertificate"
        own = x509.load_pem_x509_certificate(frame[3]["certificateChain"].encode())
        own.verify_directly_issued_by(await authority(api))
        assert own.public_key() == x509.load_pem_x509_csr(asked["csr"].encode()).public_key()
        brought = await answer(api, station, frame, {"status": status})
        assert brought["answer"] == {"status": status}
        (request,) = await requests(api, station)
        assert (request["state"], request["call_id"]) == (status.lower(), frame[1])
        assert request["serial_number"] == f"{own.serial_number:x}"
        assert len(await told(api, station, "certificate.rejected")) == (status == "Rejected")
        issued = await asyncio.to_thread(api.items, "certificate-authority", "certificates")
        (one,) = [one for one in issued if one["station_id"] == station.station_id]
        assert (one["embedded"], one["revoked_at"], one["expires_soon"]) == (True, None, False)


@pytest.mark.requirement("M20-037")
@pytest.mark.parametrize("version", V2X)
async def test_an_error_in_place_of_an_answer_is_a_rejection(system: LocalSystem, api: Api, version: str) -> None:
    async with dial_2x(system, f"ERROR-{version}", version) as station:
        assert await station.call("SignCertificate", csr=signing_request("S-1")) == ACCEPTED
        await refuse(api, station, await receive(station, "CertificateSigned"), "InternalError")
        assert [one["state"] for one in await requests(api, station)] == ["rejected"]
        assert len(await told(api, station, "certificate.rejected")) == 1


@pytest.mark.requirement("M16-105", "M16-106")
@pytest.mark.parametrize("status", ["Accepted", "Rejected"])
async def test_a_station_of_1_6_is_triggered_and_brought_its_certificate(
    system: LocalSystem, api: Api, status: str
) -> None:
    async with dial(system, f"RENEW-16-{status}") as station:
        await station.call("BootNotification", **BOOTED_16)
        await made(api, "POST", "stations", station.station_id, "certificates", "renewal", body={})
        frame = await receive(station, "ExtendedTriggerMessage")
        assert frame[3] == {"requestedMessage": "SignChargePointCertificate"}
        await answer(api, station, frame)
        assert await station.call("SignCertificate", csr=signing_request("S-1")) == ACCEPTED
        frame = await receive(station, "CertificateSigned")
        assert frame[3].keys() == {"certificateChain"}
        own = x509.load_pem_x509_certificate(frame[3]["certificateChain"].encode())
        own.verify_directly_issued_by(await authority(api))
        await answer(api, station, frame, {"status": status})
        assert [one["state"] for one in await requests(api, station)] == [status.lower()]
        rejected = await told(api, station, "certificate.rejected")
        assert [one["call_id"] for one in rejected] == ([frame[1]] if status == "Rejected" else [])


@pytest.mark.requirement("M21-015")
@pytest.mark.parametrize("kind", ["ChargingStationCertificate", "V2GCertificate", "V2G20Certificate", None])
async def test_a_certificate_goes_back_under_the_number_and_the_type_of_its_request(
    system: LocalSystem, api: Api, kind: str | None
) -> None:
    async with dial_2x(system, f"V2G20-{kind}", "2.1") as station:
        asked = {"csr": signing_request("S-1"), "requestId": 70, "hashRootCertificate": NAMED}
        said = {"certificateType": kind} if kind else {}
        assert await station.call("SignCertificate", **asked, **said) == ACCEPTED
        frame = await receive(station, "CertificateSigned")
        assert {name: frame[3].get(name) for name in ("requestId", "certificateType")} == {
            "requestId": 70,
            "certificateType": kind,
        }
        await answer(api, station, frame)
        (request,) = await requests(api, station)
        assert (request["request_id"], request["root_serial_number"]) == (70, "0C01")


@pytest.mark.parametrize("version", V2X)
async def test_a_request_that_is_not_in_order_is_rejected_and_nothing_is_signed(
    system: LocalSystem, api: Api, version: str
) -> None:
    async with dial_2x(system, f"CSR-{version}", version) as station:
        for csr in ("none", signing_request("S-2")):
            refused = await station.call("SignCertificate", csr=csr)
            assert (refused["status"], refused["statusInfo"]["reasonCode"]) == ("Rejected", "InvalidCSR")
        assert [one["accepted"] for one in await told(api, station, "certificate.requested")] == [False, False]
        assert await requests(api, station) == []
        # The common name may be the station's identity too; a vehicle's authority gives names of its own.
        for csr, kind in (
            (signing_request(station.station_id), "ChargingStationCertificate"),
            (signing_request("DE-ICE-S1"), "V2GCertificate"),
        ):
            assert await station.call("SignCertificate", csr=csr, certificateType=kind) == ACCEPTED
            await answer(api, station, await receive(station, "CertificateSigned"))


@pytest.mark.requirement("M20-038", "A03")
@pytest.mark.parametrize("version", V2X)
async def test_while_the_authority_is_down_nothing_is_brought_and_one_event_tells(
    system: LocalSystem, api: Api, version: str, unsigned: pytest.MonkeyPatch
) -> None:
    unsigned.setattr(functions, "RETRY_PAUSES_S", (0.01, 0.01))
    unsigned.setenv("CERTIFICATE_AUTHORITY", NOBODY)
    settings.cache_clear()
    async with dial_2x(system, f"DOWN-{version}", version) as station:
        for times in (1, 2):
            assert await station.call("SignCertificate", csr=signing_request("S-1")) == ACCEPTED
            await until(api, station, partial(all_failed, times))
        assert await nothing_comes(station)
        (failed,) = await told(api, station, "certificate.failed")
        assert failed["signing_id"] == (await requests(api, station))[-1]["signing_id"]
        unsigned.setenv("CERTIFICATE_AUTHORITY", "table")
        settings.cache_clear()
        await station.send([2, "again", "SignCertificate", {"csr": signing_request("S-1")}])
        # An attempt that was still due for the earlier request may reach the authority before this one is answered.
        signed = next(frame for frame in [await station.receive() for _ in range(2)] if frame[0] == 2)
        assert signed[2] == "CertificateSigned"
        assert "certificateType" not in signed[3]


@pytest.mark.requirement("A02")
@pytest.mark.parametrize("version", V2X)
@pytest.mark.usefixtures("unsigned")
async def test_without_an_authority_an_operator_brings_the_chain(system: LocalSystem, api: Api, version: str) -> None:
    assert (await seen(api, "certificate-authority"))["kind"] == "none"
    async with dial_2x(system, f"BY-HAND-{version}", version) as station:
        own = issue("S-1", root())
        asked = {"csr": signing_request("S-1", key=own.key), "certificateType": "V2GCertificate"}
        assert await station.call("SignCertificate", **asked) == ACCEPTED
        (request,) = await until(api, station, lambda found: [one["state"] for one in found] == ["waiting"])
        path = ("stations", station.station_id, "certificate-requests", request["signing_id"], "chain")
        other = await ask(api, "POST", *path, body={"chain": issue("S-2", root()).pem})
        assert other.status_code == 422
        keyed = {"json": {"chain": own.pem}, "headers": {"Idempotency-Key": f"chain-{version}"}}
        brought = (await asyncio.to_thread(api.ask, "POST", *path, **keyed)).json()
        frame = await receive(station, "CertificateSigned")
        assert frame[1] == brought["call_id"]
        assert frame[3] == {"certificateChain": own.pem, "certificateType": "V2GCertificate"}
        await answer(api, station, frame)
        again = await ask(api, "POST", *path, body={"chain": own.pem})
        assert again.status_code == 409
        repeated = await asyncio.to_thread(api.ask, "POST", *path, **keyed)
        assert (repeated.status_code, repeated.json()["call_id"]) == (202, brought["call_id"])
        assert [one["state"] for one in await requests(api, station)] == ["accepted"]


@pytest.mark.requirement("A02")
@pytest.mark.parametrize("version", V2X)
async def test_a_chain_is_no_longer_than_the_station_takes(system: LocalSystem, api: Api, version: str) -> None:
    async with dial_2x(system, f"LONG-{version}", version) as station:
        longest = VariableId("SecurityCtrlr", "MaxCertificateChainSize")
        variables.change(
            station.station_id, {longest: lambda one: one.with_attribute("Actual", Attribute("100", is_known=True))}
        )
        payload = {"certificateChain": issue("S-1", root()).pem}
        body = {"action": "CertificateSigned", "payload": payload}
        refused = await ask(api, "POST", "stations", station.station_id, "calls", body=body)
        assert refused.status_code == 422
        assert await station.call("SignCertificate", csr=signing_request("S-1")) == ACCEPTED
        (request,) = await until(api, station, lambda found: [one["state"] for one in found] == ["refused"])
        assert "takes no chain" in request["reason"]
        assert len(await told(api, station, "certificate.failed")) == 1
        assert await nothing_comes(station)


@pytest.mark.requirement("M20-127", "M05")
@pytest.mark.parametrize("version", V2X)
@pytest.mark.parametrize(
    ("use", "status"),
    [
        ("CSMSRootCertificate", "Accepted"),
        ("ManufacturerRootCertificate", "Accepted"),
        ("V2GRootCertificate", "Accepted"),
        ("MORootCertificate", "Rejected"),
        ("CSMSRootCertificate", "Failed"),
    ],
)
async def test_installing_a_root_ends_as_the_station_says(
    system: LocalSystem, api: Api, version: str, use: str, status: str
) -> None:
    async with dial_2x(system, f"INSTALL-{version}-{use}-{status}"[:48], version) as station:
        body = {"certificate_type": use, "certificate": root().pem}
        await made(api, "POST", "stations", station.station_id, "certificates", body=body)
        frame = await receive(station, "InstallCertificate")
        assert frame[3] == {"certificateType": use, "certificate": root().pem}
        ended = await answer(api, station, frame, {"status": status})
        assert ended["answer"] == {"status": status}
        subjects = [one["subject"] for one in (await known(api, station)).get(use, [])]
        assert subjects == (["CN=Root"] if status == "Accepted" else [])


@pytest.mark.requirement("M20-128", "M03")
@pytest.mark.parametrize("version", V2X)
async def test_a_station_tells_of_its_certificates_with_those_below_them(
    system: LocalSystem, api: Api, version: str
) -> None:
    async with dial_2x(system, f"LIST-{version}", version) as station:
        await call(api, station, "GetInstalledCertificateIds", {"certificateType": ["V2GCertificateChain"]})
        chain = {
            "certificateType": "V2GCertificateChain",
            "certificateHashData": NAMED,
            "childCertificateHashData": [CHILD],
        }
        frame = await receive(station, "GetInstalledCertificateIds")
        await answer(api, station, frame, ACCEPTED | {"certificateHashDataChain": [chain]})
        (one,) = (await known(api, station))["V2GCertificateChain"]
        assert (one["serial_number"], one["hash_algorithm"], one["reported"]) == ("0C01", "SHA512", True)
        assert [child["serial_number"] for child in one["children"]] == ["0E02"]

        await call(api, station, "GetInstalledCertificateIds")
        every = {"certificateType": "CSMSRootCertificate", "certificateHashData": NAMED}
        frame = await receive(station, "GetInstalledCertificateIds")
        assert frame[3] == {}
        await answer(api, station, frame, ACCEPTED | {"certificateHashDataChain": [every]})
        found = await known(api, station)
        assert len(found) == {"2.0.1": 5, "2.1": 6}[version]
        assert {use: len(ones) for use, ones in found.items() if ones} == {"CSMSRootCertificate": 1}

        await call(api, station, "GetInstalledCertificateIds", {"certificateType": ["CSMSRootCertificate"]})
        frame = await receive(station, "GetInstalledCertificateIds")
        await answer(api, station, frame, {"status": "NotFound"})
        assert not any((await known(api, station)).values())


@pytest.mark.requirement("M20-129", "M04")
@pytest.mark.parametrize("version", V2X)
@pytest.mark.parametrize("algorithm", ["SHA256", "SHA384", "SHA512"])
async def test_a_certificate_is_deleted_by_the_hashes_that_the_station_has_told(
    system: LocalSystem, api: Api, version: str, algorithm: str
) -> None:
    async with dial_2x(system, f"DELETE-{version}-{algorithm}", version) as station:
        named = NAMED | {"hashAlgorithm": algorithm}
        chain = {"certificateType": "ManufacturerRootCertificate", "certificateHashData": named}
        await call(api, station, "GetInstalledCertificateIds")
        frame = await receive(station, "GetInstalledCertificateIds")
        await answer(api, station, frame, ACCEPTED | {"certificateHashDataChain": [chain]})
        (one,) = (await known(api, station))["ManufacturerRootCertificate"]
        for status, left in (("Failed", 1), ("Accepted", 0)):
            path = ("stations", station.station_id, "certificates", one["certificate_id"])
            await made(api, "DELETE", *path)
            frame = await receive(station, "DeleteCertificate")
            assert frame[3] == {"certificateHashData": named}
            await answer(api, station, frame, {"status": status})
            assert len((await known(api, station))["ManufacturerRootCertificate"]) == left
        assert (await ask(api, "DELETE", *path)).status_code == 404


@pytest.mark.requirement("M21-052")
async def test_a_root_of_2_1_may_have_ten_thousand_characters(system: LocalSystem, api: Api) -> None:
    pem = issue("Root", authority=True, padding_bytes=6000).pem
    pem += "\n" * (10_000 - len(pem))
    async with dial_2x(system, "LENGTH-21", "2.1") as station:
        await call(api, station, "InstallCertificate", {"certificateType": "OEMRootCertificate", "certificate": pem})
        frame = await receive(station, "InstallCertificate")
        assert len(frame[3]["certificate"]) == 10_000
        await answer(api, station, frame)
    async with dial_2x(system, "LENGTH-201", "2.0.1") as station:
        body = {"action": "InstallCertificate"}
        payload = {"certificateType": "V2GRootCertificate", "certificate": pem}
        refused = await ask(api, "POST", "stations", "LENGTH-201", "calls", body=body | {"payload": payload})
        assert refused.status_code == 422


def test_a_new_authority_is_valid_for_years(system: LocalSystem, api: Api) -> None:
    shown = api.get("certificate-authority")
    assert shown["kind"] == "embedded"
    assert dt.datetime.fromisoformat(shown["expires_at"]) > dt.datetime.now(dt.UTC) + dt.timedelta(days=3650)
