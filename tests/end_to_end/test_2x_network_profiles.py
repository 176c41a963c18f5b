"""How stations of OCPP 2.x reach a central system: network profiles, and upgrades of the security profile."""

import itertools
from typing import Any

import pytest
from websockets.exceptions import InvalidStatus

from local.system import LocalSystem
from shared.ocpp.messages import V2X
from tests.end_to_end.answering import answer, ask, call, ended, made, nothing_comes, receive, refuse, seen
from tests.end_to_end.clients import Api, Frame, Station, dial, dial_2x

BOTH = pytest.mark.parametrize("version", V2X)
URL = "wss://csms.example/ocpp"
NOW = "2026-11-23T08:00:00Z"
PROFILE = {"url": URL, "security_profile": 2}

_numbers = itertools.count(1)


def fresh() -> str:
    """The identity of a station that no other test has."""
    return f"NP{next(_numbers)}"


def named(component: str, variable: str) -> dict[str, Any]:
    return {"component": {"name": component}, "variable": {"name": variable}}


async def tell(station: Station, **values: str) -> None:
    """Have the station report these variables of OCPPCommCtrlr and SecurityCtrlr."""
    entries = [
        {
            **named("SecurityCtrlr" if "Security" in name else "OCPPCommCtrlr", name),
            "variableAttribute": [{"value": value}],
            "variableCharacteristics": {"dataType": "SequenceList", "supportsMonitoring": False, "valuesList": "1,2,3"}
            if name == "NetworkConfigurationPriority"
            else {"dataType": "string", "supportsMonitoring": False},
        }
        for name, value in values.items()
    ]
    await station.call("NotifyReport", requestId=1, generatedAt=NOW, seqNo=0, reportData=entries)


async def profiles(api: Api, station_id: str) -> Any:
    return await seen(api, "stations", station_id, "network-profiles")


async def upgrade(api: Api, station_id: str) -> Any:
    return await seen(api, "stations", station_id, "security-profile")


def accepted(frame: Frame, status: str = "Accepted") -> dict[str, Any]:
    (one,) = frame[3]["setVariableData"]
    return {
        "setVariableResult": [{"component": one["component"], "variable": one["variable"], "attributeStatus": status}]
    }


@BOTH
@pytest.mark.parametrize("status", ["Accepted", "Rejected", "Failed"])
@pytest.mark.requirement("M20-030", "B09")
async def test_a_network_profile_is_given_and_its_result_kept(
    system: LocalSystem, api: Api, version: str, status: str
) -> None:
    async with dial_2x(system, fresh(), version) as station:
        await tell(station, NetworkConfigurationPriority="1,2", ActiveNetworkProfile="1")
        vpn = {"server": "vpn.example", "user": "u", "password": "pw-of-vpn", "key": "key-of-vpn", "type": "IPSec"}
        apn = {"apn": "internet", "authentication": "AUTO", "password": "pw-of-apn", "sim_pin": 471199}
        path = ("stations", station.station_id, "network-profiles", "2")
        one = await made(api, "PUT", *path, body=PROFILE | {"vpn": vpn, "apn": apn})
        frame = await receive(station, "SetNetworkProfile")
        data = frame[3]["connectionData"]
        assert (frame[3]["configurationSlot"], data["ocppCsmsUrl"], data["ocppTransport"]) == (2, URL, "JSON")
        assert (data["vpn"]["password"], data["apn"]["simPin"]) == ("pw-of-vpn", 471199)
        one_ended = await answer(api, station, frame, {"status": status, "statusInfo": {"reasonCode": "NoError"}})
        found = await profiles(api, station.station_id)
    (item,) = found["items"]
    assert (item["slot"], item["status"], item["reason_code"]) == (2, status, "NoError")
    assert (item["accepted"] is not None) == (status == "Accepted")
    assert (found["slots"], found["priority"], found["active_slot"], item["active"]) == ([1, 2, 3], [1, 2], 1, False)
    for secret in ("pw-of-vpn", "key-of-vpn", "pw-of-apn", "471199"):
        assert secret not in f"{one}{one_ended}{found}"


@BOTH
@pytest.mark.requirement("M20-030", "B09")
async def test_a_network_profile_that_would_strand_the_station_is_not_sent(
    system: LocalSystem, api: Api, version: str
) -> None:
    station_id = fresh()
    async with dial_2x(system, station_id, version) as station:
        await tell(station, NetworkConfigurationPriority="1", SecurityProfile="2")
        longest = 512 if version == "2.0.1" else 2000
        for slot, body, status in (
            ("7", PROFILE, 422),
            ("2", PROFILE | {"url": f"{URL}/{station_id}"}, 422),
            ("2", PROFILE | {"url": "https://csms.example"}, 422),
            ("2", PROFILE | {"url": "ws://csms.example"}, 422),
            ("2", PROFILE | {"url": "wss://csms.example/".ljust(longest + 1, "x")}, 422),
            ("2", PROFILE | {"security_profile": 1}, 409),
        ):
            response = await ask(api, "PUT", "stations", station_id, "network-profiles", slot, body=body)
            assert response.status_code == status, (body, response.text)
        assert await nothing_comes(station)
        path = ("stations", station_id, "network-profiles", "2")
        await made(api, "PUT", *path, body=PROFILE | {"url": "wss://csms.example/".ljust(longest, "x")})
        await receive(station, "SetNetworkProfile")


@pytest.mark.requirement("M21-011", "B09")
async def test_a_profile_with_identity_and_password_is_sent_and_hidden(system: LocalSystem, api: Api) -> None:
    async with dial_2x(system, fresh(), "2.1") as station:
        secret = "a-password-of-16-or-more"
        path = ("stations", station.station_id, "network-profiles", "1")
        body = PROFILE | {"identity": "OTHER", "basic_auth_password": secret, "interface": "Any"}
        one = await made(api, "PUT", *path, body=body)
        frame = await receive(station, "SetNetworkProfile")
        data = frame[3]["connectionData"]
        assert (data["identity"], data["basicAuthPassword"]) == ("OTHER", secret)
        one_ended = await answer(api, station, frame)
        assert secret not in f"{one}{one_ended}{await profiles(api, station.station_id)}"


@pytest.mark.requirement("M21-012", "B09")
async def test_a_network_profile_is_set_variable_by_variable(system: LocalSystem, api: Api) -> None:
    async with dial_2x(system, fresh(), "2.1") as station:
        component = {"component": "NetworkConfiguration", "component_instance": "2"}
        wished = [
            {**component, "variable": "OcppCsmsUrl", "value": URL},
            {**component, "variable": "VpnKey", "value": "key-of-vpn"},
        ]
        path = ("stations", station.station_id, "variables")
        (one,) = (await made(api, "PATCH", *path, body={"variables": wished}))["items"]
        frame = await receive(station, "SetVariables")
        data = frame[3]["setVariableData"]
        assert [entry["component"] for entry in data] == [{"name": "NetworkConfiguration", "instance": "2"}] * 2
        assert [entry["attributeValue"] for entry in data] == [URL, "key-of-vpn"]
        told = [
            {"component": entry["component"], "variable": entry["variable"], "attributeStatus": "Accepted"}
            for entry in data
        ]
        await answer(api, station, frame, {"setVariableResult": told})
        items = {entry["variable"]: entry["attributes"]["Actual"] for entry in (await seen(api, *path))["items"]}
    assert (items["OcppCsmsUrl"]["value"], items["VpnKey"]["value"], items["VpnKey"]["secret"]) == (URL, None, True)
    assert "key-of-vpn" not in f"{one}{items}"


# ---------------------------------------------------------------------- the security profile


async def upgraded(api: Api, station: Station, profile: int, slot: int) -> None:
    """The station goes through the steps of an upgrade, up to its restart."""
    body = {"security_profile": profile, "url": URL}
    begun = await made(api, "POST", "stations", station.station_id, "security-profile", body=body)
    assert (begun["upgrade"]["state"], begun["upgrade"]["slot"]) == ("profile", slot)
    frame = await receive(station, "SetNetworkProfile")
    assert (frame[3]["configurationSlot"], frame[3]["connectionData"]["securityProfile"]) == (slot, profile)
    await answer(api, station, frame)
    frame = await receive(station, "SetVariables")
    (one,) = frame[3]["setVariableData"]
    assert (one["variable"]["name"], one["attributeValue"]) == ("NetworkConfigurationPriority", f"{slot},1")
    await answer(api, station, frame, accepted(frame, "RebootRequired"))
    frame = await receive(station, "Reset")
    assert frame[3] == {"type": "OnIdle"}
    await answer(api, station, frame)


async def tells(api: Api, station: Station, slot: int, profile: int) -> None:
    """The station has booted, is asked what it uses, and says so."""
    frame = await receive(station, "GetVariables")
    values = {"ActiveNetworkProfile": str(slot), "SecurityProfile": str(profile)}
    told = [
        {
            "component": one["component"],
            "variable": one["variable"],
            "attributeStatus": "Accepted",
            "attributeValue": values[one["variable"]["name"]],
        }
        for one in frame[3]["getVariableData"]
    ]
    await answer(api, station, frame, {"getVariableResult": told})


@BOTH
@pytest.mark.parametrize(("before", "after"), [(1, 2), (2, 3)])
@pytest.mark.requirement("M20-031", "A05")
async def test_an_upgrade_ends_with_the_old_profile_refused(
    system: LocalSystem, api: Api, version: str, before: int, after: int
) -> None:
    station_id = fresh()
    api.put("stations", station_id, security_profile=before)
    async with dial_2x(system, station_id, version) as station:
        await tell(station, NetworkConfigurationPriority="1", ActiveNetworkProfile="1")
        await upgraded(api, station, after, 2)
        assert (await upgrade(api, station_id))["security_profile"] == before
    async with dial_2x(system, station_id, version, reason="RemoteReset") as station:
        await tells(api, station, 2, after)
        found = await upgrade(api, station_id)
        assert (found["security_profile"], found["upgrade"]["state"]) == (after, "succeeded")
        body = PROFILE | {"security_profile": before}
        response = await ask(api, "PUT", "stations", station_id, "network-profiles", "2", body=body)
        assert response.status_code == 409
    # What CloudFront says of a station without TLS, where the stage lets in such at all.
    plain = {"CloudFront-Forwarded-Proto": "http"}
    with pytest.raises(InvalidStatus) as refused:
        async with dial(system, station_id, subprotocols=(f"ocpp{version}",), headers=plain):
            pass
    assert refused.value.response.status_code == 401


@BOTH
@pytest.mark.requirement("A05", "B10")
async def test_a_station_that_falls_back_keeps_its_profile(system: LocalSystem, api: Api, version: str) -> None:
    station_id = fresh()
    api.put("stations", station_id, security_profile=1)
    async with dial_2x(system, station_id, version) as station:
        await tell(station, NetworkConfigurationPriority="1", ActiveNetworkProfile="1")
        await upgraded(api, station, 2, 2)
    async with dial_2x(system, station_id, version, reason="RemoteReset") as station:
        await tells(api, station, 1, 1)
        found = await upgrade(api, station_id)
    assert (found["security_profile"], found["upgrade"]["state"]) == (1, "failed")
    assert "slot 1" in found["upgrade"]["reason"]


@BOTH
@pytest.mark.requirement("A05")
async def test_an_upgrade_stops_at_the_first_no(system: LocalSystem, api: Api, version: str) -> None:
    async with dial_2x(system, fresh(), version) as station:
        await tell(station, NetworkConfigurationPriority="1", ActiveNetworkProfile="1")
        path = ("stations", station.station_id, "security-profile")
        body = {"security_profile": 2, "url": URL}
        await made(api, "POST", *path, body=body)
        assert (await ask(api, "POST", *path, body=body)).status_code == 409
        frame = await receive(station, "SetNetworkProfile")
        await answer(api, station, frame, {"status": "Rejected"})
        assert (await upgrade(api, station.station_id))["upgrade"]["state"] == "failed"
        await made(api, "POST", *path, body=body)
        await answer(api, station, await receive(station, "SetNetworkProfile"))
        frame = await receive(station, "SetVariables")
        await answer(api, station, frame, accepted(frame, "Rejected"))
        assert (await upgrade(api, station.station_id))["upgrade"]["state"] == "failed"
        await made(api, "POST", *path, body=body)
        await refuse(api, station, await receive(station, "SetNetworkProfile"))
        assert (await upgrade(api, station.station_id))["upgrade"]["state"] == "failed"
        assert await nothing_comes(station)


@pytest.mark.parametrize(
    ("version", "allowed", "wanted", "status"),
    [
        ("2.1", "true", 2, 202),
        ("2.1", "false", 2, 409),
        ("2.1", None, 2, 409),
        ("2.1", "true", 1, 409),
        ("2.0.1", "true", 2, 409),
    ],
)
@pytest.mark.requirement("M21-014", "A05")
async def test_a_profile_gets_lower_only_where_the_station_says_that_it_may(
    system: LocalSystem, api: Api, *, version: str, allowed: str | None, wanted: int, status: int
) -> None:
    station_id = fresh()
    api.put("stations", station_id, security_profile=3)
    async with dial_2x(system, station_id, version) as station:
        told = {} if allowed is None else {"AllowSecurityProfileDowngrade": allowed}
        await tell(station, NetworkConfigurationPriority="1", ActiveNetworkProfile="1", **told)
        body = {"security_profile": wanted, "url": URL}
        response = await ask(api, "POST", "stations", station_id, "security-profile", body=body)
        assert response.status_code == status, response.text


@BOTH
@pytest.mark.requirement("M20-032", "B10")
async def test_a_station_from_another_system_works_at_once(system: LocalSystem, api: Api, version: str) -> None:
    """It brings reports and calls that are of another system's making."""
    async with dial_2x(system, fresh(), version) as station:
        await tell(station, NetworkConfigurationPriority="2,1", ActiveNetworkProfile="2")
        await station.send([3, "a-call-of-another-system", {}])
        assert (await profiles(api, station.station_id))["active_slot"] == 2
        one = await call(api, station, "GetBaseReport", {"reportBase": "FullInventory"})
        await answer(api, station, await receive(station, "GetBaseReport"))
        assert (await ended(api, station, one["call_id"]))["state"] == "answered"
