"""What stations of OCPP 2.x notice by themselves: events, the statuses and alarms they amount to, and meter data."""

from datetime import UTC, datetime
from typing import Any

import pytest

from local.system import LocalSystem
from shared.ocpp.messages import V2X
from tests.end_to_end.answering import answer, call, receive, seen
from tests.end_to_end.clients import Api, Station, dial_2x

both = pytest.mark.parametrize("version", V2X)


def event(event_id: int, minute: int = 0, **fields: Any) -> dict[str, Any]:
    """An EventDataType of a connector's state, unless `fields` say otherwise."""
    return {
        "eventId": event_id,
        "timestamp": f"2026-11-23T08:{minute:02}:00Z",
        "trigger": "Delta",
        "actualValue": "Occupied",
        "eventNotificationType": "HardWiredNotification",
        "component": {"name": "Connector", "evse": {"id": 1, "connectorId": 1}},
        "variable": {"name": "AvailabilityState"},
        **fields,
    }


def temperature(event_id: int, minute: int = 0, **fields: Any) -> dict[str, Any]:
    """An alert of the monitor 7."""
    return event(
        event_id,
        minute,
        trigger="Alerting",
        actualValue="81.5",
        eventNotificationType="CustomMonitor",
        component={"name": "EVSE", "evse": {"id": 1}},
        variable={"name": "Temperature"},
        variableMonitoringId=7,
        **fields,
    )


async def notify(station: Station, *events: dict[str, Any], **fields: Any) -> None:
    page = {"generatedAt": "2026-11-23T08:59:00Z", "seqNo": 0, **fields}
    assert await station.call("NotifyEvent", **page, eventData=list(events)) == {}


async def of_station(api: Api, station: Station, what: str) -> list[Any]:
    found: list[Any] = (await seen(api, "stations", station.station_id, what, limit=200))["items"]
    return found


async def alarms(api: Api, station: Station) -> list[Any]:
    return await of_station(api, station, "alarms")


async def history(api: Api, station: Station, *types: str) -> list[Any]:
    return [one for one in await of_station(api, station, "events") if one["type"] in types]


@both
@pytest.mark.requirement("M20-087", "G01")
async def test_an_availability_state_counts_as_a_status_would(system: LocalSystem, api: Api, version: str) -> None:
    async with dial_2x(system, f"E87-{version}", version) as station:
        await notify(
            station,
            event(1, 1),
            event(2, 1, component={"name": "evse", "evse": {"id": 1}}, actualValue="Unavailable"),
            event(3, 1, component={"name": "ChargingStation"}, actualValue="Available"),
            event(4, 2, component={"name": "Connector", "evse": {"id": 2, "connectorId": 2}}, actualValue="Faulted"),
        )
        await notify(station, event(5, 0, actualValue="Reserved"))  # kept offline, and overtaken
        told = await seen(api, "stations", station.station_id)
        assert told["availability"]["status"] == "Available"
        first, second = told["evses"]
        assert first["availability"]["status"] == "Unavailable"
        (connector,) = first["connectors"]
        assert (connector["connector_id"], connector["status"]) == (1, "Occupied")
        assert connector["changed_at"] == "2026-11-23T08:01:00Z"
        assert [(one["connector_id"], one["status"]) for one in second["connectors"]] == [(2, "Faulted")]
        assert second["availability"] is None
        changed = await history(api, station, "status.changed", "fault.raised")
        assert sorted((one["data"]["evse_id"], one["type"], one["data"]["late"]) for one in changed) == [
            (0, "status.changed", False),
            (1, "status.changed", False),
            (1, "status.changed", False),
            (1, "status.changed", True),
            (2, "fault.raised", False),
            (2, "status.changed", False),
        ]
        assert await alarms(api, station) == []


@both
@pytest.mark.requirement("M20-090", "G05")
async def test_a_lock_that_fails_is_an_alarm_until_it_works_again(system: LocalSystem, api: Api, version: str) -> None:
    lock = {"name": "ConnectorPlugRetentionLock", "evse": {"id": 1, "connectorId": 1}}

    def problem(event_id: int, minute: int, value: str) -> dict[str, Any]:
        return event(event_id, minute, component=lock, variable={"name": "Problem"}, actualValue=value)

    async with dial_2x(system, f"E90-{version}", version) as station:
        await notify(station, problem(1, 1, "true"))
        (alarm,) = await alarms(api, station)
        assert (alarm["component"], alarm["variable"]) == ("ConnectorPlugRetentionLock", "Problem")
        assert (alarm["evse_id"], alarm["connector_id"], alarm["raised_at"]) == (1, 1, "2026-11-23T08:01:00Z")
        everywhere = (await seen(api, "alarms", limit=200))["items"]
        assert station.station_id in {one["station_id"] for one in everywhere}

        await notify(station, problem(2, 3, "true"))
        (alarm,) = await alarms(api, station)
        assert (alarm["raised_at"], alarm["changed_at"]) == ("2026-11-23T08:01:00Z", "2026-11-23T08:03:00Z")

        await notify(station, problem(3, 5, "false"))
        assert await alarms(api, station) == []
        await notify(station, problem(1, 1, "true"))  # a repeated message raises nothing again
        assert await alarms(api, station) == []
        told = await history(api, station, "alarm.raised", "alarm.cleared")
        assert [(one["type"], one["at"]) for one in told] == [
            ("alarm.cleared", "2026-11-23T08:05:00Z"),
            ("alarm.raised", "2026-11-23T08:01:00Z"),
        ]
        everywhere = (await seen(api, "alarms", limit=200))["items"]
        assert station.station_id not in {one["station_id"] for one in everywhere}


@both
@pytest.mark.requirement("M20-139", "N07", "N08")
async def test_the_alarms_are_what_alerts_and_is_not_cleared(system: LocalSystem, api: Api, version: str) -> None:
    current = {"component": {"name": "EVSE", "evse": {"id": 1}}, "variable": {"name": "Current"}}
    async with dial_2x(system, f"E139-{version}", version) as station:
        await notify(
            station,
            temperature(10, 1, techCode="T81", techInfo="hot"),
            event(11, 1, **current, actualValue="0", cause=10, variableMonitoringId=8),
            tbc=True,
        )
        await notify(
            station,
            event(12, 2, **current, trigger="Periodic", actualValue="0", variableMonitoringId=9),
            event(13, 2, **current, trigger="Alerting", actualValue="0", cause=11),
            seqNo=1,
        )
        standing = await alarms(api, station)
        assert sorted(
            (one["monitor_id"], one["event_id"], one["cause_id"]) for one in standing if one["monitor_id"]
        ) == [(7, 10, None)]
        assert [(one["event_id"], one["cause_id"]) for one in standing if one["monitor_id"] is None] == [(13, 11)]

        told = await history(api, station, "event.notified")
        assert sorted((one["data"]["event_id"], one["data"]["trigger"], one["data"]["cause_id"]) for one in told) == [
            (10, "Alerting", None),
            (11, "Delta", 10),
            (12, "Periodic", None),
            (13, "Alerting", 11),
        ]
        (first,) = [one["data"] for one in told if one["data"]["event_id"] == 10]
        assert (first["tech_code"], first["tech_info"], first["actual_value"]) == ("T81", "hot", "81.5")

        await notify(station, temperature(14, 4, cleared=True))
        await notify(station, temperature(10, 1, techCode="T81", techInfo="hot"))  # sent again
        assert [one["event_id"] for one in await alarms(api, station)] == [13]
        assert len(await history(api, station, "event.notified")) == 5


@both
async def test_a_clock_that_is_ahead_hides_nothing_that_comes_later(
    system: LocalSystem, api: Api, version: str
) -> None:
    ahead = {"timestamp": "2098-01-01T00:00:00Z"}
    async with dial_2x(system, f"E3-{version}", version) as station:
        await notify(station, temperature(1) | ahead, event(2) | ahead)
        now = {"timestamp": datetime.now(UTC).isoformat()}
        await notify(station, temperature(3, cleared=True) | now, event(4, actualValue="Available") | now)
        assert await alarms(api, station) == []
        told = await seen(api, "stations", station.station_id)
        assert told["evses"][0]["connectors"][0]["status"] == "Available"


@pytest.mark.requirement("M21-010")
async def test_the_severity_of_an_event_is_kept(system: LocalSystem, api: Api) -> None:
    async with dial_2x(system, "E10", "2.1") as station:
        await notify(station, temperature(1, 1, severity=2, transactionId="tx-1"))
        (told,) = await history(api, station, "event.notified")
        assert (told["data"]["severity"], told["data"]["transaction_id"]) == (2, "tx-1")
        (alarm,) = await alarms(api, station)
        assert (alarm["severity"], alarm["transaction_id"]) == (2, "tx-1")


async def test_in_2_0_1_the_severity_is_that_of_the_monitor(system: LocalSystem, api: Api) -> None:
    wished = {
        "value": 80,
        "type": "UpperThreshold",
        "severity": 4,
        "component": {"name": "EVSE", "evse": {"id": 1}},
        "variable": {"name": "Temperature"},
    }
    async with dial_2x(system, "E11", "2.0.1") as station:
        await call(api, station, "SetVariableMonitoring", {"setMonitoringData": [wished]})
        result = {name: wished[name] for name in ("type", "severity", "component", "variable")}
        frame = await receive(station, "SetVariableMonitoring")
        await answer(api, station, frame, {"setMonitoringResult": [{**result, "status": "Accepted", "id": 7}]})
        await notify(station, temperature(1, 1))
        assert [one["severity"] for one in await alarms(api, station)] == [4]


@both
@pytest.mark.requirement("M20-102", "J01")
async def test_what_a_fiscal_meter_tells_periodically_is_meter_data(
    system: LocalSystem, api: Api, version: str
) -> None:
    def metered(event_id: int, name: str, value: str, **more: Any) -> dict[str, Any]:
        meter = {"name": "FiscalMetering", "evse": {"id": 2}}
        variable = {"name": name, **more}
        return event(event_id, 15, trigger="Periodic", component=meter, variable=variable, actualValue=value)

    async with dial_2x(system, f"E102-{version}", version) as station:
        for _ in range(2):
            await notify(
                station,
                metered(1, "EnergyImportRegister", "1234.5"),
                metered(2, "Voltage", "230.1", instance="L1"),
                metered(3, "Power.Active.Import", "7400"),
                metered(4, "Problem", "false"),
            )
        (report,) = await of_station(api, station, "meter-values")
        assert report["evse_id"] == 2
        (moment,) = report["meter_values"]
        assert moment["timestamp"] == "2026-11-23T08:15:00Z"
        assert [(one["measurand"], one["value"], one["phase"]) for one in moment["sampled_values"]] == [
            ("Energy.Active.Import.Register", "1234.5", None),
            ("Voltage", "230.1", "L1"),
            ("Power.Active.Import", "7400", None),
        ]
        told = await history(api, station, "event.notified")
        assert [one["data"]["event_id"] for one in told] == [4]


@both
async def test_an_event_that_cannot_be_read_is_refused_by_its_field(system: LocalSystem, version: str) -> None:
    async with dial_2x(system, f"E0-{version}", version) as station:
        frame = await station.frame("NotifyEvent", {"generatedAt": "2026-11-23T08:00:00Z", "seqNo": 0, "eventData": []})
        assert frame[0] == 4
        assert frame[2] in ("OccurrenceConstraintViolation", "FormatViolation", "ProtocolError")
