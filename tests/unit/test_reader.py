"""The tolerant reader, quirk by quirk: what a station sends, what comes of it, what is told of it."""

import json
import re
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from shared.domain.findings import Finding
from shared.domain.stations import Options
from shared.ocpp.reader import Reading, read
from tests.unit.reader_support import RECEIVED_AT, complaints, read_16

FIXTURES = json.loads((Path(__file__).parent / "reader_fixtures.json").read_text(encoding="utf-8"))
START = {"connectorId": 1, "idTag": "A", "meterStart": 5, "timestamp": "2024-03-01T11:00:00Z"}


def places(reading: Reading) -> list[tuple[str, str]]:
    return [(finding.code, finding.path) for finding in reading.findings]


@pytest.mark.requirement("M16-025", "M16-026", "M16-053", "M16-054", "M16-126")
@pytest.mark.parametrize("fixture", FIXTURES, ids=lambda fixture: f"{fixture['quirk']} {fixture['name']}")
def test_a_quirk_is_read_as_the_standard_has_it(fixture: dict[str, Any]) -> None:
    reading = read_16(fixture["action"], fixture["payload"], Options(**fixture.get("options", {})))

    assert reading.payload == fixture["read"]
    assert complaints(fixture["action"], reading.payload) == []
    assert places(reading) == [tuple(finding) for finding in fixture["findings"]]
    assert reading.kept == fixture.get("kept", {})


@pytest.mark.parametrize("fixture", FIXTURES, ids=lambda fixture: f"{fixture['quirk']} {fixture['name']}")
def test_a_strict_station_gets_no_help(fixture: dict[str, Any]) -> None:
    reading = read_16(fixture["action"], fixture["payload"], Options(strict=True))

    assert reading == (fixture["payload"] if fixture["payload"] is not None else {}, [], {})


def test_another_version_and_an_unknown_action_are_not_touched() -> None:
    for action, version in (("Heartbeat", "2.0.1"), ("Reset", "1.6"), ("NoSuchAction", "1.6")):
        payload = {"x": None}
        assert read(action, version, payload, received_at=RECEIVED_AT, options=Options()) == (payload, [], {})
        assert read(action, version, None, received_at=RECEIVED_AT, options=Options()).payload == {}


def test_a_clean_payload_is_not_copied() -> None:
    assert read_16("StartTransaction", START).payload is not None
    assert read("StartTransaction", "1.6", START, received_at=RECEIVED_AT, options=Options()).payload is START


@pytest.mark.requirement("M16-024")
@pytest.mark.parametrize(
    ("action", "payload"),
    [
        ("Authorize", {}),
        ("Authorize", {"idTag": {"a": 1}}),
        ("Authorize", {"idTag": None}),
        ("StartTransaction", {"connectorId": 1, "idTag": "A"}),
        ("StartTransaction", {**START, "meterStart": "much"}),
        ("StartTransaction", {**START, "meterStart": True}),
        ("StartTransaction", {**START, "meterStart": 1e300}),
        ("StopTransaction", {"transactionId": 1, "meterStop": None}),
        ("StatusNotification", {"connectorId": 1.5, "errorCode": "NoError", "status": "Available"}),
        ("StatusNotification", {"connectorId": 1, "errorCode": "NoError"}),
        ("FirmwareStatusNotification", {"status": ""}),
        ("SignCertificate", {}),
        ("BootNotification", "hello"),
        ("Heartbeat", 5),
        ("MeterValues", [{"connectorId": 1}]),
    ],
)
def test_what_cannot_be_made_up_is_left_to_the_schema_to_refuse(action: str, payload: object) -> None:
    assert complaints(action, read_16(action, payload).payload) != []


def test_an_unreadable_value_stays_for_the_schema_to_name() -> None:
    reading = read_16("StatusNotification", {"connectorId": "one", "errorCode": "NoError", "status": "Available"})

    assert reading.payload["connectorId"] == "one"
    assert reading.findings == []


@pytest.mark.parametrize(
    ("text", "meant"),
    [("9223372036854775807", 9223372036854775807), (" 17 ", 17), ("17.000", 17), ("1.7E1", 17), ("-1", -1)],
)
def test_a_whole_number_as_text_is_exact(text: str, meant: int) -> None:
    payload = {"transactionId": text, "meterStop": 1, "timestamp": START["timestamp"]}
    assert read_16("StopTransaction", payload).payload["transactionId"] == meant


@pytest.mark.parametrize("unheard_of", [2**64, -(2**64), float("inf"), float("nan"), "1e999999", "9" * 5000])
def test_a_number_beyond_reason_is_not_worked_with(unheard_of: object) -> None:
    payload = {"transactionId": unheard_of, "meterStop": 1, "timestamp": START["timestamp"]}
    assert read_16("StopTransaction", payload).payload["transactionId"] == -1


@pytest.mark.parametrize(
    ("unit", "meant"),
    [
        *(
            ("wh", "Wh"),
            ("KWH", "kWh"),
            ("kVArh", "kvarh"),
            ("VAr", "var"),
            ("Amps", "A"),
            ("Volt", "V"),
            ("%", "Percent"),
        ),
        *(("°C", "Celsius"), ("C", "Celsius"), ("celsius", "Celsius"), ("Deg. C", "Celsius"), ("hz", "Hertz")),
    ],
)
def test_units_go_by_many_names(unit: str, meant: str) -> None:
    sample = {"value": "1", "measurand": "Power.Factor", "unit": unit}
    payload = {"connectorId": 1, "meterValue": [{"timestamp": START["timestamp"], "sampledValue": [sample]}]}
    reading = read_16("MeterValues", payload)

    assert reading.payload["meterValue"][0]["sampledValue"][0]["unit"] == meant
    assert [finding.code for finding in reading.findings] == ["Q-15"]


@pytest.mark.parametrize("value", ["0", "-1.50", "+3", " 7 ", ".5", "5.", "1.5e3", "1E+03", "123456789012345678"])
def test_numbers_in_a_sample_stay_as_they_are(value: str) -> None:
    payload = {"connectorId": 1, "meterValue": [{"timestamp": START["timestamp"], "sampledValue": [{"value": value}]}]}
    assert read_16("MeterValues", payload) == (payload, [], {})


@pytest.mark.parametrize("value", ["NaN", "inf", "1,5", "1_000", "0x10", "1e400", "٣", "-", "12 V", "9" * 21])
def test_what_is_no_number_in_a_sample_is_kept_but_does_not_count(value: str) -> None:
    payload = {"connectorId": 1, "meterValue": [{"timestamp": START["timestamp"], "sampledValue": [{"value": value}]}]}
    reading = read_16("MeterValues", payload)

    assert reading.payload["meterValue"][0]["sampledValue"] == [{"value": ""}]
    assert reading.kept == {"meterValue[0].sampledValue[0].value": value}


def test_an_id_tag_is_kept_up_to_the_longest_there_is() -> None:
    assert read_16("StartTransaction", {**START, "idTag": "x" * 255}).kept == {"idTag": "x" * 255}
    assert read_16("StartTransaction", {**START, "idTag": "x" * 100_000}).kept == {"idTag": "x" * 255}


def test_two_unknown_words_of_a_status_find_their_own_places() -> None:
    payload = {"connectorId": 1, "errorCode": "E1", "status": "Odd"}
    assert read_16("StatusNotification", payload).payload == {
        **{"connectorId": 1, "errorCode": "OtherError", "status": "Unavailable"},
        **{"vendorErrorCode": "E1", "info": "Odd"},
    }


def test_a_time_within_the_tolerance_is_not_ahead() -> None:
    ahead = (RECEIVED_AT + timedelta(seconds=60)).isoformat().replace("+00:00", "Z")
    assert read_16("StartTransaction", {**START, "timestamp": ahead}).findings == []


def test_a_wrong_zone_may_be_two_findings() -> None:
    reading = read_16("StartTransaction", {**START, "timestamp": "2024-03-01T14:00:00"})
    assert places(reading) == [("Q-01", "timestamp"), ("Q-03", "timestamp")]


def test_a_finding_carries_a_bounded_piece_of_what_came() -> None:
    reading = read_16("Heartbeat", {"x" * 1000: ["y" * 1000]})

    assert reading.findings[0].path == "x" * 50
    assert reading.findings[0].raw == '["' + "y" * 198


def test_a_flood_of_unknown_properties_is_not_a_flood_of_findings() -> None:
    reading = read_16("Heartbeat", {f"x{number}": number for number in range(1000)})

    assert len(reading.findings) == 21
    assert reading.findings[-1] == Finding("Q-52", "", "980 more properties not in the standard, left out")


def test_half_a_surrogate_pair_goes_no_further() -> None:
    payload = {**START, "idTag": "A\ud83d", "\udc00": "\udc00"}
    reading = read_16("StartTransaction", payload)

    assert reading.payload["idTag"] == "A\ufffd"
    assert [finding.code for finding in reading.findings] == ["Q-52", "Q-44"]
    json.dumps([reading.payload, reading.findings, reading.kept], ensure_ascii=False).encode()


def test_what_nests_too_deeply_to_print_is_no_failure() -> None:
    deep: list[Any] = []
    for _ in range(100_000):
        deep = [deep]
    reading = read("Heartbeat", "1.6", {"deep": deep}, received_at=RECEIVED_AT, options=Options())

    assert reading.payload == {}
    while deep:  # taken apart by hand: freeing it in one go would nest as deeply
        deep = deep.pop()


def test_every_quirk_has_its_row_in_the_documentation() -> None:
    page = (Path(__file__).parents[2] / "docs" / "quirks.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| (Q-\d\d) \|", page, re.MULTILINE)

    assert sorted(rows) == [f"Q-{number:02}" for number in range(1, 61)]
