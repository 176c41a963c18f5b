"""The configuration of a station: what its answers tell, what is sent and what is not, what the API shows."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from local.dynamodb.storage import Store
from shared.domain.errors import Conflict, Invalid
from shared.store import calls, configuration, connections, findings, stations
from tests.integration import api
from tests.integration.api import wrong_fields
from tests.integration.called_station import CalledStation

PATH = "/stations/CP1/configuration"
SECRET = "a-secret-of-many-letters"


@pytest.fixture
def station(table: Store, monkeypatch: pytest.MonkeyPatch) -> CalledStation:
    return CalledStation(monkeypatch)


def key(name: str, value: Any = None, readonly: bool = False) -> dict[str, Any]:
    return {"key": name, "readonly": readonly, **({} if value is None else {"value": value})}


def tell(station: CalledStation, *said: dict[str, Any], unknown: tuple[str, ...] = ()) -> None:
    """The station is asked for everything, and says this."""
    station.perform("GetConfiguration", {}, {"configurationKey": list(said), "unknownKey": list(unknown)})


def change(station: CalledStation, name: str, value: str, status: str) -> None:
    station.perform("ChangeConfiguration", {"key": name, "value": value}, {"status": status})


def shown(name: str) -> dict[str, Any]:
    found: dict[str, Any] = api.get(f"{PATH}/{name}")
    return found


@pytest.mark.requirement("M16-074")
def test_what_a_station_says_is_kept(station: CalledStation) -> None:
    tell(station, key("HeartbeatInterval", "300"), key("NumberOfConnectors", "2", True), unknown=("Nonsense",))
    kept = {one["key"]: one for one in api.get(PATH)["items"]}
    assert list(kept) == ["HeartbeatInterval", "Nonsense", "NumberOfConnectors"]
    assert (kept["HeartbeatInterval"]["value"], kept["HeartbeatInterval"]["readonly"]) == ("300", False)
    assert (kept["NumberOfConnectors"]["value"], kept["NumberOfConnectors"]["readonly"]) == ("2", True)
    assert (kept["Nonsense"]["value"], kept["Nonsense"]["known"]) == (None, False)
    assert kept["HeartbeatInterval"]["known"] is True
    assert kept["HeartbeatInterval"]["read_at"] is not None


def test_keys_are_the_same_in_any_letter_case(station: CalledStation) -> None:
    tell(station, key("heartbeatINTERVAL", "300"))
    assert shown("HeartbeatInterval")["key"] == "heartbeatINTERVAL"
    station.order("ChangeConfiguration", {"key": "HeartbeatInterval", "value": "60"})
    assert station.next("ChangeConfiguration").payload == {"key": "heartbeatINTERVAL", "value": "60"}


def test_a_value_longer_than_the_standard_has_it_is_kept_whole(station: CalledStation) -> None:
    tell(station, key("Certificates", "x" * 3000), key("Short", "y"))
    assert shown("Certificates")["value"] == "x" * 3000
    assert [one.finding.code for one in findings.page("CP1", None, 10)[0]] == ["Q-10"]


def test_a_key_that_the_station_does_not_know_any_more_loses_its_value(station: CalledStation) -> None:
    tell(station, key("Volatile", "1"))
    tell(station, unknown=("volatile",))
    assert (shown("Volatile")["value"], shown("Volatile")["known"]) == (None, False)


def test_what_a_station_leaves_out_stays_known(station: CalledStation) -> None:
    tell(station, key("HeartbeatInterval", "300"))
    tell(station, key("CpoName", "We"))
    assert shown("HeartbeatInterval")["value"] == "300"


@pytest.mark.requirement("M16-075")
def test_more_keys_than_a_station_takes_are_several_calls(station: CalledStation) -> None:
    tell(station, key("GetConfigurationMaxKeys", "20", True))
    names = [f"Key{number}" for number in range(60)]
    made = station.order("GetConfiguration", {"key": [*names, "KEY0"]})
    asked = []
    for call_id in (made.call_id, *made.parts):
        asked.append(station.next("GetConfiguration").payload["key"])
        station.answer(call_id, {"unknownKey": asked[-1]})
    assert [len(part) for part in asked] == [20, 20, 20]
    assert [one.lower() for part in asked for one in part] == [one.lower() for one in names]
    assert len(api.get(PATH, limit=200)["items"]) == 61


def test_without_a_limit_all_keys_are_one_call(station: CalledStation) -> None:
    station.order("GetConfiguration", {"key": [f"Key{number}" for number in range(60)]})
    assert len(station.next("GetConfiguration").payload["key"]) == 60
    assert station.received == []


@pytest.mark.requirement("M16-076")
@pytest.mark.parametrize(
    ("status", "value", "wished", "reboot"),
    [
        ("Accepted", "60", "60", False),
        ("RebootRequired", "60", "60", True),
        ("Rejected", "300", None, False),
        ("NotSupported", "300", None, False),
    ],
)
def test_a_change_counts_if_the_station_takes_it(
    station: CalledStation, status: str, value: str, wished: str | None, reboot: bool
) -> None:
    tell(station, key("HeartbeatInterval", "300"))
    change(station, "HeartbeatInterval", "60", status)
    found = shown("HeartbeatInterval")
    assert (found["value"], found["wished"], found["reboot_required"]) == (value, wished, reboot)


def test_the_next_boot_takes_over_what_waits_for_it(station: CalledStation) -> None:
    change(station, "CpoName", "We", "RebootRequired")
    assert shown("CpoName")["reboot_required"]
    station.now = datetime.now(UTC) + timedelta(seconds=1)
    station.send("BootNotification", chargePointVendor="V", chargePointModel="M")
    assert not shown("CpoName")["reboot_required"]
    assert shown("CpoName")["value"] == "We"


def test_an_answer_that_comes_after_that_of_a_later_change_changes_nothing(station: CalledStation) -> None:
    first = station.order("ChangeConfiguration", {"key": "HeartbeatInterval", "value": "60"})
    second = station.order("ChangeConfiguration", {"key": "HeartbeatInterval", "value": "90"})
    calls.end(first, "timed_out", datetime.now(UTC))
    station.answer(second.call_id, {"status": "Accepted"})
    station.answer(first.call_id, {"status": "Accepted"})
    assert (shown("HeartbeatInterval")["value"], shown("HeartbeatInterval")["wished"]) == ("90", "90")


def test_a_late_answer_counts_too(station: CalledStation) -> None:
    late = station.order("ChangeConfiguration", {"key": "HeartbeatInterval", "value": "60"})
    calls.end(late, "timed_out", datetime.now(UTC))
    station.answer(late.call_id, {"status": "Accepted"})
    assert shown("HeartbeatInterval")["value"] == "60"


@pytest.mark.parametrize("name", ["AuthorizationKey", "WifiPassword"])
def test_a_secret_that_a_station_tells_is_not_kept(station: CalledStation, table: Store, name: str) -> None:
    tell(station, key(name, SECRET))
    found = shown(name)
    assert (found["value"], found["secret"], found["known"]) == (None, True, True)
    assert SECRET not in str(list(table.items()))


def test_a_secret_that_is_set_is_not_kept_once_it_is_sent(station: CalledStation, table: Store) -> None:
    change(station, "WifiPassword", SECRET, "Accepted")
    found = shown("WifiPassword")
    assert (found["value"], found["wished"], found["secret"], found["differs"]) == (None, None, True, False)
    assert SECRET not in str(list(table.items()))


@pytest.mark.parametrize(
    ("payload", "path"),
    [
        ({"key": "HeartbeatInterval", "value": "soon"}, "payload.value"),
        ({"key": "SecurityProfile", "value": "4"}, "payload.value"),
        ({"key": "AuthorizationKey", "value": "00ff"}, "payload.value"),
        ({"key": "HeartbeatInterval", "value": 60}, "payload.value"),
        ({"key": "k" * 51, "value": "1"}, "payload.key"),
        ({"key": "HeartbeatInterval"}, "payload.value"),
    ],
)
def test_what_cannot_be_right_is_not_sent(station: CalledStation, payload: dict[str, Any], path: str) -> None:
    order = {"action": "ChangeConfiguration", "payload": payload}
    answer = api.call("POST", "/stations/CP1/calls", body=order)
    assert answer.status == 422
    assert wrong_fields(answer) == [f"body {path}"]
    assert station.received == []
    assert "00ff" not in answer.text


def test_a_read_only_key_is_not_changed(station: CalledStation) -> None:
    tell(station, key("NumberOfConnectors", "2", True))
    with pytest.raises(Conflict):
        station.order("ChangeConfiguration", {"key": "numberofconnectors", "value": "3"})


def test_a_security_profile_does_not_get_lower(station: CalledStation) -> None:
    change(station, "SecurityProfile", "2", "Accepted")
    assert api.get("/stations/CP1")["security_profile"] == 2
    with pytest.raises(Conflict):
        station.order("ChangeConfiguration", {"key": "SecurityProfile", "value": "1"})


# ---------------------------------------------------------------------- the resource of the API


def patch(body: Any, **query: object) -> api.Answer:
    return api.call("PATCH", PATH, body=body, query=query)


def test_values_are_changed_in_order_and_the_wish_stays_beside_them(station: CalledStation) -> None:
    tell(station, key("HeartbeatInterval", "300"), key("LocalPreAuthorize", "true"))
    answer = patch({"HeartbeatInterval": "60", "LocalPreAuthorize": "false"})
    assert answer.status == 202
    assert [one["payload"]["key"] for one in answer.json["items"]] == ["HeartbeatInterval", "LocalPreAuthorize"]
    assert shown("HeartbeatInterval") | {"read_at": None, "wished_at": None} == {
        "key": "HeartbeatInterval",
        "value": "300",
        "readonly": False,
        "known": True,
        "secret": False,
        "reboot_required": False,
        "read_at": None,
        "wished": "60",
        "wished_at": None,
        "differs": True,
    }
    station.answer(station.next("ChangeConfiguration").call_id, {"status": "Accepted"})
    station.answer(station.next("ChangeConfiguration").call_id, {"status": "Rejected"})
    assert [one["key"] for one in api.get(PATH, differs="true")["items"]] == ["LocalPreAuthorize"]
    tell(station, key("HeartbeatInterval", "61"))
    assert [one["key"] for one in api.get(PATH, differs="true")["items"]] == ["HeartbeatInterval", "LocalPreAuthorize"]


def test_a_wish_is_taken_back_without_a_call(station: CalledStation) -> None:
    tell(station, key("HeartbeatInterval", "300"))
    patch({"HeartbeatInterval": "60"})
    station.received.clear()
    answer = patch({"HeartbeatInterval": None, "NeverHeardOf": None})
    assert (answer.status, answer.json["items"]) == (202, [])
    assert station.received == []
    assert (shown("HeartbeatInterval")["wished"], shown("HeartbeatInterval")["differs"]) == (None, False)
    assert api.call("GET", f"{PATH}/NeverHeardOf").status == 404


def test_values_are_read_again_on_request(station: CalledStation) -> None:
    answer = patch({"HeartbeatInterval": "60", "CpoName": "We"}, verify="true")
    actions = [(one["action"], one["payload"].get("key")) for one in answer.json["items"]]
    assert actions[-1] == ("GetConfiguration", ["HeartbeatInterval", "CpoName"])
    assert len(actions) == 3


def test_nothing_is_sent_if_one_value_cannot_be(station: CalledStation) -> None:
    tell(station, key("NumberOfConnectors", "2", True))
    wrong = {"HeartbeatInterval": "60", "LocalPreAuthorize": "maybe", "AuthorizationKey": "00" * 16, "cponame": "A"}
    answer = patch(wrong | {"CpoName": "B"})
    assert answer.status == 422
    assert sorted(wrong_fields(answer)) == ["body AuthorizationKey", "body LocalPreAuthorize", "body cponame"]
    assert patch({"HeartbeatInterval": "60", "NumberOfConnectors": "3"}).status == 409
    assert patch({"HeartbeatInterval": 60}).status == 422
    assert patch({"k" * 51: "1"}).status == 422
    assert patch({"HeartbeatInterval": "x" * 501}).status == 422
    assert station.received == []
    assert api.call("GET", f"{PATH}/HeartbeatInterval").status == 404, "what was refused is no wish either"


def test_a_station_with_rules_of_its_own_is_sent_what_it_needs(station: CalledStation) -> None:
    tell(station, key("MeterValueSampleInterval", "60", True))
    assert patch({"MeterValueSampleInterval": "-1"}, unchecked="true").status == 202
    assert station.next("ChangeConfiguration").payload["value"] == "-1"


def test_a_security_profile_takes_an_admin(station: CalledStation) -> None:
    operator = {"sub": "somebody", "cognito:groups": "[operator]"}
    order = {"action": "ChangeConfiguration", "payload": {"key": "authorizationkey", "value": "00" * 16}}
    for method, path, body in (
        ("PATCH", PATH, {"SecurityProfile": "2"}),
        ("POST", "/stations/CP1/calls", order),
        ("POST", "/calls", order | {"stations": ["CP1"]}),
        ("POST", "/stations/CP1/password", {}),
    ):
        assert api.call(method, path, body=body, claims=operator).status == 403, path
    assert api.call("PATCH", PATH, body={"CpoName": "We"}, claims=operator).status == 202


def test_a_station_is_asked_for_all_or_for_some(station: CalledStation) -> None:
    made = api.call("POST", f"{PATH}/refresh", body={})
    assert (made.status, made.json["action"], made.json["payload"]) == (202, "GetConfiguration", {})
    station.answer(station.next("GetConfiguration").call_id, {"configurationKey": [key("CpoName", "We")]})
    some = api.call("POST", f"{PATH}/refresh", body={"keys": ["CpoName"]}, headers={"Idempotency-Key": "once"})
    again = api.call("POST", f"{PATH}/refresh", body={"keys": ["CpoName"]}, headers={"Idempotency-Key": "once"})
    assert some.json["payload"] == {"key": ["CpoName"]}
    assert again.json["call_id"] == some.json["call_id"]


def test_keys_are_listed_in_pages_and_by_name(station: CalledStation) -> None:
    tell(station, *(key(f"Key{number:02}", str(number)) for number in range(25)))
    assert [len(page) for page in api.pages(PATH, limit=10)] == [10, 10, 5]
    chosen = api.get(PATH, key="KEY07,Key03,Nothing")
    assert [one["key"] for one in chosen["items"]] == ["Key03", "Key07"]
    assert [len(page) for page in api.pages(PATH, key="Key01,Key02,Key03", limit=2)] == [2, 1]


def test_of_a_station_that_does_not_exist_nothing_is_known(table: Store) -> None:
    for method, path, body in (
        ("GET", PATH, None),
        ("GET", f"{PATH}/CpoName", None),
        ("PATCH", PATH, {"CpoName": "We"}),
        ("POST", f"{PATH}/refresh", {}),
        ("POST", "/stations/CP1/password", {}),
    ):
        assert api.call(method, path, body=body).status == 404, path


def test_a_rejected_station_is_sent_nothing_and_a_pending_one_may_be_configured(station: CalledStation) -> None:
    found = stations.find("CP1")
    assert found is not None
    found = stations.replace(found._replace(registration="Rejected"))
    assert patch({"CpoName": "We"}).status == 409
    assert configuration.find("CP1", "CpoName") is None
    stations.replace(found._replace(registration="Pending"))
    assert patch({"CpoName": "We"}).status == 202
    with pytest.raises(Conflict):
        station.order("RemoteStartTransaction", {"idTag": "TAG"})


def test_a_station_that_is_offline_is_asked_when_it_comes_back(station: CalledStation) -> None:
    connections.disconnect("CP1", station.connection_id, datetime.now(UTC))
    assert api.call("POST", f"{PATH}/refresh", body={}).json["state"] == "queued"


def test_a_password_is_never_shown(station: CalledStation, table: Store) -> None:
    connections.disconnect("CP1", station.connection_id, datetime.now(UTC))
    made = api.call("POST", "/stations/CP1/password", body={"password": "00ff" * 8})
    assert (made.status, made.json["state"]) == (202, "queued")
    listed = api.call("GET", "/stations/CP1/calls")
    assert "00ff" * 8 not in made.text + listed.text
    assert listed.json["items"][0]["payload"] == {"key": "AuthorizationKey", "value": "***"}
    wrong = api.call("POST", "/stations/CP1/password", body={"password": "too-short"})
    assert (wrong.status, wrong_fields(wrong)) == (422, ["body password"])
    assert "too-short" not in wrong.text


def test_a_password_must_be_hex_for_a_station_that_keeps_to_the_standard(station: CalledStation) -> None:
    text = {"key": "AuthorizationKey", "value": "a-long-random-secret"}
    station.order("ChangeConfiguration", text)
    api.call("PATCH", "/stations/CP1", body={"accept_hex_password": False})
    with pytest.raises(Invalid):
        station.order("ChangeConfiguration", text)
