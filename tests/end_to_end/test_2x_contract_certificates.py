"""Plug & Charge with OCPP 2.x: contracts' certificates fetched and examined, and whether certificates stand."""

import base64
import datetime as dt
from collections.abc import Iterator
from typing import Any

import pytest
from cryptography import x509
from cryptography.x509 import ocsp

from local.system import LocalSystem
from shared.ocpp.messages import V2X
from tests.end_to_end.answering import answer, ask, receive, seen
from tests.end_to_end.clients import Api, Station, dial_2x
from tests.pki import Issued, issue, root, signing_request
from tests.responder import Responder, responder

SCHEMA = "urn:iso:15118:2:2013:MsgDef"
MO = root("MO root")
SUB = issue("MO sub", MO, authority=True)
ALGORITHMS = ("SHA256", "SHA384", "SHA512")


@pytest.fixture(scope="module")
def mo(system: LocalSystem, api: Api) -> Iterator[Responder]:
    """The responder of a mobility operator, whose root is trusted."""
    api.put("certificate-authority", "roots", "mo", certificate=MO.pem, use="MO")
    with responder(MO) as running:
        yield running


def named(own: x509.Certificate, issuer: x509.Certificate, algorithm: str = "SHA256") -> dict[str, str]:
    """What OCPP names a certificate by."""
    from shared.ocpp.certificates import ALGORITHMS as BY_NAME  # noqa: PLC0415  # the other name is taken

    request = ocsp.OCSPRequestBuilder().add_certificate(own, issuer, BY_NAME[algorithm]()).build()
    return {
        "hashAlgorithm": algorithm,
        "issuerNameHash": request.issuer_name_hash.hex(),
        "issuerKeyHash": request.issuer_key_hash.hex(),
        "serialNumber": f"{own.serial_number:x}",
    }


def contract(name: str, issuer: Issued = MO, **options: Any) -> Issued:
    return issue(name, issuer, **options)


# ---------------------------------------------------------------------- contracts for vehicles (M01, M02)


@pytest.mark.requirement("M20-130", "M01", "M02")
@pytest.mark.parametrize("version", V2X)
@pytest.mark.parametrize("action", ["Install", "Update"])
async def test_what_vehicle_and_provider_write_is_relayed(system: LocalSystem, version: str, action: str) -> None:
    exi = base64.b64encode(b"EXI").decode()
    async with dial_2x(system, f"EXI-{version}-{action}", version) as station:
        asked = {"iso15118SchemaVersion": SCHEMA, "action": action, "exiRequest": exi}
        given = await station.call("Get15118EVCertificate", **asked)
        assert given["status"] == "Accepted"
        assert base64.b64decode(given["exiResponse"]).decode() == f"{action}:{SCHEMA}::{exi}"
        assert "remainingContracts" not in given
        failed = await station.call("Get15118EVCertificate", **asked | {"exiRequest": "FAIL"})
        assert (failed["status"], failed["exiResponse"]) == ("Failed", "")


@pytest.mark.requirement("M21-036", "M21-052")
async def test_a_vehicle_fetches_its_contracts_one_after_the_other(system: LocalSystem) -> None:
    contracts = ["EMP77TWTW00001", "EMP77TWTW00002", "EMP77TWTW00003"]
    asked = {"iso15118SchemaVersion": "urn:iso:std:iso:15118:-20:CommonMessages", "action": "Install"}
    asked |= {"exiRequest": "E" * 11_000}
    async with dial_2x(system, "EXI-ROUNDS", "2.1") as station:
        for left in (2, 1, 0):
            more = {"prioritizedEMAIDs": contracts[2 - left :], "maximumContractCertificateChains": 3}
            given = await station.call("Get15118EVCertificate", **asked, **more)
            assert (given["status"], given["remainingContracts"]) == ("Accepted", left)
            assert contracts[2 - left] in base64.b64decode(given["exiResponse"]).decode()


# ---------------------------------------------------------------------- whether certificates stand (M06, M07)


@pytest.mark.requirement("M20-131", "M06")
@pytest.mark.parametrize("version", V2X)
@pytest.mark.parametrize("algorithm", ALGORITHMS)
async def test_what_a_responder_says_is_passed_on(
    system: LocalSystem, mo: Responder, version: str, algorithm: str
) -> None:
    own = contract("EMP77-OCSP").certificate
    async with dial_2x(system, f"OCSP-{version}-{algorithm}", version) as station:
        asked = named(own, MO.certificate, algorithm) | {"responderURL": mo.url}
        given = await station.call("GetCertificateStatus", ocspRequestData=asked)
        assert given["status"] == "Accepted"
        read = ocsp.load_der_ocsp_response(base64.b64decode(given["ocspResult"], validate=True))
        assert (read.serial_number, read.certificate_status) == (own.serial_number, ocsp.OCSPCertStatus.GOOD)
        for url in ("http://127.0.0.1:9/", "ftp://responder.example/", "nonsense"):
            failed = await station.call("GetCertificateStatus", ocspRequestData=asked | {"responderURL": url})
            assert (failed["status"], "ocspResult" in failed) == ("Failed", False)


@pytest.mark.requirement("M20-131", "M06")
@pytest.mark.parametrize("version", V2X)
async def test_the_embedded_authority_answers_for_what_it_has_issued(
    system: LocalSystem, api: Api, version: str
) -> None:
    ours = x509.load_pem_x509_certificate((await seen(api, "certificate-authority"))["chain"].encode())
    async with dial_2x(system, f"OWN-{version}", version) as station:
        said = {"csr": signing_request("SECC"), "certificateType": "V2GCertificate"}
        assert (await station.call("SignCertificate", **said))["status"] == "Accepted"
        frame = await receive(station, "CertificateSigned")
        own = x509.load_pem_x509_certificate(frame[3]["certificateChain"].encode())
        await answer(api, station, frame)
        asked = named(own, ours) | {"responderURL": "http://127.0.0.1:9/"}

        async def status(**changes: str) -> ocsp.OCSPCertStatus:
            given = await station.call("GetCertificateStatus", ocspRequestData=asked | changes)
            return ocsp.load_der_ocsp_response(base64.b64decode(given["ocspResult"])).certificate_status

        assert await status() == ocsp.OCSPCertStatus.GOOD
        assert await status(serialNumber="ABC") == ocsp.OCSPCertStatus.UNKNOWN
        gone = await ask(api, "DELETE", "certificate-authority", "certificates", asked["serialNumber"])
        assert gone.status_code == 204
        assert await status(serialNumber=asked["serialNumber"].upper()) == ocsp.OCSPCertStatus.REVOKED


@pytest.mark.requirement("M21-037", "M07")
async def test_the_status_of_a_chain_comes_entry_by_entry_with_the_time_of_the_next(
    system: LocalSystem, mo: Responder
) -> None:
    good, gone = contract("EMP77-GOOD").certificate, contract("EMP77-GONE").certificate
    mo.revoked.add(gone.serial_number)
    nowhere = "http://127.0.0.1:9/"
    entries = [
        {"certificateHashData": named(good, MO.certificate), "source": "OCSP", "urls": [nowhere, mo.url]},
        {"certificateHashData": named(gone, MO.certificate), "source": "OCSP", "urls": [mo.url]},
        {"certificateHashData": named(gone, MO.certificate, "SHA512"), "source": "CRL", "urls": [mo.url]},
        {"certificateHashData": named(good, MO.certificate), "source": "CRL", "urls": [nowhere]},
    ]
    async with dial_2x(system, "CHAIN", "2.1") as station:
        answered = await station.call("GetCertificateChainStatus", certificateStatusRequests=entries)
        given = answered["certificateStatus"]
        assert [one["status"] for one in given] == ["Good", "Revoked", "Revoked", "Failed"]
        assert [one["source"] for one in given] == ["OCSP", "OCSP", "CRL", "CRL"]
        assert [one["certificateHashData"] for one in given] == [one["certificateHashData"] for one in entries]
        now = dt.datetime.now(dt.UTC)
        assert all(dt.datetime.fromisoformat(one["nextUpdate"]) > now for one in given)


# ---------------------------------------------------------------------- the operator's trust list


def test_roots_are_put_listed_and_removed(system: LocalSystem, api: Api) -> None:
    v2g = root("V2G root")
    put = api.put("certificate-authority", "roots", "v2g", certificate=v2g.pem, use="V2G")
    assert (put["root_id"], put["subject"], put["use"]) == ("v2g", "CN=V2G root", "V2G")
    assert put in api.items("certificate-authority", "roots")
    leaf = {"certificate": issue("no root", v2g).pem, "use": "V2G"}
    assert api.ask("PUT", "certificate-authority", "roots", "x", json=leaf).status_code == 422
    assert api.ask("DELETE", "certificate-authority", "roots", "v2g").status_code == 204
    assert api.ask("DELETE", "certificate-authority", "roots", "v2g").status_code == 404


# ---------------------------------------------------------------------- contracts at a station (C07)


async def authorized(station: Station, emaid: str, **shown: Any) -> tuple[str, str]:
    """What is said of a certificate and of its contract."""
    given = await station.call("Authorize", idToken={"idToken": emaid, "type": "eMAID"}, **shown)
    return given["certificateStatus"], given["idTokenInfo"]["status"]


@pytest.mark.requirement("M20-051", "C07")
@pytest.mark.parametrize("version", V2X)
async def test_a_contract_of_which_the_station_tells_hashes_is_asked_for(
    system: LocalSystem, api: Api, mo: Responder, version: str
) -> None:
    emaid = f"EMP77C{version}"
    api.put("id-tokens", emaid)
    good, gone = contract(f"{emaid}-HASH").certificate, contract(f"{emaid}-HASH-GONE").certificate
    mo.revoked.add(gone.serial_number)
    async with dial_2x(system, f"PNC-HASH-{version}", version) as station:

        async def ask_for(own: x509.Certificate, url: str, token: str = emaid) -> tuple[str, str]:
            asked = named(own, MO.certificate) | {"responderURL": url}
            return await authorized(station, token, iso15118CertificateHashData=[asked])

        assert await ask_for(good, mo.url) == ("Accepted", "Accepted")
        assert await ask_for(gone, mo.url) == ("CertificateRevoked", "Invalid")
        assert await ask_for(good, "http://127.0.0.1:9/") == ("CertChainError", "Invalid")
        assert await ask_for(good, mo.url, "EMP77NOBODY") == ("ContractCancelled", "Unknown")
        mo.signer = SUB
        try:
            assert await ask_for(good, mo.url) == ("CertChainError", "Invalid")  # somebody else has signed the answer
        finally:
            mo.signer = MO


@pytest.mark.requirement("M20-052", "C07")
@pytest.mark.parametrize("version", V2X)
async def test_a_contracts_chain_is_examined_by_the_roots_that_are_trusted(
    system: LocalSystem, api: Api, mo: Responder, version: str
) -> None:
    emaid, blocked = f"EMP77P{version}", f"EMP77B{version}"
    api.put("id-tokens", emaid)
    api.put("id-tokens", blocked, status="Blocked")
    own = contract(f"{emaid}-SUB", SUB)
    expired = contract(f"{emaid}-OLD", SUB, valid_for=-dt.timedelta(days=1))
    foreign = contract(f"{emaid}-FOREIGN", root("Foreign"))
    gone = contract(f"{emaid}-GONE", MO, responder=mo.url)
    mo.revoked.add(gone.certificate.serial_number)
    unanswered = contract(f"{emaid}-QUIET", MO, responder="http://127.0.0.1:9/")
    async with dial_2x(system, f"PNC-PEM-{version}", version) as station:
        for chain, token, expected in (
            (own.pem + SUB.pem, emaid, ("Accepted", "Accepted")),
            (own.pem + SUB.pem + MO.pem, emaid, ("Accepted", "Accepted")),
            (unanswered.pem, emaid, ("Accepted", "Accepted")),
            (own.pem + SUB.pem, blocked, ("ContractCancelled", "Blocked")),
            (own.pem, emaid, ("CertChainError", "Invalid")),
            (foreign.pem, emaid, ("CertChainError", "Invalid")),
            (SUB.pem + own.pem, emaid, ("CertChainError", "Invalid")),
            ("nonsense", emaid, ("CertChainError", "Invalid")),
            (expired.pem + SUB.pem, emaid, ("CertificateExpired", "Expired")),
            (gone.pem, emaid, ("CertificateRevoked", "Invalid")),
        ):
            assert await authorized(station, token, certificate=chain) == expected


@pytest.mark.requirement("M21-052")
async def test_a_contracts_chain_of_2_1_may_have_ten_thousand_characters(
    system: LocalSystem, api: Api, mo: Responder
) -> None:
    api.put("id-tokens", "EMP77LONG")
    chain = contract("EMP77LONG", MO, padding_bytes=6000).pem
    chain += "\n" * (10_000 - len(chain))
    async with dial_2x(system, "PNC-LONG", "2.1") as station:
        assert await authorized(station, "EMP77LONG", certificate=chain) == ("Accepted", "Accepted")
