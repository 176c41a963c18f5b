"""A table with something of everything in it, as stations and operators leave it behind."""

from datetime import UTC, datetime, timedelta

from shared.domain.authorization import Group, IdToken
from shared.domain.calls import Call, Entry
from shared.domain.jobs import Job, Row, pages
from shared.store import calls, groups, jobs, tokens
from tests.integration.sessions import iso
from tests.integration.station import DirectStation

CALL = "01a20755-6767-7000-8000-000000000001"
JOB = "01a20755-6767-7000-8000-000000000002"
KNOWN: dict[str, object] = {"station_id": "CP1", "id_token": "TAG", "group_id": "FLEET", "call_id": CALL, "job_id": JOB}
"""What the variables of paths may be, so that there is something."""


def seed() -> None:
    now = datetime.now(UTC)
    groups.save(Group("FLEET", "Vans"))
    tokens.save(IdToken("TAG", group_id="FLEET"))
    tokens.save(IdToken("OLD", "Blocked", now))
    station = DirectStation("CP1")
    station.send("BootNotification", chargePointVendor="Volt", chargePointModel="One", firmwareVersion="1.0")
    station.send("StatusNotification", connectorId=1, status="Available", errorCode="NoError")
    began_at = iso(now - timedelta(hours=2))
    number = station.send("StartTransaction", connectorId=1, idTag="TAG", meterStart=1000, timestamp=began_at)
    KNOWN["transaction_id"] = str(number["transactionId"])
    sample = {"timestamp": iso(now - timedelta(hours=1)), "sampledValue": [{"value": "2000"}]}
    station.send("MeterValues", connectorId=1, transactionId=number["transactionId"], meterValue=[sample])
    call = Call(CALL, "CP1", "Reset", "1.6", {"type": "Soft"}, now, now + timedelta(days=1), requested_by="user-1")
    calls.create(call._replace(history=(Entry(now, "created"),), job_id=JOB))
    job = Job(JOB, "Reset", {"type": "Soft"}, now, now + timedelta(days=1), total=2)
    jobs.create(job, {"type": "Soft"}, pages(["CP1", "CP2"]))
    jobs.note_call(JOB, "CP1", "queued", now)
    jobs.refuse(JOB, Row("CP2", "not_made", now, "There is no station CP2"))
