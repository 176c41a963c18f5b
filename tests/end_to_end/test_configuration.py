"""The configuration of stations on the wire, their passwords, and what stations that are not accepted are sent."""

import base64
from datetime import timedelta
from typing import Any

import pytest
from websockets.exceptions import InvalidStatus

from local.system import LocalSystem
from tests.end_to_end.answering import answer, ask, call, made, nothing_comes, receive, seen
from tests.end_to_end.clients import Api, Station, dial

BOOT = {"chargePointVendor": "ACME", "chargePointModel": "One"}
OLD = "the-old-long-random-secret"
NEW = "00ff10ee20dd30cc40bb50aa60997088"


def key(name: str, value: str, readonly: bool = False) -> dict[str, Any]:
    return {"key": name, "value": value, "readonly": readonly}


async def known(api: Api, station: Station, name: str) -> Any:
    return await seen(api, "stations", station.station_id, "configuration", name)


@pytest.mark.requirement("M16-074")
async def test_all_keys_are_asked_for_and_kept(system: LocalSystem, api: Api) -> None:
    async with dial(system, "C74") as station:
        await call(api, station, "GetConfiguration")
        frame = await receive(station, "GetConfiguration")
        assert frame[3] == {}
        said = [
            key("HeartbeatInterval", "300"),
            key("NumberOfConnectors", "2", True),
            {"key": "Empty", "readonly": False},
        ]
        await answer(api, station, frame, {"configurationKey": said, "unknownKey": ["Nonsense"]})
        items = (await seen(api, "stations", "C74", "configuration"))["items"]
    assert [(one["key"], one["value"], one["readonly"], one["known"]) for one in items] == [
        ("Empty", None, False, True),
        ("HeartbeatInterval", "300", False, True),
        ("Nonsense", None, None, False),
        ("NumberOfConnectors", "2", True, True),
    ]


async def test_one_key_is_asked_for(system: LocalSystem, api: Api) -> None:
    async with dial(system, "C19") as station:
        await made(api, "POST", "stations", "C19", "configuration", "refresh", body={"keys": ["CpoName"]})
        frame = await receive(station, "GetConfiguration")
        assert frame[3] == {"key": ["CpoName"]}
        await answer(api, station, frame, {"configurationKey": [key("cponame", "We")]})
        assert (await known(api, station, "CpoName"))["value"] == "We"


@pytest.mark.requirement("M16-075")
async def test_sixty_keys_are_three_calls_for_a_station_that_takes_twenty(system: LocalSystem, api: Api) -> None:
    names = [f"Key{number}" for number in range(60)]
    async with dial(system, "C75") as station:
        await call(api, station, "GetConfiguration")
        frame = await receive(station, "GetConfiguration")
        await answer(api, station, frame, {"configurationKey": [key("GetConfigurationMaxKeys", "20", True)]})
        first = await call(api, station, "GetConfiguration", {"key": names})
        asked: list[str] = []
        for call_id in (first["call_id"], *first["parts"]):
            frame = await receive(station, "GetConfiguration")
            assert (frame[1], len(frame[3]["key"])) == (call_id, 20)
            asked += frame[3]["key"]
            await answer(api, station, frame, {"configurationKey": [key(name, "1") for name in frame[3]["key"]]})
        assert asked == names
        assert await nothing_comes(station)
        assert (await known(api, station, "Key59"))["value"] == "1"


@pytest.mark.requirement("M16-076")
@pytest.mark.parametrize(
    ("said", "value", "reboot"),
    [
        ("Accepted", "60", False),
        ("RebootRequired", "60", True),
        ("NotSupported", "300", False),
        ("Rejected", "300", False),
    ],
)
async def test_a_value_changes_if_the_station_takes_it(
    system: LocalSystem, api: Api, said: str, value: str, reboot: bool
) -> None:
    async with dial(system, f"C76{said}") as station:
        await call(api, station, "GetConfiguration")
        frame = await receive(station, "GetConfiguration")
        await answer(api, station, frame, {"configurationKey": [key("HeartbeatInterval", "300")]})
        await call(api, station, "ChangeConfiguration", {"key": "HeartbeatInterval", "value": "60"})
        frame = await receive(station, "ChangeConfiguration")
        assert frame[3] == {"key": "HeartbeatInterval", "value": "60"}
        ended = await answer(api, station, frame, {"status": said})
        assert (ended["state"], ended["answer"]) == ("answered", {"status": said})
        found = await known(api, station, "HeartbeatInterval")
        assert (found["value"], found["reboot_required"]) == (value, reboot)
        await station.call("BootNotification", **BOOT)
        assert not (await known(api, station, "HeartbeatInterval"))["reboot_required"]


async def test_values_are_wished_sent_in_order_and_compared(system: LocalSystem, api: Api) -> None:
    async with dial(system, "C77") as station:
        wished = {"HeartbeatInterval": "60", "CpoName": "We"}
        path = ("stations", "C77", "configuration")
        listed = (await ask(api, "PATCH", *path, body=wished)).json()["items"]
        assert [one["state"] for one in listed] == ["sent", "queued"]
        for name, said in (("HeartbeatInterval", "Accepted"), ("CpoName", "Rejected")):
            frame = await receive(station, "ChangeConfiguration")
            assert frame[3] == {"key": name, "value": wished[name]}
            await answer(api, station, frame, {"status": said})
        await made(api, "POST", *path, "refresh", body={})
        said_now = [key("HeartbeatInterval", "61"), key("CpoName", "They")]
        await answer(api, station, await receive(station, "GetConfiguration"), {"configurationKey": said_now})
        differing = (await seen(api, *path, differs="true"))["items"]
        assert [(one["key"], one["value"], one["wished"]) for one in differing] == [
            ("CpoName", "They", "We"),
            ("HeartbeatInterval", "61", "60"),
        ]
        invalid = await ask(api, "PATCH", *path, body={"HeartbeatInterval": "often"})
        assert invalid.json()["errors"][0]["path"] == "HeartbeatInterval"
        assert await nothing_comes(station)


# ---------------------------------------------------------------------- the password


def basic(station_id: str, password: bytes) -> dict[str, str]:
    return {"Authorization": "Basic " + base64.b64encode(station_id.encode() + b":" + password).decode()}


async def lets_in(system: LocalSystem, station_id: str, password: bytes) -> bool:
    try:
        async with dial(system, station_id, headers=basic(station_id, password)) as station:
            return await station.is_alive()
    except InvalidStatus as refused:
        if refused.response.status_code != 401:
            raise
        return False


@pytest.mark.requirement("M16-102")
async def test_a_new_password_takes_the_place_of_the_old_one(
    system: LocalSystem, api: Api, capfd: pytest.CaptureFixture[str]
) -> None:
    await ask(api, "PUT", "stations", "K102", body={"password": OLD, "message_log": "on"})
    async with dial(system, "K102", headers=basic("K102", OLD.encode())) as station:
        order = {"key": "AuthorizationKey", "value": NEW}
        await call(api, station, "ChangeConfiguration", order)
        frame = await receive(station, "ChangeConfiguration")
        assert frame[3] == order
        ended = await answer(api, station, frame)
        assert await station.is_alive(), "the connection on which it was taken stays"
    assert ended["payload"] == {"key": "AuthorizationKey", "value": "***"}
    assert not await lets_in(system, "K102", OLD.encode())
    assert await lets_in(system, "K102", bytes.fromhex(NEW))
    assert await lets_in(system, "K102", NEW.encode())
    shown = [
        (await ask(api, "GET", "stations", "K102", *path)).text
        for path in ((), ("calls",), ("events",), ("messages",), ("configuration",))
    ]
    written = capfd.readouterr()
    for secret in (OLD, NEW):
        assert secret not in "".join(shown) + written.out + written.err
    assert (await seen(api, "stations", "K102", "configuration", "AuthorizationKey"))["secret"]


@pytest.mark.requirement("M16-103")
@pytest.mark.parametrize("said", ["Rejected", "NotSupported"])
async def test_a_new_password_that_is_not_taken_leaves_the_old_one(system: LocalSystem, api: Api, said: str) -> None:
    station_id = f"K103{said}"
    await ask(api, "PUT", "stations", station_id, body={"password": OLD})
    async with dial(system, station_id, headers=basic(station_id, OLD.encode())) as station:
        await made(api, "POST", "stations", station_id, "password", body={"password": NEW})
        await answer(api, station, await receive(station, "ChangeConfiguration"), {"status": said})
    assert await lets_in(system, station_id, OLD.encode())
    assert not await lets_in(system, station_id, bytes.fromhex(NEW))


@pytest.mark.requirement("M16-102")
async def test_if_the_answer_is_lost_the_station_is_let_in_with_either_until_it_has_used_one(
    system: LocalSystem, api: Api
) -> None:
    await ask(api, "PUT", "stations", "KLOST", body={"password": OLD})
    async with dial(system, "KLOST", headers=basic("KLOST", OLD.encode())) as station:
        await made(api, "POST", "stations", "KLOST", "password", body={})
        password = bytes.fromhex((await receive(station, "ChangeConfiguration"))[3]["value"])
        assert len(password) == 20
    assert await lets_in(system, "KLOST", OLD.encode())
    assert await lets_in(system, "KLOST", password)
    assert not await lets_in(system, "KLOST", OLD.encode())
    assert await lets_in(system, "KLOST", password)


# ---------------------------------------------------------------------- stations that are not accepted


@pytest.mark.requirement("M16-033")
async def test_a_pending_station_may_be_configured_and_not_be_told_to_charge(system: LocalSystem, api: Api) -> None:
    await ask(api, "PUT", "stations", "C33", body={"registration": "Pending"})
    async with dial(system, "C33") as station:
        booted = await station.call("BootNotification", **BOOT)
        assert (booted["status"], booted["interval"] > 0) == ("Pending", True)
        await call(api, station, "GetConfiguration")
        frame = await receive(station, "GetConfiguration")
        await answer(api, station, frame, {"configurationKey": [key("CpoName", "We")]})
        assert (await known(api, station, "CpoName"))["value"] == "We"
        for action, payload in (
            ("RemoteStartTransaction", {"idTag": "TAG"}),
            ("RemoteStopTransaction", {"transactionId": 1}),
        ):
            order = {"action": action, "payload": payload}
            refused = await ask(api, "POST", "stations", "C33", "calls", body=order)
            assert refused.status_code == 409
            assert "registration is Pending" in refused.json()["detail"]
        assert (await station.frame("Heartbeat", {}))[0] == 4, "nothing came before it"


@pytest.mark.requirement("M16-035")
async def test_a_rejected_station_is_sent_nothing(
    system: LocalSystem, api: Api, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("functions.stream.follow_up.SETTLED_AFTER", timedelta(0))
    await ask(api, "PUT", "stations", "C35", body={})
    queued = await made(api, "POST", "stations", "C35", "calls", body={"action": "ClearCache"})
    await ask(api, "PATCH", "stations", "C35", body={"registration": "Rejected"})
    async with dial(system, "C35") as station:
        assert (await station.call("BootNotification", **BOOT))["status"] == "Rejected"
        refused = await ask(api, "POST", "stations", "C35", "calls", body={"action": "GetConfiguration"})
        assert refused.status_code == 409
        assert "registration is Rejected" in refused.json()["detail"]
        assert (await seen(api, "stations", "C35", "calls", queued["call_id"]))["state"] == "queued"
        assert (await station.frame("Heartbeat", {}))[0] == 4, "nothing came before it"


async def test_what_waits_while_a_station_is_pending_goes_out_once_it_is_accepted(
    system: LocalSystem, api: Api
) -> None:
    await ask(api, "PUT", "stations", "C36", body={})
    order = {"action": "RemoteStartTransaction", "payload": {"idTag": "TAG"}, "expires_in_s": 300}
    started = await made(api, "POST", "stations", "C36", "calls", body=order)
    await ask(api, "PATCH", "stations", "C36", body={"registration": "Pending"})
    async with dial(system, "C36") as station:
        await station.call("BootNotification", **BOOT)
        await made(api, "POST", "stations", "C36", "calls", body={"action": "ClearCache"})
        await answer(api, station, await receive(station, "ClearCache"))
        assert (await seen(api, "stations", "C36", "calls", started["call_id"]))["state"] == "queued"
        await ask(api, "PATCH", "stations", "C36", body={"registration": "Accepted"})
        await station.closed()
    async with dial(system, "C36") as station:
        frame = await receive(station, "RemoteStartTransaction")
        assert frame[1] == started["call_id"]
        await answer(api, station, frame)
