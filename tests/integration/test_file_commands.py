"""GetLog, GetDiagnostics, UpdateFirmware and SignedUpdateFirmware: what is checked before they are sent."""

import base64
import datetime as dt
from typing import Any

import pytest

from local.dynamodb.storage import Store
from shared.aws import command
from shared.domain.configuration import Variable
from shared.domain.errors import Conflict, Invalid
from shared.store import configuration
from tests.integration.called_station import CalledStation
from tests.integration.test_certificate_commands import paths
from tests.pki import issue

WHERE = "https://files.example/upload"
EIGHT, NINE = "2026-11-23T08:00:00Z", "2026-11-23T09:00:00Z"

GET_LOG = {"logType": "SecurityLog", "log": {"remoteLocation": WHERE}}
GET_DIAGNOSTICS = {"location": WHERE}
UPDATE = {"location": WHERE, "retrieveDate": EIGHT}
SIGNED_UPDATE = {
    "firmware": {
        "location": WHERE,
        "retrieveDateTime": EIGHT,
        "signingCertificate": issue("Maker").pem,
        "signature": base64.b64encode(b"signature").decode(),
    }
}
PAYLOADS: dict[str, dict[str, Any]] = {
    "GetLog": GET_LOG,
    "GetDiagnostics": GET_DIAGNOSTICS,
    "UpdateFirmware": UPDATE,
    "SignedUpdateFirmware": SIGNED_UPDATE,
}
PLACES = {
    "GetLog": ("log", "remoteLocation"),
    "GetDiagnostics": ("location",),
    "UpdateFirmware": ("location",),
    "SignedUpdateFirmware": ("firmware", "location"),
}
every_command = pytest.mark.parametrize("action", PAYLOADS)


def changed(action: str, place: tuple[str, ...], value: Any) -> dict[str, Any]:
    """The payload of an action with another value in one place."""
    payload = PAYLOADS[action]
    if len(place) == 1:
        return payload | {place[0]: value}
    return payload | {place[0]: payload.get(place[0], {}) | {place[1]: value}}


@pytest.fixture
def station(table: Store, monkeypatch: pytest.MonkeyPatch) -> CalledStation:
    return CalledStation(monkeypatch)


@every_command
def test_what_is_right_goes_out(station: CalledStation, action: str) -> None:
    made = station.order(action, PAYLOADS[action])
    assert station.next(action).payload == made.payload | PAYLOADS[action]


@every_command
@pytest.mark.parametrize("location", ["files.example", "gopher://files.example/", "https://x/" + "a" * 512])
def test_a_location_that_no_station_can_use_is_refused(station: CalledStation, action: str, location: str) -> None:
    with pytest.raises(Invalid) as refused:
        station.order(action, changed(action, PLACES[action], location))
    assert paths(refused) == [".".join(("payload", *PLACES[action]))]


@every_command
def test_the_station_must_know_the_protocol_if_it_has_told_which_it_knows(station: CalledStation, action: str) -> None:
    said = Variable("SupportedFileTransferProtocols", "FTP", readonly=True, is_known=True)
    configuration.note_read("CP1", said, dt.datetime.now(dt.UTC))
    with pytest.raises(Invalid, match="by FTP only") as refused:
        station.order(action, PAYLOADS[action])
    assert paths(refused) == [".".join(("payload", *PLACES[action]))]
    station.order(action, changed(action, PLACES[action], "ftp://files.example/"))


@every_command
def test_retries_are_no_fewer_than_none(station: CalledStation, action: str) -> None:
    with pytest.raises(Invalid) as refused:
        station.order(action, PAYLOADS[action] | {"retries": -1})
    assert paths(refused) == ["payload.retries"]


@pytest.mark.parametrize(
    ("action", "earlier", "later"),
    [
        ("GetLog", ("log", "oldestTimestamp"), ("log", "latestTimestamp")),
        ("GetDiagnostics", ("startTime",), ("stopTime",)),
        ("SignedUpdateFirmware", ("firmware", "retrieveDateTime"), ("firmware", "installDateTime")),
    ],
)
def test_times_follow_each_other(
    station: CalledStation,
    action: str,
    earlier: tuple[str, ...],
    later: tuple[str, ...],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setitem(PAYLOADS, action, changed(action, earlier, NINE))
    with pytest.raises(Invalid) as refused:
        station.order(action, changed(action, later, EIGHT))
    assert paths(refused) == [".".join(("payload", *later))]
    station.order(action, changed(action, later, NINE))


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("signature", "not base64!"),
        ("signature", ""),
        ("signature", "QUJD\nQUJD"),
        ("signature", "a" * 801),
        ("signingCertificate", ""),
        ("signingCertificate", "MIIB"),
        ("signingCertificate", issue("Maker").key_pem),
    ],
)
def test_a_signed_update_has_a_signature_and_its_certificate(station: CalledStation, field: str, value: str) -> None:
    with pytest.raises(Invalid) as refused:
        station.order("SignedUpdateFirmware", changed("SignedUpdateFirmware", ("firmware", field), value))
    assert paths(refused) == [f"payload.firmware.{field}"]
    assert "PRIVATE KEY" not in f"{refused.value.reason} {refused.value.fields}"


@pytest.mark.parametrize("action", ["GetLog", "SignedUpdateFirmware"])
class TestRequestIds:
    """Reports of the station name the request they belong to."""

    def test_one_that_is_left_out_is_given(self, station: CalledStation, action: str) -> None:
        given = [station.order(action, PAYLOADS[action]).payload["requestId"] for _ in range(5)]
        assert len(set(given)) == 5
        assert all(0 < one < 2**31 for one in given)

    def test_the_same_call_has_the_same(self, station: CalledStation, action: str) -> None:
        first = station.order(action, PAYLOADS[action], call_id="01234567-0123-7123-8123-0123456789ab")
        again = station.order(action, PAYLOADS[action], call_id=first.call_id)
        assert again.payload == first.payload

    def test_one_that_is_said_is_taken_once(self, station: CalledStation, action: str) -> None:
        said = PAYLOADS[action] | {"requestId": 7}
        made = station.order(action, said)
        assert made.payload["requestId"] == 7
        with pytest.raises(Conflict, match=made.call_id):
            station.order("GetLog", GET_LOG | {"requestId": 7})

    def test_one_that_was_said_in_vain_is_free(self, station: CalledStation, action: str) -> None:
        said = PAYLOADS[action] | {"requestId": 7}
        with pytest.raises(Invalid):
            station.order(action, said | {"retries": -1})
        assert station.order(action, said).payload["requestId"] == 7

    def test_one_that_is_no_number_is_refused(self, station: CalledStation, action: str) -> None:
        with pytest.raises(Invalid) as refused:
            station.order(action, PAYLOADS[action] | {"requestId": "7"})
        assert paths(refused) == ["payload.requestId"]

    def test_without_one_a_payload_is_right_before_its_station_is_known(
        self, station: CalledStation, action: str
    ) -> None:
        command.of(action).check(PAYLOADS[action])
        with pytest.raises(Invalid):
            command.of(action).check({})
