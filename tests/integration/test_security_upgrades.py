"""The upgrade of a station's security profile, with the functions' own rights: what happens when something does not."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from local.dynamodb.storage import Store
from shared.aws import outbox
from shared.domain.passwords import PendingPassword
from shared.ocpp.messages import V2X
from shared.store import calls, network_profiles, stations
from tests.integration import api
from tests.integration.called_station import CalledStation
from tests.integration.stream import Stream, watched

URL = "wss://csms.example/ocpp"
PATH = "/stations/CP1/security-profile"
UPGRADE = {"security_profile": 2, "url": URL, "slot": 2}


@pytest.fixture
def stream(table: Store, monkeypatch: pytest.MonkeyPatch) -> Stream:
    return watched(table, monkeypatch)


@pytest.fixture(params=V2X)
def station(stream: Stream, monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest) -> CalledStation:
    return CalledStation(monkeypatch, version=request.param, now=datetime.now(UTC) - timedelta(minutes=5))


def shown() -> Any:
    return api.call("GET", PATH).json


def begin(station: CalledStation) -> None:
    """Up to the restart."""
    assert api.call("POST", PATH, body=UPGRADE).status == 202
    station.answer(station.next("SetNetworkProfile").call_id, {"status": "Accepted"})
    received = station.next("SetVariables")
    (one,) = received.payload["setVariableData"]
    result = {"component": one["component"], "variable": one["variable"], "attributeStatus": "Accepted"}
    station.answer(received.call_id, {"setVariableResult": [result]})
    assert station.received[0].action == "Reset"


def boot(station: CalledStation, stream: Stream) -> None:
    station.now = datetime.now(UTC) + timedelta(seconds=1)
    station.reconnect()
    booted = {"model": "Duo", "vendorName": "Acme"}
    station.send("BootNotification", chargingStation=booted, reason="RemoteReset")
    stream.flow()
    outbox.watch("CP1", None)


def tell(station: CalledStation, *told: tuple[str, str | None]) -> None:
    """What the station says of the slot that it uses, and of its security profile; None: it has no such variable."""
    received = station.next("GetVariables")
    results = [
        {
            "component": one["component"],
            "variable": one["variable"],
            "attributeStatus": "UnknownVariable" if value is None else "Accepted",
            **({} if value is None else {"attributeValue": value}),
        }
        for one, (_, value) in zip(received.payload["getVariableData"], told, strict=True)
    ]
    station.answer(received.call_id, {"getVariableResult": results})


@pytest.mark.parametrize(
    ("slot", "profile", "state", "raised"),
    [
        ("2", "2", "succeeded", 2),
        ("2", None, "succeeded", 2),
        (None, "2", "succeeded", 2),
        ("1", "2", "failed", None),
        ("2", "1", "failed", None),
        (None, None, "failed", None),
    ],
)
def test_only_what_the_station_uses_counts(
    station: CalledStation, stream: Stream, *, slot: str | None, profile: str | None, state: str, raised: int | None
) -> None:
    begin(station)
    station.answer(station.next("Reset").call_id, {"status": "Accepted"})
    boot(station, stream)
    assert shown()["upgrade"]["state"] == "check"
    tell(station, ("slot", slot), ("profile", profile))
    found = shown()
    assert (found["upgrade"]["state"], found["security_profile"]) == (state, raised)
    assert (found["upgrade"]["reason"] is None) == (state == "succeeded")
    boot(station, stream)
    assert station.received == []


def test_a_station_that_will_not_restart_ends_it(station: CalledStation) -> None:
    begin(station)
    station.answer(station.next("Reset").call_id, {"status": "Rejected"})
    assert shown()["upgrade"]["state"] == "failed"
    assert api.call("POST", PATH, body=UPGRADE).status == 202


def test_a_step_without_an_answer_ends_it(station: CalledStation) -> None:
    assert api.call("POST", PATH, body=UPGRADE).status == 202
    assert api.call("POST", PATH, body=UPGRADE).status == 409
    sent = calls.find("CP1", station.next("SetNetworkProfile").call_id)
    assert sent is not None
    calls.end(sent, "timed_out", datetime.now(UTC))
    found = shown()["upgrade"]
    assert (found["state"], found["reason"]) == ("failed", "SetNetworkProfile is timed_out")


def test_what_cannot_begin_leaves_the_reason(station: CalledStation) -> None:
    answer = api.call("POST", PATH, body=UPGRADE | {"url": "ws://csms.example"})
    assert (answer.status, shown()["upgrade"]["state"]) == (422, "failed")
    assert api.call("POST", PATH, body={"security_profile": 2, "url": URL}).status == 409
    assert station.received == []


def test_the_same_request_again_begins_once(station: CalledStation) -> None:
    key = {"idempotency-key": "once"}
    first = api.call("POST", PATH, body=UPGRADE, headers=key).json
    assert api.call("POST", PATH, body=UPGRADE, headers=key).json == first
    assert len(station.received) == 1


def test_a_profile_that_is_given_while_another_is_under_way_keeps_its_own_answer(station: CalledStation) -> None:
    path = "/stations/CP1/network-profiles/2"
    body = {"url": URL, "security_profile": 2}
    first = api.call("PUT", path, body=body).json
    second = api.call("PUT", path, body=body | {"url": f"{URL}/2"}).json
    station.answer(first["call_id"], {"status": "Rejected"})
    assert [one["status"] for one in api.call("GET", "/stations/CP1/network-profiles").json["items"]] == [None]
    station.answer(second["call_id"], {"status": "Accepted"})
    (one,) = api.call("GET", "/stations/CP1/network-profiles").json["items"]
    assert (one["status"], one["accepted"]["ocppCsmsUrl"]) == ("Accepted", f"{URL}/2")
    found = network_profiles.find("CP1", 2)
    assert found is not None
    assert found.call_id == second["call_id"]


@pytest.mark.parametrize(("status", "states"), [("Accepted", ["awaited"]), ("Rejected", []), ("Failed", [])])
def test_the_password_of_a_profile_lets_the_station_in_once_it_uses_it(
    stream: Stream, monkeypatch: pytest.MonkeyPatch, status: str, states: list[str]
) -> None:
    station = CalledStation(monkeypatch, version="2.1")
    body = {"url": URL, "security_profile": 2, "basic_auth_password": "a-password-of-16-or-more"}
    assert api.call("PUT", "/stations/CP1/network-profiles/2", body=body).status == 202
    assert pending() == ["open"]
    station.answer(station.next("SetNetworkProfile").call_id, {"status": status})
    assert pending() == states


def pending() -> list[str]:
    found: tuple[PendingPassword, ...] = stations.existing("CP1").pending_passwords
    return [one.state for one in found]


def test_of_two_operators_at_once_one_begins(station: CalledStation, monkeypatch: pytest.MonkeyPatch) -> None:
    """Both see that nothing is under way."""
    assert api.call("POST", PATH, body=UPGRADE).status == 202
    with monkeypatch.context() as before:
        before.setattr(network_profiles, "find_upgrade", lambda _station_id: None)
        assert api.call("POST", PATH, body=UPGRADE | {"security_profile": 3}).status == 409
    assert shown()["upgrade"]["security_profile"] == 2
    station.next("SetNetworkProfile")
    assert not station.received
