"""What holds of the reader whatever a station sends."""

import copy
import functools
import json
import subprocess
import sys
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis_jsonschema import from_schema

from shared.domain.findings import Finding
from shared.domain.stations import Options
from shared.ocpp.model import Wire
from shared.ocpp.reader import Reading, read
from shared.ocpp.v16.meter_values import MeterValuesRequest
from shared.ocpp.v16.start_transaction import StartTransactionRequest
from shared.ocpp.v16.stop_transaction import StopTransactionRequest
from tests.unit.reader_support import (
    ACTIONS,
    RECEIVED_AT,
    complaints,
    official_schema,
    properties,
    read_16,
)

TRANSACTION_REQUESTS: dict[str, type[Wire]] = {
    "StartTransaction": StartTransactionRequest,
    "StopTransaction": StopTransactionRequest,
    "MeterValues": MeterValuesRequest,
}
GOOD_TIMES = ["2024-03-01T12:00:30Z", "2015-01-01T00:00:00.000Z", "2023-12-31T23:59:59.123456+02:00"]
ODD_TIMES = [
    "2024-03-01T11:00:00",
    "2024-02-30T11:00:00Z",
    "1970-01-01T00:00:00Z",
    "2030-01-01 00:00:00+02",
    1709290000,
]
ODD_NUMBERS = ["1", "12.5", 12.5, 1.0, -1, 0, 2**63 - 1, 10**40, float("nan"), float("inf"), True]
ODD_WORDS = ["", "  ", "available", "SOC", "Hz", "°C", "kwh", "foo", "x" * 300, "é" * 60, "\ud800"]

junk = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text()
    | st.sampled_from([*ODD_NUMBERS, *ODD_WORDS, *ODD_TIMES]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=8,
)


@functools.cache
def ordinary(action: str) -> st.SearchStrategy[Any]:
    """Payloads that the official schema accepts and that have nothing odd about them within it: times with a set
    clock, numbers where text must be a number, names that are not empty, numbers as large as those we give."""
    schema = copy.deepcopy(official_schema(action))
    for path, value in properties(schema):
        name = path.rsplit(".", 1)[-1]
        if value.get("format") == "date-time":
            value.clear()
            value["enum"] = GOOD_TIMES
        elif name == "value":
            value["pattern"] = r"^-?[0-9]{1,9}(\.[0-9]{1,3})?\Z"
        elif value["type"] == "string":
            value["minLength"] = 1
            value.pop("additionalProperties", None)
        elif value["type"] == "integer":
            value |= {"minimum": -(2**31) + 1, "maximum": 2**31 - 1}
        elif value["type"] == "array":
            value["maxItems"] = 2
    return from_schema(schema)


@st.composite
def mangled(draw: st.DrawFn, action: str) -> Any:
    """A payload of this action in which some things are missing, misspelled, null, or something else altogether."""

    def mangle(schema: dict[str, Any]) -> Any:
        if draw(st.integers(0, 9)) == 0:
            return draw(junk)
        if "items" in schema:
            return [mangle(schema["items"]) for _ in range(draw(st.integers(0, 2)))]
        if "properties" in schema:
            names = [name for name in schema["properties"] if draw(st.integers(0, 4))]
            spelled = {name: draw(st.sampled_from([name, name, name, name.upper(), f"x{name}"])) for name in names}
            return {spelled[name]: mangle(schema["properties"][name]) for name in names}
        if schema["type"] == "integer":
            return draw(st.integers())
        return draw(st.sampled_from([*schema.get("enum", ()), *GOOD_TIMES, "17"]))

    return mangle(official_schema(action))


def places(findings: list[Finding]) -> set[tuple[str, str]]:
    return {(finding.code, finding.path) for finding in findings}


@pytest.mark.parametrize("action", ACTIONS)
@given(data=st.data())
def test_an_ordinary_payload_passes_untouched(action: str, data: st.DataObject) -> None:
    payload = data.draw(ordinary(action))
    reading = read(action, "1.6", payload, received_at=RECEIVED_AT, options=Options())

    assert reading.payload is payload
    assert (reading.findings, reading.kept) == ([], {})
    assert complaints(action, payload) == []


@pytest.mark.parametrize("action", ACTIONS)
@given(data=st.data())
def test_reading_never_fails_and_reading_again_changes_nothing(action: str, data: st.DataObject) -> None:
    payload = data.draw(junk | mangled(action))
    first = read_16(action, payload)
    again = read_16(action, first.payload)

    assert json.dumps(again.payload) == json.dumps(first.payload)
    assert places(again.findings) <= places(first.findings)
    json.dumps([first.findings, first.kept], ensure_ascii=False).encode()


@pytest.mark.parametrize("action", ACTIONS)
@given(data=st.data())
def test_a_strict_reading_is_none(action: str, data: st.DataObject) -> None:
    payload = data.draw(junk | mangled(action))
    reading = read(action, "1.6", payload, received_at=RECEIVED_AT, options=Options(strict=True))

    assert reading.payload is payload or (payload is None and reading.payload == {})
    assert (reading.findings, reading.kept) == ([], {})


def arbitrary(action: str) -> st.SearchStrategy[dict[str, Any]]:
    """Objects with anything, or nothing, for the properties of this action, but with a meter reading."""
    names = official_schema(action)["properties"]
    meter = {name: st.integers(-5, 10**9) for name in names if name in ("meterStart", "meterStop")}
    others = {name: junk for name in names if name not in meter}
    return st.fixed_dictionaries(meter, optional=others)


@pytest.mark.requirement("M16-126")
@pytest.mark.parametrize("action", TRANSACTION_REQUESTS)
@given(data=st.data())
def test_a_transaction_message_is_never_refused_for_its_content(action: str, data: st.DataObject) -> None:
    payload = read_16(action, data.draw(arbitrary(action))).payload

    assert complaints(action, payload) == []
    TRANSACTION_REQUESTS[action].model_validate(payload)


@given(data=st.data())
def test_no_energy_comes_of_what_is_not_understood(data: st.DataObject) -> None:
    """A sample's value survives in the payload only if every property that says what it is does."""
    sample = data.draw(
        st.fixed_dictionaries(
            {"value": st.sampled_from(["17", 17, "x"])},
            optional=dict.fromkeys(
                ("measurand", "unit", "phase", "location", "format"),
                st.sampled_from(["Wh", "L1", "Raw", "EV", "", "odd", 5]),
            ),
        )
    )
    payload = {"connectorId": 1, "meterValue": [{"timestamp": GOOD_TIMES[0], "sampledValue": [sample]}]}
    reading = read_16("MeterValues", payload)
    read_sample = reading.payload["meterValue"][0]["sampledValue"][0]
    lost = {name for name, value in sample.items() if value != "" and name not in read_sample}

    assert (read_sample["value"] == "") == (bool(lost) or sample["value"] == "x")
    for name in lost | ({"value"} if read_sample["value"] == "" else set()):
        assert reading.kept[f"meterValue[0].sampledValue[0].{name}"] == str(sample[name])


@pytest.mark.parametrize("quirky", [False, True])
def test_many_samples_take_time_in_proportion(quirky: bool) -> None:
    """Counted in calls of Python functions, which no other load on the machine disturbs."""

    def calls(entries: int) -> int:
        sample = {"value": 1, "unit": "furlong", "Phase": None} if quirky else {"value": "1", "unit": "Wh"}
        entry = {"timestamp": GOOD_TIMES[0], "sampledValue": [sample]}
        payload = {"transactionId": 1, "meterStop": 1, "timestamp": GOOD_TIMES[0], "transactionData": [entry] * entries}
        return count_calls(lambda: read("StopTransaction", "1.6", payload, received_at=RECEIVED_AT, options=Options()))

    base = calls(0)
    assert calls(400) - base < 4.1 * (calls(100) - base)


def count_calls(work: Any) -> int:
    counted = 0

    def count(_frame: object, event: str, _argument: object) -> None:
        nonlocal counted
        counted += event in ("call", "c_call")

    before = sys.getprofile()
    sys.setprofile(count)
    try:
        result: Reading = work()
    finally:
        sys.setprofile(before)
    assert result.payload
    return counted


def test_the_reader_needs_nothing_but_the_standard_library() -> None:
    script = "import sys; import shared.ocpp.reader; print(*{name.partition('.')[0] for name in sys.modules})"
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    loaded = {name for name in done.stdout.split() if name not in sys.stdlib_module_names}
    assert loaded <= {"shared", "__main__"} | {name for name in loaded if name.startswith(("_", "sitecustomize"))}
