"""CALLs of 2.x that the schema refuses, read for what they mean."""

from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.ocpp.messages import V2X, request_of
from shared.ocpp.reading.requests2x import read_request

NOW = datetime(2026, 11, 23, 12, 0, 0, tzinfo=UTC)
EVENT: dict[str, Any] = {
    "eventType": "Updated",
    "timestamp": "2026-11-23T11:00:00Z",
    "triggerReason": "MeterValuePeriodic",
    "seqNo": 3,
    "transactionInfo": {"transactionId": "tx-1"},
}


def read(payload: Any, action: str = "TransactionEvent", version: str = "2.0.1") -> tuple[Any, list[str]]:
    mended = read_request(action, version, payload, NOW)
    return mended.request, [f"{one.code} {one.field}" for one in mended.findings]


@pytest.mark.parametrize("version", V2X)
@pytest.mark.parametrize(
    ("changed", "finding", "field", "value"),
    [
        ({"timestamp": "2026-11-23T11:00:00"}, "Q-01 timestamp", "timestamp", datetime(2026, 11, 23, 11, tzinfo=UTC)),
        ({"timestamp": "yesterday"}, "Q-49 timestamp", "timestamp", NOW),
        ({"seqNo": "3"}, "Q-44 seqNo", "seq_no", 3),
        ({"eventType": "updated"}, "Q-16 eventType", "event_type", "Updated"),
        ({"offline": None}, "Q-07 offline", "offline", None),
        ({"remark": "vendor"}, "Q-52 remark", "seq_no", 3),
        ({"evse": {"connectorId": 1}}, "Q-44 evse", "evse", None),
    ],
)
def test_what_is_plainly_meant_is_read(
    version: str, changed: dict[str, Any], finding: str, field: str, value: Any
) -> None:
    request, findings = read(EVENT | changed, version=version)
    assert getattr(request, field) == value
    assert finding in findings


def test_an_event_without_a_number_has_its_place_by_its_time() -> None:
    bare = {name: value for name, value in EVENT.items() if name != "seqNo"}
    request, findings = read(bare)
    assert request.seq_no == int(datetime(2026, 11, 23, 11, tzinfo=UTC).timestamp())
    assert findings == ["Q-49 seqNo"]


def test_a_token_without_a_type_is_not_lost() -> None:
    request, findings = read(EVENT | {"idToken": {"idToken": "ABC"}})
    assert (request.id_token.id_token, request.id_token.type) == ("ABC", "Central")
    assert findings == ["Q-49 idToken.type"]


def test_a_measurement_that_says_nothing_is_left_out_and_the_others_stay() -> None:
    samples = [{"value": "12.5"}, {"measurand": "SoC"}, {"value": 3}]
    request, _ = read(EVENT | {"meterValue": [{"timestamp": EVENT["timestamp"], "sampledValue": samples}]})
    assert [one.value for one in request.meter_value[0].sampled_value] == [12.5, 3]


@pytest.mark.parametrize("missing", ["eventType", "transactionInfo"])
def test_what_a_message_cannot_do_without_is_not_made_up(missing: str) -> None:
    request, _ = read({name: value for name, value in EVENT.items() if name != missing})
    assert request is None


@given(
    payload=st.recursive(
        st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
        lambda inner: st.lists(inner) | st.dictionaries(st.sampled_from(sorted(EVENT)) | st.text(), inner),
        max_leaves=12,
    )
)
def test_whatever_comes_nothing_is_raised_and_what_is_read_is_valid(payload: Any) -> None:
    request, _ = read(payload)
    if request is not None:
        request_of("TransactionEvent", "2.0.1").model_validate(request.to_wire())
