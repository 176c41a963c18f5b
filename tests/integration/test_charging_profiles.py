"""Charging profiles: checked, installed, replaced, cleared; through the commands and the API, on a table."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from local.dynamodb.storage import Store
from shared.aws import charging_profiles as at_work
from shared.domain.errors import Conflict, Invalid
from shared.store import connections, transactions
from tests.integration.api import call as ask
from tests.integration.api import get, pages, wrong_fields
from tests.integration.called_station import CalledStation
from tests.integration.profile_calls import ACCEPTED, PATH, WANTED, install, put, raw, states, takes
from tests.integration.sessions import began, ended


@pytest.fixture
def station(table: Store, monkeypatch: pytest.MonkeyPatch) -> CalledStation:
    return CalledStation(monkeypatch)


def test_a_profile_is_sent_in_1_6_and_kept_as_installed(station: CalledStation) -> None:
    made = put(valid_to="2030-01-01T00:00:00+01:00", stack_level=2)
    received = station.next("SetChargingProfile")
    assert received.payload == {
        "connectorId": 0,
        "csChargingProfiles": {
            "chargingProfileId": 1,
            "stackLevel": 2,
            "chargingProfilePurpose": "TxDefaultProfile",
            "chargingProfileKind": "Relative",
            "validTo": "2029-12-31T23:00:00Z",
            "chargingSchedule": {
                "chargingRateUnit": "A",
                "chargingSchedulePeriod": [
                    {"startPeriod": 0, "limit": 16},
                    {"startPeriod": 3600, "limit": 6.5, "numberPhases": 1},
                ],
            },
        },
    }
    assert (made["state"], made["status"], made["call"]["call_id"]) == ("sent", None, received.call_id)
    station.answer(received.call_id, ACCEPTED)
    (kept,) = get(PATH)["items"]
    assert (kept["state"], kept["status"]) == ("accepted", "Accepted")
    assert kept["valid_to"] == "2029-12-31T23:00:00Z"
    shown = [{name: one[name] for name in ("start_s", "limit", "phases")} for one in kept["schedules"][0]["periods"]]
    assert shown == [{"start_s": 0, "limit": 16, "phases": None}, {"start_s": 3600, "limit": 6.5, "phases": 1}]


def test_every_field_finds_its_word(station: CalledStation) -> None:
    schedule = {
        "unit": "W",
        "periods": [{"start_s": 0, "limit": 7360.5}],
        "duration_s": 3600,
        "start_at": "2026-11-23T22:00:00Z",
        "min_rate": 1380,
    }
    put(
        purpose="ChargingStationMaxProfile",
        kind="Recurring",
        recurrency="Weekly",
        valid_from="2026-11-23T00:00:00Z",
        schedules=[schedule],
        profile_id=77,
    )
    sent = station.next("SetChargingProfile").payload["csChargingProfiles"]
    assert sent == {
        "chargingProfileId": 77,
        "stackLevel": 0,
        "chargingProfilePurpose": "ChargePointMaxProfile",
        "chargingProfileKind": "Recurring",
        "recurrencyKind": "Weekly",
        "validFrom": "2026-11-23T00:00:00Z",
        "chargingSchedule": {
            "duration": 3600,
            "startSchedule": "2026-11-23T22:00:00Z",
            "chargingRateUnit": "W",
            "chargingSchedulePeriod": [{"startPeriod": 0, "limit": 7360.5}],
            "minChargingRate": 1380,
        },
    }
    (kept,) = get(PATH, purpose="ChargingStationMaxProfile")["items"]
    assert {name: kept["schedules"][0][name] for name in schedule if name != "periods"} == {
        name: value for name, value in schedule.items() if name != "periods"
    }


@pytest.mark.parametrize("status", ["Rejected", "NotSupported"])
def test_what_the_station_does_not_take_is_known(station: CalledStation, status: str) -> None:
    put()
    station.answer(station.next("SetChargingProfile").call_id, {"status": status})
    (kept,) = get(PATH)["items"]
    assert (kept["state"], kept["status"]) == ("rejected", status)


def test_what_is_installed_stays_if_its_successor_is_refused(station: CalledStation) -> None:
    number = install(station)
    put(profile_id=number, stack_level=5)
    station.refuse(station.next("SetChargingProfile").call_id, "PropertyConstraintViolation")
    (kept,) = get(PATH)["items"]
    assert (kept["state"], kept["stack_level"], kept["status"]) == ("accepted", 0, "PropertyConstraintViolation")


def test_a_profile_without_a_number_takes_that_of_its_place_or_a_free_one(station: CalledStation) -> None:
    assert [install(station), install(station, stack_level=1), install(station), install(station, evse_id=1)] == [
        1,
        2,
        1,
        3,
    ]


def test_what_another_takes_the_place_of_is_gone(station: CalledStation) -> None:
    install(station, profile_id=5)
    install(station, profile_id=6, evse_id=1)
    install(station, profile_id=7)
    assert states() == {5: "cleared", 6: "accepted", 7: "accepted"}


@pytest.mark.parametrize(
    ("changed", "wrong"),
    [
        ({"purpose": "ChargingStationMaxProfile", "kind": "Absolute", "evse_id": 1}, ["evse_id"]),
        ({"kind": "Recurring"}, ["recurrency", "schedules[0].start_at"]),
        ({"schedules": [{"unit": "A", "periods": [{"start_s": 5, "limit": 16.25}]}]},
         ["schedules[0].periods[0].limit"]),
        ({"schedules": [{"unit": "A", "periods": [{"start_s": 5, "limit": 16}]}]}, ["schedules[0].periods[0].start_s"]),
        ({"schedules": [{"unit": "A", "periods": []}]}, ["schedules[0].periods"]),
        ({"schedules": [{"unit": "kW", "periods": [{"start_s": 0, "limit": 16}]}]}, ["schedules[0].unit"]),
        ({"transaction_id": "7"}, ["transaction_id"]),
        ({"stack_level": -1}, ["stack_level"]),
    ],
)  # fmt: skip
def test_a_wrong_field_is_named_in_our_words(station: CalledStation, changed: dict[str, Any], wrong: list[str]) -> None:
    answer = ask("PUT", PATH, body=WANTED | changed)
    assert answer.status == 422
    assert wrong_fields(answer) == [f"body {path}" for path in wrong]
    assert (station.received, get(PATH)["items"]) == ([], [])


@pytest.mark.parametrize(
    ("key", "value", "wrong"),
    [
        ("ChargeProfileMaxStackLevel", "0", ["payload.csChargingProfiles.stackLevel"]),
        (
            "ChargingScheduleMaxPeriods",
            "1",
            ["payload.csChargingProfiles.chargingSchedule.chargingSchedulePeriod"],
        ),
        (
            "ChargingScheduleAllowedChargingRateUnit",
            "Power",
            ["payload.csChargingProfiles.chargingSchedule.chargingRateUnit"],
        ),
        ("ChargingScheduleAllowedChargingRateUnit", "Current, Power", []),
        ("ChargeProfileMaxStackLevel", "many", []),
        ("ChargingScheduleMaxPeriods", "0", []),
    ],
)
def test_what_this_station_does_not_take_is_named_in_its_words(
    station: CalledStation, key: str, value: str, wrong: list[str]
) -> None:
    takes(key, value)
    periods = [{"startPeriod": start, "limit": 16} for start in (0, 60)]
    wanted = {"stackLevel": 1, "schedule": {"chargingSchedulePeriod": periods}}
    if not wrong:
        raw(station, **wanted)
        return
    with pytest.raises(Invalid) as refused:
        raw(station, **wanted)
    assert [path for path, _ in refused.value.fields["errors"]] == wrong
    assert station.received == []


def test_a_station_has_room_for_so_many(station: CalledStation) -> None:
    takes("MaxChargingProfilesInstalled", "1")
    install(station)
    assert ask("PUT", PATH, body=WANTED | {"stack_level": 1}).status == 409
    install(station)


def test_a_profile_of_a_transaction_gets_its_id_and_ends_with_it(station: CalledStation) -> None:
    running = began(datetime.now(UTC) - timedelta(hours=1))
    number = install(station, evse_id=1, purpose="TxProfile")
    (kept,) = get(PATH)["items"]
    assert kept["transaction_id"] == running.transaction_id
    put(evse_id=1, purpose="TxProfile", transaction_id=running.transaction_id)
    sent = station.next("SetChargingProfile").payload["csChargingProfiles"]
    assert (sent["transactionId"], sent["chargingProfileId"]) == (running.number, number)
    at_work.drop(ended(running))
    assert states() == {number: "cleared"}


def test_one_that_is_accepted_after_the_end_of_its_transaction_is_gone_at_once(station: CalledStation) -> None:
    running = began(datetime.now(UTC) - timedelta(hours=1))
    put(evse_id=1, purpose="TxProfile")
    ended(running)
    station.answer(station.next("SetChargingProfile").call_id, ACCEPTED)
    assert states() == {1: "cleared"}


@pytest.mark.parametrize("transaction_id", [None, "mine", "4711"])
def test_a_profile_of_a_transaction_needs_an_active_one_there(
    station: CalledStation, transaction_id: str | None
) -> None:
    elsewhere = began(datetime.now(UTC), evse_id=2)
    over = ended(began(datetime.now(UTC) - timedelta(hours=2)))
    assert transactions.find(over.transaction_id)
    wanted = WANTED | {"evse_id": 1, "purpose": "TxProfile"}
    if transaction_id:
        wanted |= {"transaction_id": elsewhere.transaction_id if transaction_id == "mine" else transaction_id}
    answer = ask("PUT", PATH, body=wanted)
    assert answer.status == 409
    assert wrong_fields(answer) == (["body transaction_id"] if transaction_id else [])
    assert station.received == []


def clear(station: CalledStation, status: str = "Accepted", **criteria: Any) -> dict[int, str]:
    station.perform("ClearChargingProfile", criteria, {"status": status})
    return states()


@pytest.mark.parametrize("status", ["Accepted", "Unknown"])
@pytest.mark.parametrize(
    ("criteria", "cleared"),
    [
        ({"id": 2}, {2}),
        ({"id": 9}, set()),
        ({"connectorId": 1}, {2, 4}),
        ({"chargingProfilePurpose": "ChargePointMaxProfile"}, {3}),
        ({"connectorId": 1, "stackLevel": 1}, {4}),
        ({}, {1, 2, 3, 4}),
    ],
)
def test_what_is_cleared_is_what_fits(
    station: CalledStation, status: str, criteria: dict[str, Any], cleared: set[int]
) -> None:
    install(station)
    install(station, evse_id=1)
    install(station, purpose="ChargingStationMaxProfile", kind="Absolute")
    install(station, evse_id=1, stack_level=1)
    found = clear(station, status, **criteria)
    assert {number for number, state in found.items() if state == "cleared"} == cleared


@pytest.mark.parametrize(("field", "value"), [("connectorId", -1), ("stackLevel", -1)])
def test_impossible_criteria_are_not_sent(station: CalledStation, field: str, value: int) -> None:
    with pytest.raises(Invalid) as refused:
        station.order("ClearChargingProfile", {field: value})
    assert refused.value.fields["path"] == f"payload.{field}"


def test_a_profile_is_cleared_by_its_number_through_the_api(station: CalledStation) -> None:
    number = install(station)
    answer = ask("DELETE", f"{PATH}/{number}")
    assert (answer.status, answer.json["state"]) == (202, "accepted")
    received = station.next("ClearChargingProfile")
    assert received.payload == {"id": number}
    station.answer(received.call_id, ACCEPTED)
    assert states() == {number: "cleared"}
    assert ask("DELETE", f"{PATH}/99").status == 404


def test_one_that_was_installed_since_is_not_cleared(station: CalledStation) -> None:
    made = station.order("ClearChargingProfile", {})
    raw(station, chargingProfileId=1)
    station.answer(made.call_id, ACCEPTED)
    assert states() == {1: "sent"}


def test_one_that_never_went_out_is_not_there(station: CalledStation) -> None:
    connections.disconnect("CP1", station.connection_id, datetime.now(UTC))
    made = put()
    ask("DELETE", f"/stations/CP1/calls/{made['call_id']}")
    assert states() == {1: "cleared"}
    assert get(PATH, state="sent")["items"] == []


def test_profiles_come_in_pages_and_by_place(station: CalledStation) -> None:
    for level in range(3):
        install(station, stack_level=level)
    install(station, evse_id=2)
    assert [[one["profile_id"] for one in page] for page in pages(PATH, limit=3)] == [[1, 2, 3], [4]]
    assert [one["profile_id"] for one in get(PATH, evse_id=2)["items"]] == [4]
    assert get(PATH, purpose="TxProfile")["items"] == []
    assert ask("GET", "/stations/CP2/charging-profiles").status == 404


def test_raw_requests_that_the_station_must_refuse_say_why(station: CalledStation) -> None:
    with pytest.raises(Conflict) as refused:
        raw(station, chargingProfilePurpose="TxProfile")
    assert "connector 1" in refused.value.reason
    with pytest.raises(Conflict) as refused:
        raw(station, chargingProfilePurpose="TxProfile", transactionId=7)
    assert refused.value.fields["path"] == "payload.csChargingProfiles.transactionId"
