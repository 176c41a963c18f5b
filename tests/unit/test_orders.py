"""Orders in our words: what their fields are called in a version, and how what is wrong with them is told."""

import pytest

from shared.aws.orders import Names

NAMES = Names(
    {
        "evse_id": "connectorId",
        "schedule.periods": "chargingSchedule.chargingSchedulePeriod",
        "schedule.periods[].start_s": "chargingSchedule.chargingSchedulePeriod[].startPeriod",
    }
)


@pytest.mark.parametrize(
    ("ours", "theirs"),
    [
        ("evse_id", "payload.connectorId"),
        ("schedule.periods", "payload.chargingSchedule.chargingSchedulePeriod"),
        ("schedule.periods[17].start_s", "payload.chargingSchedule.chargingSchedulePeriod[17].startPeriod"),
        ("unknown[3]", "payload.unknown[3]"),
    ],
)
def test_a_field_is_found_in_both_directions(ours: str, theirs: str) -> None:
    assert NAMES.theirs(ours) == theirs
    assert NAMES.ours(theirs) == ours
