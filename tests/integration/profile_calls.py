"""A station with charging profiles: what it is sent, what it answers, and what is known then."""

from datetime import UTC, datetime
from typing import Any

from shared.domain.calls import Call
from shared.domain.configuration import Variable
from shared.store import configuration
from tests.integration.api import call as ask
from tests.integration.api import get
from tests.integration.called_station import CalledStation

PATH = "/stations/CP1/charging-profiles"
ACCEPTED = {"status": "Accepted"}
WANTED = {
    "evse_id": 0,
    "purpose": "TxDefaultProfile",
    "kind": "Relative",
    "schedules": [
        {"unit": "A", "periods": [{"start_s": 0, "limit": 16}, {"start_s": 3600, "limit": 6.5, "phases": 1}]}
    ],
}


def takes(key: str, value: str) -> None:
    configuration.note_read("CP1", Variable(key, value, is_known=True), datetime.now(UTC))


def put(**changed: Any) -> Any:
    answer = ask("PUT", PATH, body=WANTED | changed)
    assert answer.status == 202, answer
    return answer.json


def install(station: CalledStation, **changed: Any) -> int:
    """The number of a profile that the station has accepted."""
    made = put(**changed)
    station.answer(station.next("SetChargingProfile").call_id, ACCEPTED)
    return int(made["profile_id"])


def states() -> dict[int, str]:
    return {one["profile_id"]: one["state"] for one in get(PATH)["items"]}


def raw(station: CalledStation, **changed: Any) -> Call:
    schedule = {"chargingRateUnit": "A", "chargingSchedulePeriod": [{"startPeriod": 0, "limit": 16}]}
    profile = {
        "chargingProfileId": 9,
        "stackLevel": 0,
        "chargingProfilePurpose": "TxDefaultProfile",
        "chargingProfileKind": "Relative",
        "chargingSchedule": schedule | changed.pop("schedule", {}),
    }
    connector_id = changed.pop("connectorId", 1)
    return station.order("SetChargingProfile", {"connectorId": connector_id, "csChargingProfiles": profile | changed})
