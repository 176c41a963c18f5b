"""The monitors of stations of OCPP 2.x on the wire (block N): set, cleared, reported, and reset to a base."""

from typing import Any

import pytest

from local.system import LocalSystem
from shared.ocpp.messages import V2X
from tests.end_to_end.answering import answer, ask, call, made, receive, refuse, seen
from tests.end_to_end.clients import Api, Frame, Station, dial_2x

both = pytest.mark.parametrize("version", V2X)
SET, CLEAR, REPORT = "SetVariableMonitoring", "ClearVariableMonitoring", "GetMonitoringReport"


def wished(variable: str, **fields: Any) -> dict[str, Any]:
    """A monitor as an operator wishes it."""
    upper = {"type": "UpperThreshold", "value": 80, "severity": 3}
    return {"component": "EVSE", "evse_id": 1, "variable": variable, **upper, **fields}


def result(data: dict[str, Any], status: str = "Accepted", monitor_id: int | None = None) -> dict[str, Any]:
    """What a station answers to one SetMonitoringDataType."""
    named = {name: data[name] for name in ("type", "severity", "component", "variable")}
    return {**named, "status": status, **({} if monitor_id is None else {"id": monitor_id})}


def reported(
    version: str, monitor_id: int, variable: str, kind: str = "CustomMonitor", severity: int = 5
) -> dict[str, Any]:
    """What a report says of one monitor; only 2.1 tells its kind."""
    monitor = {"id": monitor_id, "transaction": False, "value": 1.5, "type": "Delta", "severity": severity}
    if version == "2.1":
        monitor["eventNotificationType"] = kind
    component = {"name": "EVSE", "evse": {"id": 1}}
    return {"component": component, "variable": {"name": variable}, "variableMonitoring": [monitor]}


async def monitors(api: Api, station: Station) -> Any:
    return await seen(api, "stations", station.station_id, "monitors")


async def ids(api: Api, station: Station) -> list[int]:
    return [one["monitor_id"] for one in (await monitors(api, station))["items"]]


async def page(station: Station, request_id: int, seq_no: int, *monitors: Any, tbc: bool = False) -> None:
    fields = {"requestId": request_id, "seqNo": seq_no, "generatedAt": "2026-11-23T08:00:00Z"}
    more = {"tbc": True} if tbc else {}
    assert await station.call("NotifyMonitoringReport", **fields, **more, monitor=list(monitors)) == {}


async def put(api: Api, station: Station, *orders: dict[str, Any]) -> tuple[Any, Frame]:
    """Wish for monitors; returns the call and its frame."""
    submitted = await made(api, "PUT", "stations", station.station_id, "monitors", body={"monitors": list(orders)})
    return submitted, await receive(station, SET)


async def have(api: Api, station: Station, **numbers: int) -> None:
    """Have the station accept monitors of variables, under these numbers."""
    _, frame = await put(api, station, *map(wished, numbers))
    results = [result(one, monitor_id=numbers[one["variable"]["name"]]) for one in frame[3]["setMonitoringData"]]
    await answer(api, station, frame, {"setMonitoringResult": results})


@both
@pytest.mark.requirement("M20-136", "N04")
async def test_monitors_get_their_numbers_from_the_station(system: LocalSystem, api: Api, version: str) -> None:
    async with dial_2x(system, f"N136-{version}", version) as station:
        order = [wished("Temperature"), wished("Power", value=0.5, type="Delta"), wished("Odd"), wished("Held")]
        _, frame = await put(api, station, *order)
        first, second, third, fourth = frame[3]["setMonitoringData"]
        assert first == {
            "component": {"name": "EVSE", "evse": {"id": 1}},
            "variable": {"name": "Temperature"},
            "type": "UpperThreshold",
            "value": 80,
            "severity": 3,
        }
        results = [
            result(fourth, "Duplicate"),
            result(third, "UnsupportedMonitorType"),
            result(second, monitor_id=12),
            result(first, monitor_id=11),
        ]
        ended = await answer(api, station, frame, {"setMonitoringResult": results})
        assert [one["status"] for one in ended["answer"]["setMonitoringResult"]][:2] == [
            "Duplicate",
            "UnsupportedMonitorType",
        ]
        known = (await monitors(api, station))["items"]
        assert [(one["monitor_id"], one["variable"], one["value"], one["kind"]) for one in known] == [
            (11, "Temperature", 80, "CustomMonitor"),
            (12, "Power", 0.5, "CustomMonitor"),
        ]
        assert {one["call_id"] for one in known} == {frame[1]}


@both
async def test_a_monitor_is_replaced_by_its_number_but_not_moved(system: LocalSystem, api: Api, version: str) -> None:
    async with dial_2x(system, f"N4-{version}", version) as station:
        await have(api, station, Temperature=11)
        _, frame = await put(api, station, wished("temperature", monitor_id=11, value=90, severity=1))
        (data,) = frame[3]["setMonitoringData"]
        assert data["id"] == 11
        await answer(api, station, frame, {"setMonitoringResult": [result(data, monitor_id=11)]})
        (known,) = (await monitors(api, station))["items"]
        assert (known["value"], known["severity"]) == (90, 1)

        moved = {"monitors": [wished("Power", monitor_id=11)]}
        refused = await ask(api, "PUT", "stations", station.station_id, "monitors", body=moved)
        assert refused.status_code == 409
        for wrong in (wished("Power", type="Periodic", value=0), wished("Power", severity=10)):
            refused = await ask(api, "PUT", "stations", station.station_id, "monitors", body={"monitors": [wrong]})
            assert refused.status_code == 422
        twice = {"monitors": [wished("Power"), wished("POWER", value=7)]}
        assert (await ask(api, "PUT", "stations", station.station_id, "monitors", body=twice)).status_code == 422


@pytest.mark.requirement("M21-039")
async def test_a_monitor_may_send_its_values_as_a_stream(system: LocalSystem, api: Api) -> None:
    async with dial_2x(system, "N11", "2.1") as station:
        order = wished("Current", type="Periodic", value=1, stream={"interval_s": 60, "values": 100})
        _, frame = await put(api, station, order)
        (data,) = frame[3]["setMonitoringData"]
        assert data["periodicEventStream"] == {"interval": 60, "values": 100}
        await answer(api, station, frame, {"setMonitoringResult": [result(data, monitor_id=5)]})
    async with dial_2x(system, "N11-old", "2.0.1"):
        refused = await ask(api, "PUT", "stations", "N11-old", "monitors", body={"monitors": [order]})
        assert refused.status_code == 422


async def limited(api: Api, station: Station, action: str, items: int) -> None:
    """Have the station tell how many monitors a message may name."""
    variable = {
        "component": {"name": "MonitoringCtrlr"},
        "variable": {"name": "ItemsPerMessage", "instance": action},
    }
    await call(api, station, "GetVariables", {"getVariableData": [variable]})
    frame = await receive(station, "GetVariables")
    told = {**variable, "attributeStatus": "Accepted", "attributeValue": str(items)}
    await answer(api, station, frame, {"getVariableResult": [told]})


@both
@pytest.mark.requirement("M20-137", "N06")
async def test_what_is_cleared_goes_by_the_stations_limit(system: LocalSystem, api: Api, version: str) -> None:
    async with dial_2x(system, f"N137-{version}", version) as station:
        await have(api, station, A=1, B=2, C=3)
        await limited(api, station, CLEAR, 2)
        submitted = await call(api, station, CLEAR, {"id": [1, 2, 3, 9]})
        frame = await receive(station, CLEAR)
        assert frame[3] == {"id": [1, 2]}
        said = [{"id": 1, "status": "Accepted"}, {"id": 2, "status": "Rejected"}]
        await answer(api, station, frame, {"clearMonitoringResult": said})
        frame = await receive(station, CLEAR)
        assert (frame[1], frame[3]) == (submitted["parts"][0], {"id": [3, 9]})
        said = [{"id": 3, "status": "NotFound"}, {"id": 9, "status": "NotFound"}]
        await answer(api, station, frame, {"clearMonitoringResult": said})
        assert await ids(api, station) == [2]

        await limited(api, station, SET, 1)
        submitted, frame = await put(api, station, wished("D"), wished("E"))
        assert len(submitted["parts"]) == 1
        for number in (4, 5):
            (data,) = frame[3]["setMonitoringData"]
            await answer(api, station, frame, {"setMonitoringResult": [result(data, monitor_id=number)]})
            frame = await receive(station, SET) if number == 4 else frame
        assert await ids(api, station) == [2, 4, 5]


@both
async def test_the_alarm_of_a_monitor_goes_with_it(system: LocalSystem, api: Api, version: str) -> None:
    async with dial_2x(system, f"N6-{version}", version) as station:
        await have(api, station, Temperature=7)
        alert = {
            "eventId": 1,
            "timestamp": "2026-11-23T08:00:00Z",
            "trigger": "Alerting",
            "actualValue": "99",
            "component": {"name": "EVSE", "evse": {"id": 1}},
            "variable": {"name": "Temperature"},
            "eventNotificationType": "CustomMonitor",
            "variableMonitoringId": 7,
        }
        await station.call("NotifyEvent", generatedAt="2026-11-23T08:00:00Z", seqNo=0, eventData=[alert])
        assert len((await seen(api, "stations", station.station_id, "alarms"))["items"]) == 1
        await made(api, "DELETE", "stations", station.station_id, "monitors", "7")
        frame = await receive(station, CLEAR)
        await answer(api, station, frame, {"clearMonitoringResult": [{"id": 7, "status": "Accepted"}]})
        assert (await seen(api, "stations", station.station_id, "alarms"))["items"] == []


@both
@pytest.mark.requirement("M20-138", "N02")
async def test_a_report_of_three_pages_is_put_together(system: LocalSystem, api: Api, version: str) -> None:
    async with dial_2x(system, f"N138-{version}", version) as station:
        await have(api, station, Gone=40)
        await made(api, "POST", "stations", station.station_id, "monitors", "refresh", body={})
        frame = await receive(station, REPORT)
        request_id = frame[3]["requestId"]
        assert frame[3] == {"requestId": request_id}
        await answer(api, station, frame)
        await page(station, request_id, 0, reported(version, 1, "A", "HardWiredMonitor"), tbc=True)
        await page(station, request_id, 1, reported(version, 2, "B"), tbc=True)
        assert await ids(api, station) == [1, 2, 40]
        await page(station, request_id, 2, reported(version, 3, "C"))
        known = (await monitors(api, station))["items"]
        assert [(one["monitor_id"], one["variable"]) for one in known] == [(1, "A"), (2, "B"), (3, "C")]
        assert known[0]["kind"] == ("HardWiredMonitor" if version == "2.1" else None)

        await made(
            api, "POST", "stations", station.station_id, "monitors", "refresh", body={"criteria": ["DeltaMonitoring"]}
        )
        frame = await receive(station, REPORT)
        assert frame[3]["monitoringCriteria"] == ["DeltaMonitoring"]
        await answer(api, station, frame, {"status": "EmptyResultSet"})
        assert await ids(api, station) == [1, 2, 3]
        await call(api, station, REPORT)
        await answer(api, station, await receive(station, REPORT), {"status": "EmptyResultSet"})
        assert await ids(api, station) == []


@both
@pytest.mark.requirement("M20-135", "N03", "N05")
async def test_a_base_drops_monitors_and_a_level_is_between_0_and_9(
    system: LocalSystem, api: Api, version: str
) -> None:
    async with dial_2x(system, f"N135-{version}", version) as station:
        await have(api, station, A=1)
        await page(station, 77, 0, reported(version, 2, "B", "PreconfiguredMonitor"))  # nobody asked
        for base, status, left in (
            ("HardWiredOnly", "Rejected", [1, 2]),
            ("All", "Accepted", [1, 2]),
            ("FactoryDefault", "Accepted", [2]),
            ("HardWiredOnly", "Accepted", [] if version == "2.1" else [2]),
        ):
            await call(api, station, "SetMonitoringBase", {"monitoringBase": base})
            frame = await receive(station, "SetMonitoringBase")
            assert (await answer(api, station, frame, {"status": status}))["answer"] == {"status": status}
            assert await ids(api, station) == left
        assert (await monitors(api, station))["monitoring_base"] == "HardWiredOnly"

        await call(api, station, "SetMonitoringLevel", {"severity": 4})
        await answer(api, station, await receive(station, "SetMonitoringLevel"))
        await call(api, station, "SetMonitoringLevel", {"severity": 0})
        await answer(api, station, await receive(station, "SetMonitoringLevel"), {"status": "Rejected"})
        assert (await monitors(api, station))["monitoring_level"] == 4
        body = {"action": "SetMonitoringLevel", "payload": {"severity": 10}}
        refused = await ask(api, "POST", "stations", station.station_id, "calls", body=body)
        assert refused.status_code == 422
        await call(api, station, "SetMonitoringBase", {"monitoringBase": "All"})
        ended = await refuse(api, station, await receive(station, "SetMonitoringBase"), "NotSupported")
        assert ended["error"]["code"] == "NotSupported"
