"""docs/events.md describes every domain event as it is really published."""

import datetime as dt
import json
import re
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from functions.commands import certificate_signed
from functions.connection import authorizer
from functions.stream.publish_events import events_of
from local.dynamodb.storage import Store
from shared.aws import certificate_authorities, issuing
from shared.aws.certificate_authorities import Refused
from shared.domain.calls import Call, CallError
from shared.domain.diagnostics import Diagnostics
from shared.domain.events import EVENT_TYPES, VERSION, Event
from shared.domain.firmware_campaigns import Campaign
from shared.domain.firmware_updates import Update
from shared.domain.issued_certificates import EXPIRES_SOON, Issued
from shared.domain.log_retrievals import Ending, conclude
from shared.ocpp.frame import CallResultFrame
from shared.store import (
    calls,
    connections,
    firmware_campaigns,
    firmware_updates,
    issued_certificates,
    retrievals,
    stations,
    table,
)
from shared.store.changes import Change
from shared.store.dynamodb import decode_item
from shared.store.keys import entity
from tests.integration.station import DirectStation

PAGE = (Path(__file__).parent.parent.parent / "docs" / "events.md").read_text("utf-8")
SECTION = re.compile(r"^### (?P<type>\S+)$(?P<text>.*?)(?=^##|\Z)", re.MULTILINE | re.DOTALL)
FIELD = re.compile(r"^\| `(?P<name>\w+)` \| (?P<type>[^|]+) \|", re.MULTILINE)
EXAMPLE = re.compile(r"^```json$(.*?)^```$", re.MULTILINE | re.DOTALL)


class Section(NamedTuple):
    """What the page says of one event; `fields` says of the names in its data whether they are always there."""

    fields: dict[str, bool]
    example: dict[str, Any]

    def objections(self, data: dict[str, Any]) -> list[str]:
        """What is wrong with the data of an event, or of an example."""
        missing = [f"{name} is missing" for name, always in self.fields.items() if always and name not in data]
        return missing + [f"{name} is not documented" for name in data if name not in self.fields]


def documented(text: str) -> Section:
    fields = {field["name"]: "optional" not in field["type"] for field in FIELD.finditer(text)}
    (example,) = EXAMPLE.findall(text)
    return Section(fields, json.loads(example))


SECTIONS = {section["type"]: documented(section["text"]) for section in SECTION.finditer(PAGE)}


class Published:
    """The events that follow from every write to a table, as from its stream."""

    def __init__(self, table: Store) -> None:
        self.events: list[Event] = []
        table.watchers.append(self)

    def __call__(self, old: dict[str, Any] | None, new: dict[str, Any] | None, *, expired: bool) -> None:
        before, after = decode_item(old) if old else None, decode_item(new) if new else None
        name, identity = entity((after or before or {})["pk"])
        self.events += events_of(Change(name, identity, before, after, sequence=""))


class Unwilling:
    """An authority that issues nothing."""

    def sign(self, *_: object) -> str:
        raise Refused("not today")


def live_through_everything() -> None:
    """A station's life in which every event happens."""
    foreign = {"x-idlewatt-station": "CP1", "sec-websocket-protocol": "ocpp9.9"}
    authorizer.handler({"headers": foreign, "methodArn": "arn"}, None)
    station = DirectStation()

    station.send("BootNotification", chargePointVendor="Acme", chargePointModel="Duo 22")
    status = {"connectorId": 1, "errorCode": "NoError"}
    station.send("StatusNotification", **status, status="Available")
    station.send("StatusNotification", connectorId=1, status="Faulted", errorCode="GroundFailure")
    station.send("StatusNotification", **status, status="Available")
    station.send("StatusNotification", **status, status="Charging", timestamp="2026-01-01T00:00:00Z")

    started = {"connectorId": 1, "idTag": "TAG", "meterStart": 0, "timestamp": "2026-01-01T00:00:00Z"}
    number = station.send("StartTransaction", **started)["transactionId"]
    values = [{"timestamp": "2026-01-01T00:05:00Z", "sampledValue": [{"value": 500}]}]  # a number: a finding
    station.send("MeterValues", connectorId=1, transactionId=number, meterValue=values)
    station.send("StopTransaction", transactionId=number, meterStop=1000, timestamp="2026-01-01T00:10:00Z")
    station.send("StopTransaction", transactionId=7, meterStop=1000, timestamp="2026-01-01T00:10:00Z")

    station.send("FirmwareStatusNotification", status="Installed")
    station.send("SignedFirmwareStatusNotification", status="Installed", requestId=1)
    station.send("DiagnosticsStatusNotification", status="Uploaded")
    station.send("LogStatusNotification", status="Idle")
    station.send("SecurityEventNotification", type="FirmwareUpdated", timestamp="2026-01-01T00:00:00Z")
    station.send("SignCertificate", csr="none")
    station.send("DataTransfer", vendorId="com.acme")
    chain = Call("call-0", "CP1", "CertificateSigned", "1.6", {"certificateChain": ""}, station.now, station.now)
    certificate_signed.handler.settle(chain, CallResultFrame("call-0", {"status": "Rejected"}))

    expires_at = station.now + EXPIRES_SOON - dt.timedelta(minutes=1)
    issued_certificates.keep(Issued("a1", "CP1", None, "CN=CP1", "PEM", station.now, expires_at))
    issuing.note_expiring()
    asked = {"accepted": True, "csr": "", "certificate_type": None, "request_id": None, "root_serial_number": None}
    issuing.take(Event("certificate.requested", "CP1", station.now, asked).detail())

    call = Call("call-1", "CP1", "Reset", "1.6", {"type": "Soft"}, station.now, station.now, history=())
    calls.create(call)
    calls.end(call, "timed_out", station.now, error=CallError("NoAnswer"))
    calls.add_late_answer(call, {"status": "Accepted"}, station.now)

    update = Update("update-1", "CP1", "campaign-1", "2.0.0", station.now)
    for following in (update, update._replace(state="running"), update._replace(state="failed", ended_at=station.now)):
        table.put(firmware_updates.to_item(following))

    firmware_campaigns.create(Campaign("campaign-1", "2.0.0", station.now))

    begun = Diagnostics("0" * 36, station.now, 1).retrieval("CP1")
    retrievals.create([begun])
    retrievals.change("CP1", begun.retrieval_id, lambda one: one._replace(awaits="station"))
    ending = Ending(error="States.Timeout")
    retrievals.change("CP1", begun.retrieval_id, lambda one: conclude(one, ending, station.now))

    watched = {"component": {"name": "EVSE", "evse": {"id": 1}}, "variable": {"name": "Temperature"}}
    alert = {**watched, "eventId": 1, "timestamp": "2026-01-01T00:00:00Z", "trigger": "Alerting", "actualValue": "99"}
    later = DirectStation("CP2", version="2.1")
    for one in (alert, alert | {"eventId": 2, "timestamp": "2026-01-01T00:05:00Z", "cleared": True}):
        data = one | {"eventNotificationType": "CustomMonitor"}
        later.send("NotifyEvent", generatedAt="2026-01-01T00:00:00Z", seqNo=0, eventData=[data])
    why = {"statusInfo": {"reasonCode": "Full"}}
    later.send("FirmwareStatusNotification", status="Downloading", requestId=1, **why)
    later.send("LogStatusNotification", status="Uploading", requestId=2, **why)
    later.send("PublishFirmwareStatusNotification", status="Published", requestId=3, location=["http://lc"], **why)
    later.send("ReservationStatusUpdate", reservationId=1, reservationUpdateStatus="NoTransaction")
    later.send("NotifyChargingLimit", chargingLimit={"chargingLimitSource": "EMS"}, evseId=1)
    later.send("ClearedChargingLimit", chargingLimitSource="EMS")
    later.send("NotifyEVChargingNeeds", evseId=1, chargingNeeds={"requestedEnergyTransfer": "DC"})
    later.send("NotifyDERAlarm", controlType="HVMustTrip", timestamp="2026-01-01T00:00:00Z")
    later.send("NotifyDERStartStop", controlId="evening", started=True, timestamp="2026-01-01T00:00:00Z")

    record = stations.find("CP1")
    assert record
    stations.replace(record._replace(registration="Rejected"))
    connections.disconnect("CP1", station.connection_id, station.now)


def test_the_page_describes_every_event_and_no_other() -> None:
    assert sorted(SECTIONS) == sorted(EVENT_TYPES)


@pytest.mark.parametrize("type", EVENT_TYPES)
def test_an_example_has_the_envelope_and_the_documented_fields(type: str) -> None:
    section = SECTIONS[type]
    assert list(section.example) == ["version", "type", "station_id", "at", "data"]
    assert (section.example["version"], section.example["type"]) == (VERSION, type)
    assert section.objections(section.example["data"]) == []


def test_events_are_published_as_the_page_describes_them(table: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(authorizer, "_refused_at", {})  # a new environment has noted no refusal yet
    monkeypatch.setattr(certificate_authorities, "configured", Unwilling)
    published = Published(table)
    live_through_everything()
    assert {event.type for event in published.events} == set(EVENT_TYPES)
    for event in published.events:
        detail = json.loads(json.dumps(event.detail()))
        assert detail.keys() == SECTIONS[event.type].example.keys()
        assert SECTIONS[event.type].objections(detail["data"]) == [], event
