"""Reading the answers of stations: what can be understood is, and nothing that a station sends breaks the reading."""

import copy
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis_jsonschema import from_schema

from shared.catalog import FROM_CSMS
from shared.ocpp.messages import PACKAGES
from shared.ocpp.model import Wire
from shared.ocpp.reading.answers import MOST_FINDINGS, read_answer
from shared.ocpp.v16.data_transfer import DataTransferResponse
from shared.ocpp.v16.get_composite_schedule import GetCompositeScheduleResponse
from shared.ocpp.v16.get_configuration import GetConfigurationResponse
from shared.ocpp.v16.get_installed_certificate_ids import GetInstalledCertificateIdsResponse
from shared.ocpp.v16.get_local_list_version import GetLocalListVersionResponse
from shared.ocpp.v16.get_log import GetLogResponse
from tests.contract.contracts import CONTRACTS, Contract
from tests.contract.test_models import ANYTHING, damage, same, short_lists
from tests.contract.variations import Variations

SENT = {(PACKAGES[version], action.name) for action in FROM_CSMS for version in action.versions}
ANSWERS = [one for one in CONTRACTS if (one.package, one.action) in SENT and one.message.endswith("Response")]
every_answer = pytest.mark.parametrize("contract", ANSWERS, ids=str)

EXAMPLES = {"v16": 8, "v201": 3, "v21": 3}
"""Of each answer; a reader that is the same for all of them sees hundreds."""

KEY = {"key": "HeartbeatInterval", "readonly": False}
HASH = {"hashAlgorithm": "SHA256", "issuerNameHash": "aa", "issuerKeyHash": "bb", "serialNumber": "1"}
EMOJI = "\ud83d"
"""The first half of one, as a station leaves it that cuts texts by length."""


def test_every_action_that_we_send_has_its_answer_here() -> None:
    assert {(contract.package, contract.action) for contract in ANSWERS} == SENT


@every_answer
def test_an_answer_that_is_valid_is_read_as_it_is(contract: Contract) -> None:
    for payload in Variations(contract.schema):
        if not contract.officially_valid(payload):
            continue
        message, findings = read_answer(contract.model, _object(payload))
        assert message is not None
        assert findings == []
        assert same(payload, message.to_wire())


@every_answer
def test_an_answer_that_is_not_valid_is_repaired_or_refused_with_a_finding(contract: Contract) -> None:
    for payload in Variations(contract.schema):
        if isinstance(payload, dict) and not contract.accepted(payload):
            _check_read(contract, payload)


@every_answer
def test_nothing_that_a_station_answers_breaks_the_reading(contract: Contract) -> None:
    @settings(max_examples=EXAMPLES[contract.package], derandomize=True, database=None)
    @given(from_schema(short_lists(contract.schema)).filter(contract.officially_valid), st.data())
    def check(payload: dict[str, Any], data: st.DataObject) -> None:
        _check_read(contract, payload)
        damaged = damage(damage(payload, data), data)
        if isinstance(damaged, dict):
            _check_read(contract, damaged)
        _check_read(contract, data.draw(st.dictionaries(st.text(max_size=20), ANYTHING, max_size=3)))

    check()


def _check_read(contract: Contract, payload: dict[str, Any]) -> None:
    before = copy.deepcopy(payload)
    message, findings = read_answer(contract.model, payload)
    assert repr(payload) == repr(before), "what the station sent is kept as it came"
    assert bool(findings) != contract.accepted(payload)
    assert len(findings) <= MOST_FINDINGS
    assert all(finding.code.startswith("Q-") and finding.text for finding in findings)
    if message is not None:
        assert contract.officially_valid(message.to_wire())


def _object(payload: object) -> dict[str, Any]:
    assert isinstance(payload, dict)
    return payload


@pytest.mark.parametrize(
    ("model", "payload", "meant", "found"),
    [
        pytest.param(GetLogResponse, {"status": "accepted"}, {"status": "Accepted"}, ["Q-16 status"], id="letter case"),
        pytest.param(
            GetLogResponse,
            {"status": "Accepted_Canceled"},
            {"status": "AcceptedCanceled"},
            ["Q-16 status"],
            id="separators",
        ),
        pytest.param(
            GetLogResponse,
            {"status": "Accepted", "filename": None, "note": 1},
            {"status": "Accepted"},
            ["Q-07 filename", "Q-52 note"],
            id="null, and what the standard does not have",
        ),
        pytest.param(
            GetLogResponse,
            {"Status": "Accepted"},
            {"status": "Accepted"},
            ["Q-52 Status"],
            id="a name in other letter case",
        ),
        pytest.param(
            GetLogResponse,
            {"status": "Accepted", "filename": "x" * 300},
            {"status": "Accepted", "filename": "x" * 255},
            ["Q-10 filename"],
            id="too long",
        ),
        pytest.param(
            GetLocalListVersionResponse,
            {"listVersion": "7"},
            {"listVersion": 7},
            ["Q-44 listVersion"],
            id="a number as text",
        ),
        pytest.param(
            GetConfigurationResponse,
            {"configurationKey": [{**KEY, "readonly": 0, "value": 300}, {**KEY, "readonly": "true", "value": True}]},
            {"configurationKey": [{**KEY, "value": "300"}, {**KEY, "readonly": True, "value": "true"}]},
            ["Q-44 configurationKey[0].readonly", "Q-44 configurationKey[0].value"],
            id="numbers for texts and truth",
        ),
        pytest.param(
            GetConfigurationResponse,
            {"configurationKey": [None, KEY, {"key": "Broken"}, 5, {**KEY, "key": "Other"}], "unknownKey": [None, "A"]},
            {"configurationKey": [KEY, {**KEY, "key": "Other"}], "unknownKey": ["A"]},
            [
                "Q-07 configurationKey[0]",
                "Q-44 configurationKey[2]",
                "Q-07 unknownKey[0]",
            ],
            id="items without meaning, the others stay",
        ),
        pytest.param(
            GetConfigurationResponse,
            {"configurationKey": KEY, "unknownKey": "A"},
            {"configurationKey": [KEY], "unknownKey": ["A"]},
            ["Q-13 configurationKey", "Q-13 unknownKey"],
            id="one thing instead of a list",
        ),
        pytest.param(
            GetConfigurationResponse,
            {"unknownKey": [EMOJI], f"x{EMOJI}": 1},
            {"unknownKey": ["�"]},
            ["Q-10 ", "Q-52 x�", "Q-10 unknownKey[0]"],
            id="half a character",
        ),
        pytest.param(
            GetInstalledCertificateIdsResponse,
            {"status": "NotFound", "certificateHashData": []},
            {"status": "NotFound"},
            ["Q-14 certificateHashData"],
            id="an empty list that must not be",
        ),
        pytest.param(
            GetInstalledCertificateIdsResponse,
            {"status": "Accepted", "certificateHashData": {**HASH, "serialNumber": 1}},
            {"status": "Accepted", "certificateHashData": [HASH]},
            ["Q-13 certificateHashData", "Q-44 certificateHashData[0].serialNumber"],
            id="an object instead of a list, with a number instead of a text",
        ),
        pytest.param(
            GetCompositeScheduleResponse,
            {
                "status": "Accepted",
                "scheduleStart": "2024-03-01 12:00:00",
                "chargingSchedule": {
                    "chargingRateUnit": "a",
                    "startSchedule": "soon",
                    "chargingSchedulePeriod": [{"startPeriod": 0.0, "limit": "16.04"}],
                },
            },
            {
                "status": "Accepted",
                "scheduleStart": "2024-03-01T12:00:00Z",
                "chargingSchedule": {
                    "chargingRateUnit": "A",
                    "chargingSchedulePeriod": [{"startPeriod": 0, "limit": 16.0}],
                },
            },
            [
                "Q-01 scheduleStart",
                "Q-44 chargingSchedule.startSchedule",
                "Q-16 chargingSchedule.chargingRateUnit",
                "Q-44 chargingSchedule.chargingSchedulePeriod[0].limit",
            ],
            id="times, and numbers with too many digits",
        ),
        pytest.param(
            GetCompositeScheduleResponse,
            {"status": "Rejected", "chargingSchedule": {}},
            {"status": "Rejected"},
            ["Q-44 chargingSchedule"],
            id="an object without what it needs",
        ),
        pytest.param(
            DataTransferResponse,
            {"status": "Accepted", "data": {"celsius": 31}},
            {"status": "Accepted", "data": '{"celsius":31}'},
            ["Q-44 data"],
            id="an object as text",
        ),
    ],
)
def test_what_is_meant_is_read(
    model: type[Wire], payload: dict[str, Any], meant: dict[str, Any], found: list[str]
) -> None:
    message, findings = read_answer(model, payload)
    assert message is not None
    assert message.to_wire() == meant
    assert sorted(f"{finding.code} {finding.path}" for finding in findings) == sorted(found)


@pytest.mark.parametrize(
    "payload", [{}, {"status": None}, {"status": 7}, {"status": "Perhaps"}, {"filename": "a.zip"}, {"status": []}]
)
def test_an_answer_without_its_verdict_is_none(payload: dict[str, Any]) -> None:
    message, findings = read_answer(GetLogResponse, payload)
    assert message is None
    assert [(finding.code, finding.text) for finding in findings] == [("Q-44", "the answer cannot be understood")]


def test_many_odd_properties_are_few_findings() -> None:
    payload = {"status": "Accepted", **{f"x{number}": number for number in range(100)}}
    message, findings = read_answer(GetLogResponse, payload)
    assert message == GetLogResponse(status="Accepted")
    assert len(findings) == MOST_FINDINGS


def test_a_quirk_that_repeats_in_a_list_is_one_finding() -> None:
    message, findings = read_answer(GetConfigurationResponse, {"configurationKey": [{**KEY, "readonly": 0}] * 50})
    assert message is not None
    assert [finding.field for finding in findings] == ["configurationKey[].readonly"]


def test_what_is_nested_too_deep_to_print_is_left_out() -> None:
    deep: Any = []
    for _ in range(5000):
        deep = [deep]
    message, findings = read_answer(GetLogResponse, {"status": "Accepted", "x": deep})
    assert message == GetLogResponse(status="Accepted")
    assert findings[0].raw == "(too deep or too long to print)"
