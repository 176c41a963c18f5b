"""A station that does not know an action: that is kept, and another call stands in for it where one does as much."""

from typing import Any

import pytest

from local.dynamodb.storage import Store
from shared.domain.calls import Call
from shared.store import calls
from shared.store.outbox import LONGEST
from tests.integration.api import call as ask
from tests.integration.api import get
from tests.integration.called_station import CalledStation
from tests.integration.test_file_commands import GET_LOG, SIGNED_UPDATE, UPDATE

SECRET = "ftp://logs:secret@files.example/in?X-Amz-Signature=00ff"
DIAGNOSTICS = {
    "logType": "DiagnosticsLog",
    "log": {
        "remoteLocation": SECRET,
        "oldestTimestamp": "2026-11-22T08:00:00Z",
        "latestTimestamp": "2026-11-23T08:00:00Z",
    },
    "retries": 3,
    "retryInterval": 60,
}
AS_DIAGNOSTICS = {
    "location": SECRET,
    "startTime": "2026-11-22T08:00:00Z",
    "stopTime": "2026-11-23T08:00:00Z",
    "retries": 3,
    "retryInterval": 60,
}
BOOT = {"chargePointVendor": "Acme", "chargePointModel": "Duo 22"}


@pytest.fixture
def station(table: Store, monkeypatch: pytest.MonkeyPatch) -> CalledStation:
    return CalledStation(monkeypatch)


def unknown() -> list[str]:
    return [one["action"] for one in get("/stations/CP1/capabilities")["items"]]


def all_calls() -> list[Call]:
    return calls.page("CP1", None, 50)[0]


def refuse(station: CalledStation, action: str, payload: dict[str, Any], code: str = "NotImplemented") -> Call:
    """A call that the station does not know, as it stands then."""
    made = station.order(action, payload)
    assert station.next(action).call_id == made.call_id
    return station.refuse(made.call_id, code)


@pytest.mark.parametrize("code", ["NotImplemented", "NotSupported", "notimplemented"])
@pytest.mark.parametrize(
    ("asked", "instead"),
    [
        ("BootNotification", "BootNotification"),
        ("FirmwareStatusNotification", "FirmwareStatusNotification"),
        ("Heartbeat", "Heartbeat"),
        ("LogStatusNotification", "DiagnosticsStatusNotification"),
        ("MeterValues", "MeterValues"),
        ("StatusNotification", "StatusNotification"),
    ],
)
def test_a_plain_trigger_stands_in_for_an_extended_one(
    station: CalledStation, asked: str, instead: str, code: str
) -> None:
    first = refuse(station, "ExtendedTriggerMessage", {"requestedMessage": asked, "connectorId": 2}, code)
    plain = station.next("TriggerMessage")
    assert plain.payload == {"requestedMessage": instead, "connectorId": 2}
    assert (first.state, first.fallback_id) == ("refused", plain.call_id)
    assert station.answer(plain.call_id, {"status": "Accepted"}).fallback_of == first.call_id


def test_diagnostics_stand_in_for_their_log_with_the_same_secrets(station: CalledStation) -> None:
    first = refuse(station, "GetLog", DIAGNOSTICS)
    plain = station.next("GetDiagnostics")
    assert plain.payload == AS_DIAGNOSTICS
    assert first.fallback_id == plain.call_id
    shown = get(f"/stations/CP1/calls/{plain.call_id}")
    assert "secret" not in str(shown)
    assert "secret" not in str(get(f"/stations/CP1/calls/{first.call_id}"))


@pytest.mark.parametrize(
    ("action", "payload"),
    [
        ("GetLog", GET_LOG),
        ("ExtendedTriggerMessage", {"requestedMessage": "SignChargePointCertificate"}),
        ("SignedUpdateFirmware", SIGNED_UPDATE),
        ("UpdateFirmware", UPDATE),
        ("GetInstalledCertificateIds", {"certificateType": "ManufacturerRootCertificate"}),
        ("ClearCache", {}),
    ],
)
def test_nothing_stands_in_for_what_the_core_cannot_do_as_well(
    station: CalledStation, action: str, payload: dict[str, Any]
) -> None:
    first = refuse(station, action, payload)
    assert (first.state, first.fallback_id) == ("refused", None)
    assert station.received == []
    assert unknown() == [action]
    again = station.order(action, payload)
    assert station.next(action).call_id == again.call_id


@pytest.mark.parametrize("code", ["InternalError", "GenericError", "FormationViolation", "SecurityError", "Perhaps"])
def test_another_error_says_nothing_of_the_action(station: CalledStation, code: str) -> None:
    first = refuse(station, "GetLog", DIAGNOSTICS, code)
    assert (first.state, first.fallback_id) == ("refused", None)
    assert station.received == []
    assert unknown() == []


def test_a_station_is_not_asked_again_for_what_it_does_not_know(station: CalledStation) -> None:
    refuse(station, "GetLog", DIAGNOSTICS)
    station.answer(station.next("GetDiagnostics").call_id, {})
    made = station.order("GetLog", DIAGNOSTICS, requested_by="user-1")
    plain = station.next("GetDiagnostics")
    assert station.received == []
    assert plain.payload == AS_DIAGNOSTICS
    assert (made.state, made.sent_at, made.fallback_id) == ("refused", None, plain.call_id)
    assert made.error
    assert made.error.code == "NotImplemented"
    assert [entry.event for entry in made.history] == ["created", "refused"]
    assert "not sent" in made.history[1].detail
    assert "secret" not in str(made.payload)
    sent = station.call(plain.call_id)
    assert (sent.fallback_of, sent.requested_by) == (made.call_id, "user-1")
    assert sent.expires_at - made.expires_at < sent.expires_at - sent.created_at


def test_the_same_call_makes_the_same_fallback(station: CalledStation) -> None:
    refuse(station, "GetLog", DIAGNOSTICS)
    station.answer(station.next("GetDiagnostics").call_id, {})
    first = station.order("GetLog", DIAGNOSTICS, call_id="01234567-0123-7123-8123-0123456789ab")
    again = station.order("GetLog", DIAGNOSTICS, call_id=first.call_id)
    assert again == first
    assert len(all_calls()) == 4
    assert len(station.received) == 1


def test_a_repeated_refusal_makes_no_second_fallback(station: CalledStation) -> None:
    first = refuse(station, "GetLog", DIAGNOSTICS)
    station.refuse(first.call_id)
    assert len(all_calls()) == 2
    assert len(station.received) == 1


def test_after_a_late_refusal_nothing_is_made_up_for(station: CalledStation) -> None:
    made = station.order("GetLog", DIAGNOSTICS)
    calls.end(made, "timed_out", station.now)
    station.refuse(made.call_id)
    assert [one.action for one in all_calls()] == ["GetLog"]
    assert unknown() == ["GetLog"]


def test_what_is_unknown_is_known_with_the_firmware_that_did_not_know_it(station: CalledStation) -> None:
    station.send("BootNotification", **BOOT, firmwareVersion="4.1.0")
    refuse(station, "GetLog", GET_LOG, "NotSupported")
    (one,) = get("/stations/CP1/capabilities")["items"]
    assert (one["action"], one["code"], one["firmware_version"]) == ("GetLog", "NotSupported", "4.1.0")
    assert one["noted_at"]


def test_another_firmware_is_asked_again(station: CalledStation) -> None:
    refuse(station, "GetLog", DIAGNOSTICS)
    station.answer(station.next("GetDiagnostics").call_id, {})
    station.send("BootNotification", **BOOT, firmwareVersion="4.2.0")
    assert unknown() == []
    station.order("GetLog", DIAGNOSTICS)
    assert station.next("GetLog").payload["log"]["remoteLocation"] == SECRET


def test_an_operator_can_have_it_asked_again(station: CalledStation) -> None:
    refuse(station, "ExtendedTriggerMessage", {"requestedMessage": "Heartbeat"})
    station.answer(station.next("TriggerMessage").call_id, {"status": "Accepted"})
    path = "/stations/CP1/capabilities/ExtendedTriggerMessage"
    assert ask("DELETE", path).status == 204
    assert ask("DELETE", path).status == 404
    assert unknown() == []
    station.order("ExtendedTriggerMessage", {"requestedMessage": "Heartbeat"})
    station.next("ExtendedTriggerMessage")


def test_of_a_station_that_does_not_exist_nothing_is_unknown(table: Store) -> None:
    assert ask("GET", "/stations/CP2/capabilities").status == 404


def test_a_fallback_that_cannot_be_made_is_said_in_the_history(station: CalledStation) -> None:
    made = station.order("ExtendedTriggerMessage", {"requestedMessage": "Heartbeat"})
    for _ in range(LONGEST):
        station.order("ClearCache", {})
    ended = station.refuse(made.call_id)
    assert (ended.state, ended.fallback_id) == ("refused", None)
    assert any(entry.event == "not followed" and "TriggerMessage" in entry.detail for entry in ended.history)
    assert unknown() == ["ExtendedTriggerMessage"]
