"""Filter patterns of CloudWatch Logs, as far as they are known here."""

import json
from typing import Any

import pytest

from local.log_patterns import LogPatternError, read

LINE: dict[str, Any] = {
    "station_id": "CP1",
    "action": "Heartbeat",
    "ms": 12.5,
    "refused": False,
    "error": None,
    "received": [2, "m1", "Heartbeat", {"a-b": "c"}],
}


@pytest.mark.parametrize(
    ("pattern", "matches"),
    [
        ("", True),
        ("Heartbeat", True),
        ("Heartbeat CP1", True),
        ("Heartbeat CP2", False),
        ('"station_id"', True),
        ('{ $.station_id = "CP1" }', True),
        ("{ $.station_id = CP1 }", True),
        ('{ $.station_id = "CP" }', False),
        ('{ $.station_id = "CP1" && $.action = "Heartbeat" }', True),
        ('{ ($.station_id = "CP1") && ($.action = "BootNotification") }', False),
        ('{ ($.station_id = "CP2") || ($.action = "Heartbeat") }', True),
        ('{ $.station_id = "CP2" || $.action = "Heartbeat" && $.ms > 100 }', False),
        ('{ ($.station_id = "CP1" || $.ms > 100) && $.ms < 100 }', True),
        ('{ $.station_id = "C*" }', True),
        ('{ $.station_id = "*1" }', True),
        ('{ $.station_id = "*P*" }', True),
        ('{ $.station_id = "*" }', True),
        ('{ $.station_id = "D*" }', False),
        ('{ $.station_id != "CP2" }', True),
        ('{ $.station_id != "CP1" }', False),
        ('{ $.nothing != "CP1" }', False),
        ('{ $.ms = "12.5" }', False),
        ("{ $.ms = 12.5 }", True),
        ("{ $.ms >= 12.6 }", False),
        ("{ $.station_id > 5 }", False),
        ("{ $.refused IS FALSE }", True),
        ("{ $.refused IS TRUE }", False),
        ("{ $.refused = 0 }", False),
        ("{ $.error IS NULL }", True),
        ("{ $.nothing IS NULL }", False),
        ("{ $.nothing NOT EXISTS }", True),
        ("{ $.error NOT EXISTS }", False),
        ("{ $.received[0] = 2 }", True),
        ('{ $.received[3].a-b = "c" }', True),
        ('{ $.received[4] = "c" }', False),
        ('{ $.station_id[0] = "C" }', False),
    ],
)
def test_a_pattern_finds_the_lines_it_means(pattern: str, matches: bool) -> None:
    assert read(pattern).matches(json.dumps(LINE)) is matches


@pytest.mark.parametrize("line", ["no JSON CP1", '["CP1"]', '"CP1"'])
def test_a_json_pattern_finds_no_line_that_is_no_object(line: str) -> None:
    assert not read('{ $.station_id = "CP1" }').matches(line)


@pytest.mark.parametrize(
    "pattern",
    [
        "-Heartbeat",
        "?a ?b",
        "[a, b]",
        "%regular%",
        "{ }",
        "{ $.a }",
        "{ $.a = }",
        "{ a = 5 }",
        "{ $ = 5 }",
        '{ $.a = "x" "y" }',
        '{ ($.a = "x" }',
        '{ $.a > "x" }',
        '{ $.a = "a*b" }',
        '{ $.a = "a\\b" }',
        '{ $.a = "%b%" }',
        "{ $.a = (5) }",
        "{ $.a IS SO }",
        '{ $.a = "x }',
        '{ $.a = "' + "x" * 1024 + '" }',
    ],
)
def test_a_pattern_that_is_not_known_is_an_error(pattern: str) -> None:
    with pytest.raises(LogPatternError):
        read(pattern)
