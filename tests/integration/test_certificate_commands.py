"""CertificateSigned, InstallCertificate, GetInstalledCertificateIds, DeleteCertificate: checks and consequences."""

import datetime as dt
from typing import Any

import pytest

from local.dynamodb.storage import Store
from shared.aws import command
from shared.domain.calls import Call
from shared.domain.configuration import Variable
from shared.domain.errors import Conflict, Invalid
from shared.ocpp import certificates
from shared.store import configuration, events, stations
from tests.integration.api import call as ask
from tests.integration.api import get
from tests.integration.called_station import CalledStation
from tests.pki import issue, root

ACCEPTED = {"status": "Accepted"}
NAMED = {"hashAlgorithm": "SHA384", "issuerNameHash": "AA11", "issuerKeyHash": "BB22", "serialNumber": "0C01"}
OURS = "CentralSystemRootCertificate"


@pytest.fixture
def station(table: Store, monkeypatch: pytest.MonkeyPatch) -> CalledStation:
    return CalledStation(monkeypatch)


def install(pem: str, use: str = OURS) -> dict[str, Any]:
    return {"certificateType": use, "certificate": pem}


def known() -> dict[str, Any]:
    """The certificates of the station by their use, as the API shows them."""
    return {one["certificate_type"]: one for one in get("/stations/CP1/certificates")["items"]}


def report(station: CalledStation, *named: dict[str, str], use: str = OURS) -> Call:
    said = {"status": "Accepted", "certificateHashData": list(named)} if named else {"status": "NotFound"}
    return station.perform("GetInstalledCertificateIds", {"certificateType": use}, said)


def paths(refused: pytest.ExceptionInfo[Invalid]) -> list[str]:
    fields = refused.value.fields
    return [fields["path"]] if "path" in fields else [path for path, _ in fields["errors"]]


# ---------------------------------------------------------------------- what is installed


def test_of_a_station_that_was_never_asked_nothing_is_known(station: CalledStation) -> None:
    assert get("/stations/CP1/certificates") == {"items": [], "next_cursor": None}
    assert ask("GET", "/stations/CP2/certificates").status == 404


def test_what_a_station_reports_is_known_by_use(station: CalledStation) -> None:
    report(station, NAMED, NAMED | {"serialNumber": "2"})
    report(station, use="ManufacturerRootCertificate")
    ours, makers = known()["CSMSRootCertificate"], known()["ManufacturerRootCertificate"]
    assert sorted(one["serial_number"] for one in ours["certificates"]) == ["0C01", "2"]
    assert ours["read_at"]
    assert ours["certificates"][0]["reported"]
    assert makers["certificates"] == []
    report(station)
    assert known()["CSMSRootCertificate"]["certificates"] == []


def test_an_installed_root_is_known_with_whose_it_is(station: CalledStation) -> None:
    made = station.perform("InstallCertificate", install(root().pem), ACCEPTED)
    assert made.state == "answered"
    named = certificates.hash_data(root().certificate, "SHA256")
    installed = known()["CSMSRootCertificate"]
    assert installed["read_at"] is None
    (one,) = installed["certificates"]
    assert (one["reported"], one["subject"]) == (False, "CN=Root")
    assert one["serial_number"] == named.serial_number
    assert one["issuer_key_hash"] == named.issuer_key_hash
    assert dt.datetime.fromisoformat(one["expires_at"]) == root().certificate.not_valid_after_utc


def test_an_installed_root_is_found_again_in_what_the_station_reports(station: CalledStation) -> None:
    report(station, NAMED)
    short = issue("Root", authority=True, serial_number=0x5FE3)
    station.perform("InstallCertificate", install(short.pem), ACCEPTED)
    named = certificates.hash_data(short.certificate, "SHA384")
    theirs = {"hashAlgorithm": "SHA384", "issuerNameHash": named.issuer_name_hash.upper(), "issuerKeyHash": "00"}
    report(station, theirs | {"serialNumber": f"0{named.serial_number}"})
    (one,) = known()["CSMSRootCertificate"]["certificates"]
    assert (one["reported"], one["subject"], one["issuer_key_hash"]) == (True, "CN=Root", "00")


@pytest.mark.parametrize("status", ["Rejected", "Failed"])
def test_a_root_that_is_not_taken_is_not_known(station: CalledStation, status: str) -> None:
    made = station.perform("InstallCertificate", install(root().pem), {"status": status})
    assert (made.state, made.answer) == ("answered", {"status": status})
    assert known() == {}


def test_a_repeated_answer_changes_nothing(station: CalledStation) -> None:
    made = station.perform("InstallCertificate", install(root().pem), ACCEPTED)
    before = known()
    station.answer(made.call_id, ACCEPTED)
    assert known() == before


def test_a_late_answer_to_an_installation_leaves_what_was_reported_since(station: CalledStation) -> None:
    late = station.order("InstallCertificate", install(root().pem))
    asked = station.order("GetInstalledCertificateIds", {"certificateType": OURS})
    named = certificates.hash_data(root().certificate, "SHA256")
    said = {"hashAlgorithm": "SHA256", "issuerNameHash": named.issuer_name_hash, "issuerKeyHash": "00"}
    station.answer(asked.call_id, ACCEPTED | {"certificateHashData": [said | {"serialNumber": named.serial_number}]})
    station.answer(late.call_id, ACCEPTED)
    (one,) = known()["CSMSRootCertificate"]["certificates"]
    assert (one["reported"], one["issuer_key_hash"]) == (True, "00")


@pytest.mark.parametrize(
    ("pem", "reason"),
    [
        pytest.param("none", "PEM", id="no certificate"),
        pytest.param(root().pem + root().pem, "One certificate", id="two"),
        pytest.param(issue("CP1", root()).pem, "CA:true", id="no authority"),
        pytest.param(root("Old", valid_for=dt.timedelta(days=-1)).pem, "expired", id="expired"),
        pytest.param(root().pem + root().key_pem, "nothing else", id="with its private key"),
        pytest.param("x" * 5501, "at most 5500", id="too long"),
    ],
)
def test_what_is_no_root_to_trust_is_not_sent(station: CalledStation, pem: str, reason: str) -> None:
    with pytest.raises(Invalid) as refused:
        station.order("InstallCertificate", install(pem))
    assert paths(refused) == ["payload.certificate"]
    assert reason in f"{refused.value.reason} {refused.value.fields}"
    assert station.received == []


def test_a_root_that_another_one_has_issued_may_be_installed(station: CalledStation) -> None:
    """As a new root is that is signed by the old one (AdditionalRootCertificateCheck)."""
    station.perform("InstallCertificate", install(issue("New", root(), authority=True).pem), ACCEPTED)
    (one,) = known()["CSMSRootCertificate"]["certificates"]
    assert (one["subject"], one["issuer_key_hash"]) == ("CN=New", None)


# ---------------------------------------------------------------------- what is deleted


@pytest.mark.parametrize(("status", "left"), [("Accepted", 1), ("NotFound", 1), ("Failed", 2)])
def test_what_a_station_deleted_or_never_had_is_no_longer_known(station: CalledStation, status: str, left: int) -> None:
    report(station, NAMED, NAMED | {"serialNumber": "2"})
    station.perform("DeleteCertificate", {"certificateHashData": NAMED}, {"status": status})
    assert len(known()["CSMSRootCertificate"]["certificates"]) == left


def test_the_hash_goes_out_as_the_station_spelled_it(station: CalledStation) -> None:
    report(station, NAMED)
    spelled = {**NAMED, "issuerNameHash": "aa11", "serialNumber": "c01"}
    station.order("DeleteCertificate", {"certificateHashData": spelled})
    assert station.next("DeleteCertificate").payload == {"certificateHashData": NAMED}


def test_what_a_station_has_not_reported_is_not_deleted(station: CalledStation) -> None:
    report(station, NAMED)
    with pytest.raises(Conflict, match="has not reported"):
        station.order("DeleteCertificate", {"certificateHashData": NAMED | {"hashAlgorithm": "SHA256"}})


def test_whoever_knows_better_may_have_any_hash_sent(station: CalledStation) -> None:
    report(station, NAMED)
    other = {"certificateHashData": NAMED | {"hashAlgorithm": "SHA256"}}
    command.of("DeleteCertificate").submit(command.target("CP1")._replace(unchecked=True), other)
    assert station.next("DeleteCertificate").payload == other


def test_a_station_that_was_never_asked_is_sent_any_hash(station: CalledStation) -> None:
    station.perform("DeleteCertificate", {"certificateHashData": NAMED}, {"status": "NotFound"})
    assert known() == {}


def test_the_root_that_a_station_knows_us_by_is_not_deleted(station: CalledStation) -> None:
    record = stations.find("CP1")
    assert record
    stations.replace(record._replace(security_profile=2))
    report(station, NAMED)
    with pytest.raises(Conflict, match="no other"):
        station.order("DeleteCertificate", {"certificateHashData": NAMED})
    station.perform("InstallCertificate", install(root().pem), ACCEPTED)
    station.order("DeleteCertificate", {"certificateHashData": NAMED})
    assert station.next("DeleteCertificate").payload == {"certificateHashData": NAMED}


# ---------------------------------------------------------------------- its own certificate


def test_a_chain_goes_out_as_it_is(station: CalledStation) -> None:
    chain = issue("A-0001", root()).pem + root().pem
    made = station.perform("CertificateSigned", {"certificateChain": chain}, ACCEPTED)
    assert (made.state, made.payload) == ("answered", {"certificateChain": chain})
    assert events.page("CP1", None, 10)[0] == []


def test_a_rejected_certificate_is_in_the_stations_history_once(station: CalledStation) -> None:
    leaf = issue("A-0001", root(), serial_number=0x5FE3)
    made = station.perform("CertificateSigned", {"certificateChain": leaf.pem}, {"status": "Rejected"})
    station.answer(made.call_id, {"status": "Rejected"})
    (event,) = get("/stations/CP1/events", type="certificate.rejected")["items"]
    assert event["data"] == {"call_id": made.call_id, "subject": "CN=A-0001", "serial_number": "5fe3"}


@pytest.mark.parametrize(
    ("chain", "reason"),
    [
        pytest.param("none", "PEM", id="no certificate"),
        pytest.param(root().pem + issue("A-0001", root()).pem, "first", id="the wrong way round"),
        pytest.param(issue("A-0001", root()).pem + root("Other").pem, "not issued", id="another's root"),
        pytest.param(issue("A-0001", root(), valid_for=dt.timedelta(days=-1)).pem, "expired", id="expired"),
    ],
)
def test_what_is_no_chain_is_not_sent(station: CalledStation, chain: str, reason: str) -> None:
    with pytest.raises(Invalid, match=reason) as refused:
        station.order("CertificateSigned", {"certificateChain": chain})
    assert paths(refused) == ["payload.certificateChain"]


@pytest.mark.parametrize("key", ["CertificateSignedMaxChainSize", "CertificateSignedMaxSize"])
def test_a_chain_is_no_longer_than_the_station_takes(station: CalledStation, key: str) -> None:
    chain = issue("A-0001", root()).pem
    at = dt.datetime.now(dt.UTC)
    configuration.note_read("CP1", Variable(key, str(len(chain)), readonly=True, is_known=True), at)
    station.order("CertificateSigned", {"certificateChain": chain})
    configuration.note_read("CP1", Variable(key, str(len(chain) - 1), readonly=True, is_known=True), at)
    with pytest.raises(Invalid, match="characters"):
        station.order("CertificateSigned", {"certificateChain": chain})
