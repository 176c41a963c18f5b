"""Certificates in messages, and what is known of those that stations have."""

import datetime as dt

import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from shared.domain.certificates import (
    CSMS_ROOT,
    Certificate,
    HashData,
    Installed,
    Reported,
    algorithm_of,
    as_reported,
    find,
    is_in_use,
)
from shared.ocpp import certificates
from tests.pki import Issued, issue, root

NOW = dt.datetime(2026, 11, 23, 8, tzinfo=dt.UTC)
NAMED = HashData("SHA256", "aa11", "bb22", "0c01")


def _sha256(data: bytes) -> str:
    digest = hashes.Hash(hashes.SHA256())
    digest.update(data)
    return digest.finalize().hex()


def test_certificates_are_read_in_their_order() -> None:
    leaf = issue("CP1", root())
    first, second = certificates.read(f"\r\n{leaf.pem}\n{root().pem}\n")
    assert (first, second) == (leaf.certificate, root().certificate)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "certificate",
        "-----BEGIN CERTIFICATE-----\n-----END CERTIFICATE-----",
        "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n",
        "-----BEGIN CERTIFICATE-----\nA\n-----END CERTIFICATE-----\n",
        root().pem.replace("CERTIFICATE", "X509 CRL"),
        f"subject=CN=Root\n{root().pem}",
        root().pem + root().key_pem,
        root().pem[:-10],
        root().pem + "é",
    ],
)
def test_what_is_not_certificates_alone_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"must be certificates|cannot be read") as refused:
        certificates.read(text)
    assert "PRIVATE" not in str(refused.value)


def test_an_authority_says_that_it_is_one() -> None:
    assert certificates.is_authority(root().certificate)
    assert not certificates.is_authority(issue("CP1", root()).certificate)


def test_a_chain_leads_from_each_certificate_to_its_issuer() -> None:
    middle = issue("Middle", root(), authority=True)
    leaf = issue("CP1", middle)
    chain = [one.certificate for one in (leaf, middle, root())]
    assert certificates.not_issued_by_next(chain) is None
    assert certificates.not_issued_by_next(chain[:1]) is None
    assert certificates.not_issued_by_next([chain[0], chain[2]]) == 1
    assert certificates.not_issued_by_next([chain[0], chain[1], issue("Root", authority=True, serial_number=9)[0]]) == 2


@pytest.mark.parametrize("algorithm", certificates.ALGORITHMS)
def test_a_root_is_named_as_ocpp_names_it(algorithm: str) -> None:
    named = certificates.hash_data(root().certificate, algorithm)
    digits = {"SHA256": 64, "SHA384": 96, "SHA512": 128}[algorithm]
    assert len(named.issuer_name_hash) == len(named.issuer_key_hash or "") == digits
    assert int(named.serial_number, 16) == root().certificate.serial_number


def test_hashes_are_of_the_issuers_name_and_of_its_bare_key() -> None:
    named = certificates.hash_data(root().certificate, "SHA256")
    point = root().key.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
    assert named.issuer_name_hash == _sha256(root().certificate.subject.public_bytes())
    assert named.issuer_key_hash == _sha256(point)


def test_the_key_of_another_issuer_is_not_known() -> None:
    named = certificates.hash_data(issue("New root", root(), authority=True).certificate, "SHA256")
    assert named.issuer_key_hash is None
    assert named.issuer_name_hash == _sha256(root().certificate.subject.public_bytes())


def test_a_subject_is_written_for_people() -> None:
    made: Issued = issue("A-0001")
    assert certificates.subject(made.certificate) == "CN=A-0001"


def test_the_same_certificate_is_known_however_it_is_spelled() -> None:
    assert NAMED.identity == HashData("SHA256", "AA11", "BB22", "C01").identity
    assert NAMED.identity == NAMED._replace(issuer_key_hash=None).identity
    assert NAMED.identity != NAMED._replace(serial_number="0c02").identity
    assert NAMED.identity != NAMED._replace(hash_algorithm="SHA512").identity


def test_what_we_installed_is_still_known_when_the_station_reports_it() -> None:
    installed = Certificate(NAMED, reported=False, subject="CN=Root", installed_at=NOW)
    spelled = NAMED._replace(serial_number="C01")
    other = NAMED._replace(serial_number="7")
    assert as_reported([Reported(spelled), Reported(other)], [installed]) == (
        installed._replace(hash_data=spelled, reported=True),
        Certificate(other, reported=True),
    )
    assert as_reported([], [installed]) == ()


def _installed(*all_of: Certificate) -> list[Installed]:
    return [Installed(CSMS_ROOT, NOW, all_of)]


def test_a_station_shows_its_algorithm_by_what_it_reports() -> None:
    sha512 = NAMED._replace(hash_algorithm="SHA512")
    assert algorithm_of(_installed(Certificate(NAMED, reported=False), Certificate(sha512, reported=True))) == "SHA512"
    assert algorithm_of([]) == "SHA256"


def test_only_what_was_reported_is_found() -> None:
    known = Certificate(NAMED, reported=True)
    assert find(_installed(known), NAMED._replace(serial_number="C01")) == (CSMS_ROOT, known)
    assert find(_installed(known._replace(reported=False)), NAMED) is None


@pytest.mark.parametrize(
    ("profile", "others", "in_use"), [(2, 0, True), (3, 0, True), (2, 1, False), (1, 0, False), (None, 0, False)]
)
def test_the_only_root_of_a_station_with_tls_is_in_use(profile: int | None, others: int, in_use: bool) -> None:
    roots = [Certificate(NAMED._replace(serial_number=f"{number:x}"), reported=True) for number in range(others + 1)]
    assert is_in_use(CSMS_ROOT, _installed(*roots), profile) == in_use
    assert not is_in_use("ManufacturerRootCertificate", _installed(*roots), profile)
