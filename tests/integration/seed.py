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
from tests.integration import api
from tests.integration.sessions import iso
from tests.integration.station import DirectStation

CALL = "01a20755-6767-7000-8000-000000000001"
JOB = "01a20755-6767-7000-8000-000000000002"
FIRMWARE = "01a20755-6767-7000-8000-000000000003"
IN_A_WHILE = iso(datetime(2099, 1, 1, tzinfo=UTC))
LIMIT = {"unit": "A", "periods": [{"start_s": 0, "limit": 16}]}

GRANTED: dict[str, Any] = {
    "make_call": {"action": "ClearCache", "wait_s": 1},
    "start_job": {"action": "ClearCache", "stations": ["CP1", "CP2"]},
    "make_reservation": {"id_token": "TAG", "expires_at": IN_A_WHILE, "evse_id": 1},
    "put_charging_profile": {"evse_id": 1, "purpose": "TxDefaultProfile", "kind": "Relative", "schedule": LIMIT},
    "put_local_list": {"id_tokens": ["TAG"]},
    "start_campaign": {"stations": ["CP1"], "location": "https://files.example/fw.bin", "version": "1.2"},
    "change_campaign": {"concurrency": 5},
    "collect_diagnostics": {"stations": ["CP1"]},
}
"""Bodies of operations for which hardly any that is made up will do."""


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
    reservation = api.call("POST", "/stations/CP1/reservations", body=GRANTED["make_reservation"]).json
    profile = api.call("PUT", "/stations/CP1/charging-profiles", body=GRANTED["put_charging_profile"]).json
    campaign = api.call("POST", "/firmware-campaigns", body=GRANTED["start_campaign"]).json
    collection = api.call("POST", "/diagnostics", body=GRANTED["collect_diagnostics"]).json
    return {
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
