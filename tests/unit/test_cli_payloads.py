"""Payloads as people type them."""

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from local.cli.errors import ApiError, UsageError
from local.cli.payloads import Typed, typed

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=3,
)
NO_TEXTS = ("true", "false", "null", "NaN", "Infinity")
TEXTS = st.from_regex(r"[A-Za-zÀ-ž][A-Za-zÀ-ž -]*", fullmatch=True).filter(lambda text: text not in NO_TEXTS)
NAMES = st.from_regex(r"[a-z][A-Za-z0-9_]{0,8}", fullmatch=True)


@given(payload=st.dictionaries(NAMES, JSON, max_size=3))
def test_pairs_with_json_values_say_what_a_document_says(payload: dict[str, Any]) -> None:
    assert typed([f"{name}={json.dumps(value)}" for name, value in payload.items()]).value == payload
    assert typed([json.dumps(payload)]).value == payload


@given(text=TEXTS)
def test_a_value_that_is_no_json_is_text(text: str) -> None:
    assert typed([f"type={text}"]) == Typed({"type": text})


def test_a_number_may_be_meant_as_text() -> None:
    assert typed(["connectorId=1", "idTag=04A1", "key=A=b"]) == Typed(
        {"connectorId": 1, "idTag": "04A1", "key": "A=b"}, {"connectorId": "1"}
    )


def test_a_value_in_quotation_marks_is_meant_as_text() -> None:
    assert typed(['value="300"']) == Typed({"value": "300"})


def test_a_dot_leads_into_an_object() -> None:
    assert typed(["idToken.idToken=CARD1", "idToken.type=ISO14443", "evse=1"]).value == {
        "idToken": {"idToken": "CARD1", "type": "ISO14443"},
        "evse": 1,
    }


def test_nothing_is_an_empty_object() -> None:
    assert typed([]).value == {}


def test_a_file_has_the_payload(tmp_path: Path) -> None:
    file = tmp_path / "list.json"
    file.write_text('{"listVersion": 3}')
    assert typed([f"@{file}"]).value == {"listVersion": 3}


@pytest.mark.parametrize(
    "words",
    [
        ["Soft"],
        ["=Soft"],
        ["type=Soft", "{}"],
        ["{"],
        ["[1]"],
        ["@/nonexistent/file"],
        ["a=1", "a=2"],
        ["a=1", "a.b=2"],
        ["a.b=1", "a=2"],
        ["two words=1"],
    ],
)
def test_what_makes_no_sense_is_refused(words: list[str]) -> None:
    with pytest.raises(UsageError):
        typed(words)


def refusal(*paths: str) -> ApiError:
    return ApiError(422, {"detail": "no", "errors": [{"in": "body", "path": path, "reason": "no"} for path in paths]})


def attempt(*answers: ApiError | None) -> tuple[list[Any], ApiError | None]:
    """What is sent for some words, and how it ends."""
    sent: list[Any] = []

    def do(payload: dict[str, Any]) -> None:
        sent.append(payload)
        if (error := answers[len(sent) - 1]) is not None:
            raise error

    try:
        typed(["key=HeartbeatInterval", "value=300", "custom.count=2"]).attempt(do, "payload.")
    except ApiError as error:
        return sent, error
    return sent, None


AS_READ = {"key": "HeartbeatInterval", "value": 300, "custom": {"count": 2}}


def test_what_the_api_takes_is_sent_once() -> None:
    assert attempt(None) == ([AS_READ], None)


def test_a_guess_that_the_api_does_not_take_is_sent_as_text() -> None:
    assert attempt(refusal("payload.value"), None) == ([AS_READ, {**AS_READ, "value": "300"}], None)
    assert attempt(refusal("payload.custom.count"), None)[0][1] == {**AS_READ, "custom": {"count": "2"}}


def test_a_guess_is_not_to_blame_for_another_field() -> None:
    first = refusal("payload.value", "payload.key")
    assert attempt(first) == ([AS_READ], first)


def test_the_first_reason_counts_if_text_is_not_taken_either() -> None:
    first = refusal("payload.value")
    assert attempt(first, refusal("payload.value"))[1] is first


def test_what_is_wrong_besides_counts_after_all() -> None:
    other = refusal("payload.key")
    assert attempt(refusal("payload.value"), other)[1] is other


def test_a_refusal_without_fields_is_final() -> None:
    first = ApiError(409, {"detail": "too many calls wait"})
    assert attempt(first) == ([AS_READ], first)
