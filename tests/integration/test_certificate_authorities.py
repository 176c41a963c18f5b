"""Who signs stations' certificates: a key in KMS, a Lambda function; and what expires."""

import base64
import datetime as dt
import io
import json
from collections.abc import Iterator
from typing import Any

import boto3
import pytest
from botocore.exceptions import ConnectTimeoutError
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509 import ocsp
from moto import mock_aws

from functions.actions import get_15118_ev_certificate
from functions.bus import issue_certificates
from local.dynamodb.storage import Store
from shared.aws import certificate_authorities, contract_providers, embedded_authority, issuing, kms_key
from shared.aws.certificate_authorities import LambdaAuthority, Refused, Unavailable
from shared.aws.contract_providers import Unprovided, Wanted, provide
from shared.domain.certificates import HashData
from shared.domain.issued_certificates import EXPIRES_SOON, Issued
from shared.ocpp import certificates
from shared.settings import settings
from shared.store import events, issued_certificates
from tests.integration.station import DirectStation
from tests.pki import issue, root, signing_request

ARN = "arn:aws:lambda:eu-west-1:123456789012:function:signer"
NOW = dt.datetime.now(dt.UTC)


@pytest.fixture
def kms(table: Store, monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    """KMS, with the key of the embedded authority in it."""
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "test")
    monkeypatch.setenv("AWS_DEFAULT_REGION", "eu-west-1")
    with mock_aws():
        client = boto3.client("kms")
        made = client.create_key(KeySpec="ECC_NIST_P256", KeyUsage="SIGN_VERIFY")
        monkeypatch.setenv("CERTIFICATE_AUTHORITY", made["KeyMetadata"]["Arn"])
        settings.cache_clear()
        monkeypatch.setattr(kms_key, "_client", lambda: client)
        yield client


class LambdaService:
    """Lambda, with one function in it."""

    def __init__(self, result: Any, *, failed: bool = False) -> None:
        self.result = result
        self.failed = failed
        self.given: list[Any] = []

    def invoke(self, FunctionName: str, Payload: bytes) -> dict[str, Any]:
        self.given.append((FunctionName, json.loads(Payload)))
        if isinstance(self.result, Exception):
            raise self.result
        error = {"FunctionError": "Unhandled"} if self.failed else {}
        return {"Payload": io.BytesIO(json.dumps(self.result).encode()), **error}


def lambda_service(patch: pytest.MonkeyPatch, module: Any, result: Any, **options: bool) -> LambdaService:
    service = LambdaService(result, **options)
    patch.setattr(module, "_client", lambda: service)
    return service


# ---------------------------------------------------------------------- the embedded authority


def test_the_embedded_authority_signs_with_a_key_that_stays_in_kms(kms: Any) -> None:
    authority = certificate_authorities.embedded_or_none()
    assert authority
    assert certificates.is_issued_by(authority.root, authority.root)
    (own,) = certificates.read(authority.sign(signing_request("S-1"), "ChargingStationCertificate", "CP1"))
    assert certificates.is_issued_by(own, authority.root)
    purposes = own.extensions.get_extension_for_class(x509.ExtendedKeyUsage).value
    assert list(purposes) == [embedded_authority.AS_CLIENT]
    with pytest.raises(NotImplementedError):
        kms_key.KmsKey("arn").private_numbers()


def test_the_root_is_made_once(kms: Any) -> None:
    first = certificate_authorities.embedded_or_none()
    second = embedded_authority.made_before()
    assert first
    assert second
    assert first.pem == second.pem


def test_what_kms_signs_of_the_status_of_a_certificate_is_verified_by_the_root(kms: Any) -> None:
    authority = certificate_authorities.embedded_or_none()
    assert authority
    chain = authority.sign(signing_request("S-1"), "V2GCertificate", "CP1")
    (own,) = certificates.read(chain)
    serial_number = certificates.serial_number(own)
    issued_certificates.keep(
        Issued(serial_number, "CP1", None, "CN=S-1", chain, NOW, own.not_valid_after_utc, is_ours=True)
    )
    request = ocsp.OCSPRequestBuilder().add_certificate(own, authority.root, certificates.ALGORITHMS["SHA384"]())
    name_hash, key_hash = request.build().issuer_name_hash.hex(), request.build().issuer_key_hash.hex()
    der = authority.status(HashData("SHA384", name_hash, key_hash, serial_number.upper()))
    assert der
    answer = ocsp.load_der_ocsp_response(der)
    assert answer.certificate_status == ocsp.OCSPCertStatus.GOOD
    key = authority.root.public_key()
    assert isinstance(key, ec.EllipticCurvePublicKey)
    key.verify(answer.signature, answer.tbs_response_bytes, ec.ECDSA(hashes.SHA256()))
    assert authority.status(HashData("SHA384", key_hash, key_hash, serial_number)) is None


def test_a_key_that_cannot_be_used_makes_the_authority_unavailable(kms: Any) -> None:
    def refuse(**_: Any) -> Any:
        raise ConnectTimeoutError(endpoint_url="https://kms.example")

    kms.get_public_key = kms.sign = refuse
    kms_key._public_key.cache_clear()
    with pytest.raises(Unavailable):
        certificate_authorities.embedded_or_none()


# ---------------------------------------------------------------------- a Lambda function of the operator's


def test_a_function_of_the_operators_signs(monkeypatch: pytest.MonkeyPatch) -> None:
    service = lambda_service(monkeypatch, certificate_authorities, {"chain": "PEM"})
    assert LambdaAuthority(ARN).sign("CSR", "V2GCertificate", "CP1") == "PEM"
    assert service.given == [(ARN, {"csr": "CSR", "certificate_type": "V2GCertificate", "station_id": "CP1"})]


@pytest.mark.parametrize(
    ("result", "failed", "expected"),
    [
        ({"refused": "not ours"}, False, Refused),
        ({}, False, Unavailable),
        ([], False, Unavailable),
        ({"errorMessage": "boom"}, True, Unavailable),
        (ConnectTimeoutError(endpoint_url="https://lambda.example"), False, Unavailable),
    ],
)
def test_a_function_that_does_not_sign_has_refused_or_may_be_asked_again(
    monkeypatch: pytest.MonkeyPatch, result: Any, failed: bool, expected: type[Exception]
) -> None:
    lambda_service(monkeypatch, certificate_authorities, result, failed=failed)
    with pytest.raises(expected):
        LambdaAuthority(ARN).sign("CSR", None, "CP1")


def test_an_authority_that_refuses_is_not_asked_again(table: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CERTIFICATE_AUTHORITY", ARN)
    settings.cache_clear()
    service = lambda_service(monkeypatch, certificate_authorities, {"refused": "no such station"})
    detail = requested(DirectStation("CP1"))
    for _ in range(2):
        issue_certificates.handler({"detail-type": "certificate.requested", "detail": detail}, None)
    assert len(service.given) == 1
    (request,) = issued_certificates.latest("CP1")
    assert (request.state, request.reason) == ("refused", "no such station")
    assert [one.type for one in events.page("CP1", None, 10)[0]].count("certificate.failed") == 1


def requested(station: DirectStation) -> dict[str, Any]:
    """The event of a request of a station for a certificate."""
    station.send("BootNotification", chargePointVendor="V", chargePointModel="M")
    assert station.send("SignCertificate", csr=signing_request("S-1")) == {"status": "Accepted"}
    found, _ = events.page(station.station_id, None, 10)
    detail: dict[str, Any] = next(one for one in found if one.type == "certificate.requested").detail()
    return detail


def test_a_certificate_of_another_key_is_not_brought(table: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CERTIFICATE_AUTHORITY", ARN)
    settings.cache_clear()
    lambda_service(monkeypatch, certificate_authorities, {"chain": issue("S-1", root()).pem})
    issuing.take(requested(DirectStation("CP1")))
    (request,) = issued_certificates.latest("CP1")
    assert (request.state, request.serial_number) == ("refused", None)
    assert "not of the key" in (request.reason or "")


# ---------------------------------------------------------------------- what expires


def test_a_certificate_that_should_be_renewed_is_told_of_once(table: Store) -> None:
    soon, later = NOW + EXPIRES_SOON - dt.timedelta(hours=1), NOW + EXPIRES_SOON + dt.timedelta(days=9)
    for serial_number, station_id, expires_at in (("a1", "CP1", soon), ("b2", "CP2", later)):
        issued_certificates.keep(Issued(serial_number, station_id, None, "CN=S", "PEM", NOW, expires_at))
    for _ in range(2):
        issue_certificates.handler({"detail-type": "Scheduled Event", "detail": {}}, None)
    (told,) = events.page("CP1", None, 10)[0]
    assert (told.type, told.data["serial_number"]) == ("certificate.expiring", "a1")
    assert events.page("CP2", None, 10)[0] == []


def test_a_certificate_that_is_revoked_or_has_a_successor_is_not_told_of(table: Store) -> None:
    soon = NOW + EXPIRES_SOON - dt.timedelta(hours=1)
    issued_certificates.keep(Issued("c3", "CP3", None, "CN=S", "PEM", NOW, soon))
    issued_certificates.revoke("0C3", NOW)
    issue_certificates.handler({"detail-type": "Scheduled Event", "detail": {}}, None)
    assert events.page("CP3", None, 10)[0] == []
    assert issued_certificates.revoke("d4", NOW) is None


# ---------------------------------------------------------------------- contracts


def test_a_function_of_the_operators_provides_contracts(table: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CONTRACT_CERTIFICATES", ARN)
    settings.cache_clear()
    exi = base64.b64encode(b"EXI").decode()
    service = lambda_service(monkeypatch, contract_providers, {"exi_response": exi, "remaining_contracts": 2})
    wanted = Wanted("CP1", "Install", "urn:iso:15118:2:2013:MsgDef", "RVhJ", 3, ("EMP1",))
    assert provide(wanted) == (exi, 2)
    assert service.given == [(ARN, {**wanted._asdict(), "prioritized_emaids": ["EMP1"]})]


@pytest.mark.parametrize(
    ("result", "failed"),
    [
        ({"failed": "no contract"}, False),
        ({"exi_response": 5}, False),
        ({}, True),
        (ConnectTimeoutError(endpoint_url="x"), False),
    ],
)
def test_a_provider_that_fails_provides_nothing(
    table: Store, monkeypatch: pytest.MonkeyPatch, result: Any, failed: bool
) -> None:
    monkeypatch.setenv("CONTRACT_CERTIFICATES", ARN)
    settings.cache_clear()
    lambda_service(monkeypatch, contract_providers, result, failed=failed)
    with pytest.raises(Unprovided):
        provide(Wanted("CP1", "Install", "urn", "RVhJ"))


def test_without_a_provider_there_are_no_contracts(table: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CONTRACT_CERTIFICATES", "none")
    settings.cache_clear()
    with pytest.raises(Unprovided):
        provide(Wanted("CP1", "Install", "urn", "RVhJ"))
    assert get_15118_ev_certificate.LONGEST_RESPONSE["2.1"] == 17_000


def test_a_chain_is_written_in_pem(table: Store) -> None:
    authority = certificate_authorities.embedded_or_none()
    assert authority
    assert certificates.read(authority.pem)[0].public_bytes(Encoding.DER) == authority.root.public_bytes(Encoding.DER)
