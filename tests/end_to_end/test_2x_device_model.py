"""The device model of stations of OCPP 2.0.1 and 2.1: read, changed and reported over real WebSockets."""

import base64
import itertools
import json
from typing import Any

import pytest
from websockets.exceptions import InvalidStatus

from local.system import LocalSystem
from shared.ocpp.messages import V2X
from tests.end_to_end.answering import answer, ask, call, ended, made, nothing_comes, receive, seen
from tests.end_to_end.clients import Api, Frame, dial, dial_2x
from tests.end_to_end.device_model import known, named, report, told

BOTH = pytest.mark.parametrize("version", V2X)
OLD = "the-old-long-random-secret"
NEW = "a.new_long:random|secret"

_numbers = itertools.count(1)


def fresh() -> str:
    """The identity of a station that no other test has."""
    return f"DM{next(_numbers)}"


def results(frame: Frame, *statuses: str, **more: Any) -> dict[str, Any]:
    """The results of a SetVariables, in the other order."""
    found = [
        {name: one[name] for name in ("component", "variable")} | {"attributeStatus": status} | more
        for one, status in zip(frame[3]["setVariableData"], statuses, strict=True)
    ]
    return {"setVariableResult": found[::-1]}


# ---------------------------------------------------------------------- GetVariables


@BOTH
@pytest.mark.requirement("M20-021", "B06")
async def test_values_are_kept_per_variable_in_whatever_order_they_come(
    system: LocalSystem, api: Api, version: str
) -> None:
    async with dial_2x(system, fresh(), version) as station:
        body = {
            "variables": [
                {"component": "OCPPCommCtrlr", "variable": "HeartbeatInterval"},
                {"component": "EVSE", "variable": "Power", "evse_id": 1, "attribute": "MaxSet"},
            ]
        }
        await made(api, "POST", "stations", station.station_id, "variables", "refresh", body=body)
        frame = await receive(station, "GetVariables")
        assert frame[3]["getVariableData"] == [
            {**named("OCPPCommCtrlr", "HeartbeatInterval"), "attributeType": "Actual"},
            {**named("EVSE", "Power", {"id": 1}), "attributeType": "MaxSet"},
        ]
        first = {**named("OCPPCommCtrlr", "HeartbeatInterval"), "attributeValue": "300", "attributeStatus": "Accepted"}
        second = {
            **named("EVSE", "Power", {"id": 1}),
            "attributeType": "MaxSet",
            "attributeValue": "",
            "attributeStatus": "Accepted",
        }
        await answer(api, station, frame, {"getVariableResult": [second, first]})
        variables = await known(api, station)
    assert variables["HeartbeatInterval"]["attributes"]["Actual"]["value"] == "300"
    assert (variables["Power"]["evse_id"], variables["Power"]["attributes"]["MaxSet"]["value"]) == (1, "")


@BOTH
@pytest.mark.requirement("M20-022", "B06")
async def test_five_variables_are_three_calls_for_a_station_that_takes_two(
    system: LocalSystem, api: Api, version: str
) -> None:
    async with dial_2x(system, fresh(), version) as station:
        await report(station, told(named("DeviceDataCtrlr", "ItemsPerMessage", None, "GetVariables"), "2"))
        asked = [named("TxCtrlr", f"V{number}") for number in range(5)]
        first = await call(api, station, "GetVariables", {"getVariableData": asked})
        sizes = []
        for call_id in (first["call_id"], *first["parts"]):
            frame = await receive(station, "GetVariables")
            assert frame[1] == call_id
            data = frame[3]["getVariableData"]
            sizes.append(len(data))
            told_values = [{**one, "attributeValue": "1", "attributeStatus": "Accepted"} for one in data]
            await answer(api, station, frame, {"getVariableResult": told_values})
        assert sizes == [2, 2, 1]
        assert len(await known(api, station, component="txctrlr")) == 5


@BOTH
@pytest.mark.requirement("M20-023", "M20-143", "B06")
async def test_what_a_station_cannot_tell_is_shown_per_variable(system: LocalSystem, api: Api, version: str) -> None:
    statuses = ("UnknownComponent", "UnknownVariable", "NotSupportedAttributeType", "Rejected")
    async with dial_2x(system, fresh(), version) as station:
        asked = [named("Ctrlr", status) for status in statuses]
        await call(api, station, "GetVariables", {"getVariableData": asked})
        frame = await receive(station, "GetVariables")
        reason = {"attributeStatusInfo": {"reasonCode": "SomethingOfTheVendorsThatIsTooLong"}}
        told_statuses = [
            {**one, "attributeStatus": status, **reason} for one, status in zip(asked, statuses, strict=True)
        ]
        # Not by the schema, so past the test's own check of what goes out.
        await station.socket.send(json.dumps([3, frame[1], {"getVariableResult": told_statuses}]))
        await ended(api, station, frame[1])
        variables = await known(api, station)
    shown = {name: one["attributes"]["Actual"] for name, one in variables.items()}
    assert {name: (one["status"], one["known"]) for name, one in shown.items()} == {
        "UnknownComponent": ("UnknownComponent", False),
        "UnknownVariable": ("UnknownVariable", False),
        "NotSupportedAttributeType": ("NotSupportedAttributeType", False),
        "Rejected": ("Rejected", None),
    }
    assert shown["Rejected"]["reason_code"] == "SomethingOfTheVendor"


@pytest.mark.requirement("B05", "B06")
async def test_the_same_attribute_is_not_named_twice(system: LocalSystem, api: Api) -> None:
    async with dial_2x(system, fresh(), "2.0.1") as station:
        for action, field, more in (
            ("GetVariables", "getVariableData", {}),
            ("SetVariables", "setVariableData", {"attributeValue": "1"}),
        ):
            twice = [named("A", "B") | more, named("a", "b") | more | {"attributeType": "Actual"}]
            body = {"action": action, "payload": {field: twice}}
            response = await ask(api, "POST", "stations", station.station_id, "calls", body=body)
            assert response.status_code == 422
            assert response.json()["errors"][0]["path"] == f"payload.{field}[1]"
        assert await nothing_comes(station)


# ---------------------------------------------------------------------- SetVariables


@BOTH
@pytest.mark.requirement("M20-024", "B05")
async def test_results_are_per_variable_and_a_boot_makes_pending_values_count(
    system: LocalSystem, api: Api, version: str
) -> None:
    async with dial_2x(system, fresh(), version) as station:
        wished = [
            {"component": "Ctrlr", "variable": name, "value": value}
            for name, value in (("Taken", "1"), ("Later", "2"), ("Refused", "3"))
        ]
        await made(api, "PATCH", "stations", station.station_id, "variables", body={"variables": wished})
        frame = await receive(station, "SetVariables")
        assert [one["attributeValue"] for one in frame[3]["setVariableData"]] == ["1", "2", "3"]
        await answer(api, station, frame, results(frame, "Accepted", "RebootRequired", "Rejected"))
        shown = {name: one["attributes"]["Actual"] for name, one in (await known(api, station)).items()}
        assert {name: (one["value"], one["status"], one["reboot_required"]) for name, one in shown.items()} == {
            "Taken": ("1", "Accepted", False),
            "Later": ("2", "RebootRequired", True),
            "Refused": (None, "Rejected", False),
        }
        booted = {"model": "Duo", "vendorName": "Acme"}
        await station.call("BootNotification", chargingStation=booted, reason="RemoteReset")
        assert not (await known(api, station))["Later"]["attributes"]["Actual"]["reboot_required"]


@BOTH
@pytest.mark.requirement("M20-100", "I04", "I05")
async def test_fallback_messages_for_tariff_and_cost_are_set(system: LocalSystem, api: Api, version: str) -> None:
    async with dial_2x(system, fresh(), version) as station:
        values = {"TariffFallbackMessage": "Ask at the desk", "TotalCostFallbackMessage": "See your invoice"}
        data = [named("TariffCostCtrlr", name) | {"attributeValue": value} for name, value in values.items()]
        await call(api, station, "SetVariables", {"setVariableData": data})
        frame = await receive(station, "SetVariables")
        await answer(api, station, frame, results(frame, "Accepted", "Accepted"))
        variables = await known(api, station, component="TariffCostCtrlr")
    assert {name: one["attributes"]["Actual"]["value"] for name, one in variables.items()} == values


@BOTH
@pytest.mark.requirement("B05")
async def test_what_a_station_has_told_of_a_variable_is_heeded(system: LocalSystem, api: Api, version: str) -> None:
    async with dial_2x(system, fresh(), version) as station:
        interval, serial = named("OCPPCommCtrlr", "HeartbeatInterval"), named("ChargingStation", "SerialNumber")
        await report(station, told(interval, "300", kind="integer"), told(serial, "S-1", mutability="ReadOnly"))
        for body, status in (
            ({"component": "OCPPCommCtrlr", "variable": "HeartbeatInterval", "value": "often"}, 422),
            ({"component": "OCPPCommCtrlr", "variable": "HeartbeatInterval", "value": "-1"}, 422),
            ({"component": "chargingstation", "variable": "serialnumber", "value": "S-2"}, 409),
        ):
            path = ("stations", station.station_id, "variables")
            response = await ask(api, "PATCH", *path, body={"variables": [body]})
            assert response.status_code == status, response.text
        assert await nothing_comes(station)


@BOTH
@pytest.mark.requirement("B05")
async def test_drift_between_wished_and_reported_shows(system: LocalSystem, api: Api, version: str) -> None:
    async with dial_2x(system, fresh(), version) as station:
        wished = [{"component": "TxCtrlr", "variable": "EVConnectionTimeOut", "value": "60"}]
        await made(api, "PATCH", "stations", station.station_id, "variables", body={"variables": wished})
        frame = await receive(station, "SetVariables")
        await answer(api, station, frame, results(frame, "Accepted"))
        assert await known(api, station, drift=True) == {}
        await report(station, told(named("TxCtrlr", "EVConnectionTimeOut"), "90", kind="integer"))
        one = (await known(api, station, drift=True))["EVConnectionTimeOut"]["attributes"]["Actual"]
        assert (one["wished"], one["value"], one["previous_value"], one["differs"]) == ("60", "90", "60", True)


@pytest.mark.requirement("B05")
async def test_a_template_of_values_goes_to_many_stations(system: LocalSystem, api: Api) -> None:
    data = [named("TxCtrlr", "EVConnectionTimeOut") | {"attributeValue": "45"}]
    async with dial_2x(system, fresh(), "2.0.1") as one, dial_2x(system, fresh(), "2.1") as other:
        stations = [one.station_id, other.station_id]
        body = {"action": "SetVariables", "payload": {"setVariableData": data}, "stations": stations}
        job = await made(api, "POST", "calls", body=body)
        for station in (one, other):
            frame = await receive(station, "SetVariables")
            await answer(api, station, frame, results(frame, "Accepted"))
            assert (await known(api, station))["EVConnectionTimeOut"]["attributes"]["Actual"]["wished"] == "45"
        assert (await seen(api, "jobs", job["job_id"]))["state"] == "done"


# ---------------------------------------------------------------------- the password


def basic(station_id: str, password: str) -> dict[str, str]:
    return {"Authorization": "Basic " + base64.b64encode(f"{station_id}:{password}".encode()).decode()}


@BOTH
@pytest.mark.parametrize(("status", "valid", "void"), [("Accepted", NEW, OLD), ("Rejected", OLD, NEW)])
@pytest.mark.requirement("M20-035", "A01")
async def test_a_password_counts_once_the_station_accepts_it(
    system: LocalSystem, api: Api, version: str, status: str, valid: str, void: str
) -> None:
    station_id = fresh()
    api.put("stations", station_id, password=OLD)
    headers = basic(station_id, OLD)
    async with dial(system, station_id, subprotocols=(f"ocpp{version}",), headers=headers) as station:
        made_call = await made(api, "POST", "stations", station_id, "password", body={"password": NEW})
        assert NEW not in str(made_call)
        frame = await receive(station, "SetVariables")
        assert frame[3]["setVariableData"] == [
            named("SecurityCtrlr", "BasicAuthPassword") | {"attributeType": "Actual", "attributeValue": NEW}
        ]
        ended = await answer(api, station, frame, results(frame, status))
        assert NEW not in str(ended)
        shown = (await known(api, station))["BasicAuthPassword"]["attributes"]["Actual"]
        assert (shown["value"], shown["wished"], shown["secret"]) == (None, None, True)
    async with dial(system, station_id, subprotocols=(f"ocpp{version}",), headers=basic(station_id, valid)):
        pass
    with pytest.raises(InvalidStatus):
        async with dial(system, station_id, subprotocols=(f"ocpp{version}",), headers=basic(station_id, void)):
            pass


@pytest.mark.requirement("A01")
async def test_a_password_that_is_none_by_the_standard_is_not_sent(system: LocalSystem, api: Api) -> None:
    async with dial_2x(system, fresh(), "2.0.1") as station:
        for password in ("too-short", "x" * 41, "has blanks and more of them"):
            path = ("stations", station.station_id, "password")
            response = await ask(api, "POST", *path, body={"password": password})
            assert response.status_code == 422
        assert await nothing_comes(station)
