"""A table with something of everything in it, as stations and operators leave it behind, and bodies of requests that
are granted there."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any

from shared.aws import command
from shared.aws.command import Terms
from shared.domain.authorization import Group, IdToken
from shared.domain.calls import Call, Entry
from shared.domain.configuration import Variable
from shared.domain.firmware import Firmware
from shared.domain.jobs import Job, Row, pages
from shared.store import calls, configuration, firmware, groups, jobs, outbox, tokens
from tests.integration import api, seed_certificates, seed_charging, seed_costs
from tests.integration.sessions import iso
from tests.integration.station import DirectStation

CALL = "01a20755-6767-7000-8000-000000000001"
JOB = "01a20755-6767-7000-8000-000000000002"
FIRMWARE = "01a20755-6767-7000-8000-000000000003"
IN_A_WHILE = iso(datetime(2099, 1, 1, tzinfo=UTC))
STATION_2X = "CP21"
TEMPERATURE = {"component": "EVSE", "evse_id": 1, "variable": "Temperature"}

GRANTED: dict[str, Any] = {
    **seed_certificates.GRANTED,
    **seed_charging.GRANTED,
    **seed_costs.GRANTED,
    "make_call": {"action": "ClearCache", "wait_s": 1},
    "start_job": {"action": "ClearCache", "stations": ["CP1", "CP2"]},
    "make_reservation": {"id_token": "TAG", "expires_at": IN_A_WHILE, "evse_id": 1},
    "put_local_list": {"id_tokens": ["TAG"]},
    "start_campaign": {"stations": ["CP1"], "location": "https://files.example/fw.bin", "version": "1.2"},
    "change_campaign": {"concurrency": 5},
    "collect_diagnostics": {"stations": ["CP1"]},
    "put_monitors": {"monitors": [{**TEMPERATURE, "type": "UpperThreshold", "value": 80, "severity": 3}]},
    "patch_variables": {"variables": [{**TEMPERATURE, "value": "20"}]},
    "put_network_profile": {"url": "wss://csms.example/ocpp", "security_profile": 2},
    "change_security_profile": {"url": "wss://csms.example/ocpp", "security_profile": 2, "slot": 2},
    "ask_customer_information": {"id_token": "TAG", "report": True},
    "put_display_message": {"priority": "InFront", "content": {"format": "UTF8", "content": "Hello"}},
}
"""Bodies of operations for which hardly any that is made up will do."""

FOR_2X = {
    *seed_charging.FOR_2X,
    *seed_costs.FOR_2X,
    "list_variables",
    "patch_variables",
    "refresh_variables",
    "list_reports",
    "get_report",
    "list_network_profiles",
    "put_network_profile",
    "get_security_profile",
    "change_security_profile",
    "put_monitors",
    "clear_monitor",
    "refresh_monitors",
    "list_monitors",
    "list_alarms_of_station",
    "list_event_streams",
    "list_streamed_values",
    "ask_customer_information",
    "list_customer_information",
    "put_display_message",
    "clear_display_message",
    "refresh_display_messages",
    "list_display_messages",
}
"""Operations that take a station of OCPP 2.x."""


def seed() -> dict[str, object]:
    """Fill the table; returns what the variables of paths may be."""
    now = datetime.now(UTC)
    for group_id in ("FLEET", "VANS"):
        groups.save(Group(group_id, "Vehicles of ours"))
    tokens.save(IdToken("TAG", group_id="FLEET"))
    tokens.save(IdToken("OLD", "Blocked", now))
    station = DirectStation("CP1")
    transaction_id = _history(station, now)
    _calls(station, now)
    _jobs(now)
    firmware.create(Firmware(FIRMWARE, "fw.bin", "1.2", now, upload_id="parts"))
    configuration.note_read("CP1", Variable("HeartbeatInterval", "300", readonly=False, is_known=True), now)
    _watched(now)
    reservation = api.call("POST", "/stations/CP1/reservations", body=GRANTED["make_reservation"]).json
    profile = api.call("PUT", "/stations/CP1/charging-profiles", body=GRANTED["put_charging_profile"]).json
    campaign = api.call("POST", "/firmware-campaigns", body=GRANTED["start_campaign"]).json
    collection = api.call("POST", "/diagnostics", body=GRANTED["collect_diagnostics"]).json
    return {
        **seed_certificates.leave("CP1", now),
        **seed_charging.leave(STATION_2X, now),
        **seed_costs.leave(STATION_2X, now),
        "campaign_id": campaign["campaign_id"],
        "diagnostics_id": collection["diagnostics_id"],
        "station_id": "CP1",
        "transaction_id": transaction_id,
        "id_token": "TAG",
        "group_id": "VANS",
        "call_id": CALL,
        "job_id": JOB,
        "firmware_id": FIRMWARE,
        "key": "HeartbeatInterval",
        "reservation_id": reservation["reservation_id"],
        "profile_id": profile["profile_id"],
        "action": "GetLog",
        "monitor_id": 7,
        "stream_id": 3,
        "request_id": 2,
        "slot": 2,
        "message_id": 1,
    }


def _history(station: DirectStation, now: datetime) -> str:
    """What a station tells of itself; returns the id of its transaction."""
    station.send("BootNotification", chargePointVendor="Volt", chargePointModel="One", firmwareVersion="1.0")
    station.send("StatusNotification", connectorId=1, status="Available", errorCode="NoError")
    station.send("FirmwareStatusNotification", status="Installed")
    began_at = iso(now - timedelta(hours=2))
    number = station.send("StartTransaction", connectorId=1, idTag="TAG", meterStart=1000, timestamp=began_at)
    sample = {"timestamp": iso(now - timedelta(hours=1)), "sampledValue": [{"value": "2000"}]}
    station.send("MeterValues", connectorId=1, transactionId=number["transactionId"], meterValue=[sample])
    return str(number["transactionId"])


def _watched(now: datetime) -> None:
    """What a station of 2.1 tells of its monitors, its customers and its displays."""
    station, at = DirectStation(STATION_2X, version="2.1"), iso(now)
    named = {"component": {"name": "EVSE", "evse": {"id": 1}}, "variable": {"name": "Temperature"}}
    monitor = {"id": 7, "transaction": False, "value": 80, "type": "UpperThreshold", "severity": 3}
    about = {**named, "variableMonitoring": [monitor | {"eventNotificationType": "CustomMonitor"}]}
    station.send("NotifyMonitoringReport", requestId=1, seqNo=0, generatedAt=at, monitor=[about])
    event = {"eventId": 1, "timestamp": at, "trigger": "Alerting", "actualValue": "99", "variableMonitoringId": 7}
    event |= {**named, "eventNotificationType": "CustomMonitor"}
    station.send("NotifyEvent", generatedAt=at, seqNo=0, eventData=[event])
    stream = {"id": 3, "variableMonitoringId": 7, "params": {"interval": 60}}
    station.send("OpenPeriodicEventStream", constantStreamData=stream)
    values = {"id": 3, "pending": 0, "basetime": at, "data": [{"t": 0, "v": "21.5"}]}
    station.send("NotifyPeriodicEventStream", **values)
    told = {**named, "variableAttribute": [{"value": "21.5", "mutability": "ReadWrite"}]}
    station.send("NotifyReport", requestId=4, seqNo=0, generatedAt=at, reportData=[told])
    station.send("NotifyCustomerInformation", requestId=2, seqNo=0, generatedAt=at, data="known since May")
    message = {"id": 1, "priority": "InFront", "message": {"format": "UTF8", "content": "Hello"}}
    station.send("NotifyDisplayMessages", requestId=3, messageInfo=[message])


def _calls(station: DirectStation, now: datetime) -> None:
    """A call that the station does not know, and one that waits."""
    log = {"remoteLocation": "https://files.example/"}
    made = command.of("GetLog").submit(
        command.target("CP1"), {"logType": "DiagnosticsLog", "requestId": 1, "log": log}, Terms()
    )
    station.text(json.dumps([4, made.call_id, "NotImplemented", "", {}]))
    call = Call(CALL, "CP1", "Reset", "1.6", {"type": "Soft"}, now, now + timedelta(days=1), requested_by="user-1")
    outbox.enter([calls.create(call._replace(history=(Entry(now, "created"),), job_id=JOB))])


def _jobs(now: datetime) -> None:
    job = Job(JOB, "Reset", {"type": "Soft"}, now, now + timedelta(days=1), total=2)
    jobs.create(job, {"type": "Soft"}, pages(["CP1", "CP2"]))
    jobs.note_call(JOB, "CP1", "queued", now)
    jobs.refuse(JOB, Row("CP2", "not_made", now, "There is no station CP2"))
