"""Smart charging and DER controls in the operator API: lists in pages, questions sent again, words that 1.6 lacks."""

from datetime import UTC, datetime
from typing import Any

import pytest

from tests.integration.api import call, pages
from tests.integration.sessions import iso
from tests.integration.station import DirectStation

pytestmark = pytest.mark.usefixtures("table")

NOW = datetime.now(UTC)
FAULTS = ("OverVoltage", "UnderVoltage", "OverFrequency")
FIXED_VAR = {
    "control_type": "FixedVar",
    "is_default": True,
    "control": {"priority": 1, "setpoint": 10, "unit": "PctMaxVar"},
}


@pytest.fixture
def station() -> DirectStation:
    """A station of 2.1 that has told of three limits, of the needs of three EVs and of three alarms, and was given
    three controls."""
    station = DirectStation("CP1", version="2.1")
    needs = {"requestedEnergyTransfer": "DC"}
    for number, (source, fault) in enumerate(zip(("EMS", "Other", "SO"), FAULTS, strict=True), 1):
        station.send("NotifyChargingLimit", chargingLimit={"chargingLimitSource": source})
        station.send("NotifyEVChargingNeeds", evseId=number, chargingNeeds=needs)
        station.send("NotifyDERAlarm", controlType="HVMustTrip", gridEventFault=fault, timestamp=iso(NOW))
        assert call("PUT", f"/stations/CP1/der-controls/c{number}", body=FIXED_VAR).status == 202
    return station


@pytest.mark.usefixtures("station")
@pytest.mark.parametrize(
    ("name", "field", "values"),
    [
        ("charging-limits", "source", ["EMS", "Other", "SO"]),
        ("charging-needs", "evse_id", [1, 2, 3]),
        ("der-controls", "control_id", ["c1", "c2", "c3"]),
        ("der-alarms", "fault", ["OverFrequency", "OverVoltage", "UnderVoltage"]),
    ],
)
def test_a_list_comes_in_pages(name: str, field: str, values: list[Any]) -> None:
    listed = pages(f"/stations/CP1/{name}", limit=2)
    assert [[one[field] for one in page] for page in listed] == [values[:2], values[2:]]


@pytest.mark.usefixtures("station")
@pytest.mark.parametrize(
    ("path", "body"),
    [("charging-profiles/report", {"purpose": "TxProfile"}), ("der-controls/refresh", {"is_default": True})],
)
def test_a_question_that_is_sent_again_is_one_call(path: str, body: dict[str, Any]) -> None:
    first, again, other = (
        call("POST", f"/stations/CP1/{path}", body=body, headers={"idempotency-key": key}) for key in ("a", "a", "b")
    )
    assert (first.status, again.status, other.status) == (202, 202, 202)
    assert first.json["call_id"] == again.json["call_id"] != other.json["call_id"]


@pytest.mark.parametrize("key", ["schedules", "connector_type"])
def test_what_1_6_has_no_word_for_is_named_as_it_was_given(key: str) -> None:
    DirectStation("CP1")
    schedule = {"unit": "A", "periods": [{"start_s": 0, "limit": 16}]}
    profile = {"evse_id": 1, "purpose": "TxDefaultProfile", "kind": "Relative", "schedules": [schedule] * 2}
    reservation = {"id_token": "TAG", "connector_type": "cCCS2", "expires_at": "2099-01-01T00:00:00Z"}
    method, path, body = {
        "schedules": ("PUT", "charging-profiles", profile),
        "connector_type": ("POST", "reservations", reservation),
    }[key]
    answer = call(method, f"/stations/CP1/{path}", body=body)
    assert (answer.status, [one["path"] for one in answer.json["errors"]]) == (422, [key])
