"""Frames: what is read, what is tolerated, what is refused and with which answer."""

import json
import subprocess
import sys
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shared.ocpp.errors import ErrorCode
from shared.ocpp.frame import (
    CallErrorFrame,
    CallFrame,
    CallResultErrorFrame,
    CallResultFrame,
    Frame,
    FrameError,
    SendFrame,
    answer_to,
    encode,
    parse,
)

VERSIONS = ("1.6", "2.0.1", "2.1")
same_every_time = settings(database=None)
every_version = pytest.mark.parametrize("version", VERSIONS)

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=8,
)
OBJECTS = st.dictionaries(st.text(), JSON, max_size=3)
IDS = st.text(max_size=36)
ERRORS = (IDS, st.text(), st.text(max_size=255), OBJECTS)
FRAMES: dict[str, st.SearchStrategy[Frame]] = {
    "1.6": st.builds(CallFrame, IDS, st.text(), OBJECTS)
    | st.builds(CallResultFrame, IDS, OBJECTS)
    | st.builds(CallErrorFrame, *ERRORS)
}
FRAMES["2.0.1"] = FRAMES["1.6"]
FRAMES["2.1"] = FRAMES["1.6"] | st.builds(CallResultErrorFrame, *ERRORS) | st.builds(SendFrame, IDS, st.text(), OBJECTS)


def refused(text: str, version: str) -> FrameError:
    with pytest.raises(FrameError) as caught:
        parse(text, version)
    return caught.value


def answer(text: str, version: str) -> list[Any] | None:
    reply = answer_to(refused(text, version), version)
    return json.loads(encode(reply)) if reply else None


@every_version
def test_any_frame_is_read_as_it_was_written(version: str) -> None:
    @same_every_time
    @given(FRAMES[version])
    def check(frame: Frame) -> None:
        assert parse(encode(frame), version) == frame

    check()


@every_version
@same_every_time
@given(text=st.text() | JSON.map(json.dumps) | st.lists(JSON, max_size=6).map(json.dumps))
def test_any_text_is_a_frame_or_refused_and_what_answers_it_is_a_frame(version: str, text: str) -> None:
    try:
        frame = parse(text, version)
    except FrameError as error:
        reply = answer_to(error, version)
        assert reply is None or parse(encode(reply), version) == reply
    else:
        assert parse(encode(frame), version) == frame


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (CallFrame("1", "Reset", {}), SendFrame("1", "Reset", {})),
        (CallErrorFrame("1", "GenericError", "", {}), CallResultErrorFrame("1", "GenericError", "", {})),
    ],
)
def test_frames_of_different_kinds_are_never_equal(one: Frame, other: Frame) -> None:
    assert one != other


@every_version
@pytest.mark.parametrize("padding", [" ", "\n", "\r\n", "\x00", "\x00\x00\n", "\ufeff"])
def test_padding_around_a_frame_is_tolerated(version: str, padding: str) -> None:
    assert parse(f'{padding}[2,"1","Heartbeat",{{}}]{padding}', version) == CallFrame("1", "Heartbeat", {})


@every_version
def test_null_payload_description_and_details_are_empty(version: str) -> None:
    assert parse('[2,"1","Heartbeat",null]', version) == CallFrame("1", "Heartbeat", {})
    assert parse('[3,"1",null]', version) == CallResultFrame("1", {})
    assert parse('[4,"1","GenericError",null,null]', version) == CallErrorFrame("1", "GenericError", "", {})


@every_version
def test_number_as_message_id_is_read_as_its_digits(version: str) -> None:
    assert parse('[2,17,"Heartbeat",{}]', version) == CallFrame("17", "Heartbeat", {})


@every_version
def test_action_that_no_version_has_is_a_frame_all_the_same(version: str) -> None:
    assert parse('[2,"1","Teapot",{}]', version) == CallFrame("1", "Teapot", {})


@every_version
def test_unknown_error_code_is_kept_as_it_came(version: str) -> None:
    assert parse('[4,"1","Teapot","",{}]', version) == CallErrorFrame("1", "Teapot", "", {})


@every_version
def test_last_of_a_repeated_key_counts(version: str) -> None:
    assert parse('[3,"1",{"a":1,"a":2}]', version) == CallResultFrame("1", {"a": 2})


@every_version
def test_large_integers_keep_every_digit(version: str) -> None:
    text = f'[3,"1",{{"transactionId":9223372036854775807,"huge":{10**400}}}]'
    assert encode(parse(text, version)) == text


@pytest.mark.parametrize("number", ["NaN", "Infinity", "-Infinity", "1e999", "-1e999"])
def test_number_that_is_not_finite_is_refused(number: str) -> None:
    assert refused(f'[3,"1",{{"a":{number}}}]', "1.6").code is ErrorCode.FORMAT_VIOLATION


def test_number_that_is_not_finite_is_never_sent() -> None:
    with pytest.raises(ValueError, match="not JSON compliant"):
        encode(CallResultFrame("1", {"a": float("nan")}))


@pytest.mark.parametrize("text", ["", "hello", "[2,", '[2,"1","A",{}]]', '[2,"1","A",{"a":"\n"}]', "[" * 200_000])
def test_broken_json_is_a_format_violation_without_message_id(text: str) -> None:
    error = refused(text, "2.0.1")
    assert (error.code, error.message_id) == (ErrorCode.FORMAT_VIOLATION, None)


@pytest.mark.parametrize("text", ["{}", "2", '"[]"', "null", "[]", '["2","1","Heartbeat",{}]', "[true]", "[2.0]"])
def test_other_json_is_no_frame(text: str) -> None:
    assert refused(text, "2.0.1").code is ErrorCode.RPC_FRAMEWORK_ERROR


@every_version
@pytest.mark.parametrize(
    "text",
    [
        '[2,"1"]',
        '[2,"1","Heartbeat"]',
        '[2,"1","Heartbeat",{},{}]',
        '[3,"1"]',
        '[3,"1",{},{}]',
        '[4,"1","GenericError",""]',
        '[4,"1","GenericError","",{},1]',
        '[2,"1",null,{}]',
        '[4,"1",null,"",{}]',
        '[4,"1","GenericError",1,{}]',
        '[4,"1","GenericError","",["x"]]',
    ],
)
def test_wrong_elements_are_an_rpc_error_that_names_the_message(version: str, text: str) -> None:
    error = refused(text, version)
    assert (error.code, error.message_id) == (ErrorCode.RPC_FRAMEWORK_ERROR, "1")


@every_version
@pytest.mark.parametrize("payload", ["[]", '""', "1", "false"])
@pytest.mark.parametrize("frame", ['[2,"1","Heartbeat",{}]', '[3,"1",{}]'])
def test_payload_that_is_no_object_is_a_format_violation(version: str, frame: str, payload: str) -> None:
    error = refused(frame.replace("{}", payload), version)
    assert (error.code, error.message_id) == (ErrorCode.FORMAT_VIOLATION, "1")


@pytest.mark.parametrize(("version", "longest"), [("1.6", 64), ("2.0.1", 36), ("2.1", 36)])
def test_message_id_has_a_longest_length(version: str, longest: int) -> None:
    text = '[2,"%s","Heartbeat",{}]'
    assert parse(text % ("x" * longest), version) == CallFrame("x" * longest, "Heartbeat", {})
    error = refused(text % ("x" * (longest + 1)), version)
    assert (error.code, error.message_id) == (ErrorCode.RPC_FRAMEWORK_ERROR, None)


@pytest.mark.parametrize("message_id", ["null", "true", "1.5", "[]", "{}"])
def test_message_id_that_is_neither_text_nor_whole_number_is_unreadable(message_id: str) -> None:
    error = refused(f'[2,{message_id},"Heartbeat",{{}}]', "2.0.1")
    assert (error.code, error.message_id, error.message_type) == (ErrorCode.RPC_FRAMEWORK_ERROR, None, 2)


@pytest.mark.parametrize(
    ("version", "numbers"), [("1.6", (0, 1, 5, 6, 9)), ("2.0.1", (0, 1, 5, 6, 9)), ("2.1", (0, 1, 7))]
)
def test_unknown_message_type_is_told_apart(version: str, numbers: tuple[int, ...]) -> None:
    for number in numbers:
        error = refused(f'[{number},"1","Heartbeat",{{}}]', version)
        assert (error.code, error.message_id) == (ErrorCode.MESSAGE_TYPE_NOT_SUPPORTED, "1")
        assert str(number) in error.description


def test_only_2_0_1_answers_an_unknown_message_type() -> None:
    description = "OCPP 2.0.1 has no message type 9"
    assert answer('[9,"1",{}]', "2.0.1") == [4, "1", "MessageTypeNotSupported", description, {}]
    assert answer("[9]", "2.0.1") == [4, "-1", "MessageTypeNotSupported", description, {}]
    assert answer('[9,"1",{}]', "1.6") is None
    assert answer('[9,"1",{}]', "2.1") is None


@pytest.mark.parametrize("text", ["hello", "{}", f'[2,"{"x" * 65}","Heartbeat",{{}}]'])
def test_without_readable_id_2_x_answers_minus_one_and_1_6_nothing(text: str) -> None:
    assert answer(text, "1.6") is None
    for version in ("2.0.1", "2.1"):
        reply = answer(text, version)
        assert reply
        assert reply[:2] == [4, "-1"]
        assert reply[2] in ("RpcFrameworkError", "FormatViolation")
        assert "hello" not in json.dumps(reply)


def test_broken_call_is_answered_in_the_spelling_of_its_version() -> None:
    text = '[2,"1","Heartbeat",[]]'
    assert answer(text, "1.6") == [4, "1", "FormationViolation", "The payload is not a JSON object", {}]
    assert answer(text, "2.1") == [4, "1", "FormatViolation", "The payload is not a JSON object", {}]


@pytest.mark.parametrize("text", ['[3,"1"]', '[3,"1",[]]', '[4,"1"]'])
@pytest.mark.parametrize("version", ["1.6", "2.0.1"])
def test_broken_answer_is_not_answered(text: str, version: str) -> None:
    assert answer(text, version) is None


def test_2_1_reports_a_broken_call_result_and_answers_no_error_and_no_send() -> None:
    assert answer('[3,"1",[]]', "2.1") == [5, "1", "FormatViolation", "The payload is not a JSON object", {}]
    for text in ("[3,null,{}]", '[4,"1"]', '[5,"1"]', '[6,"1","NotifyPeriodicEventStream",[]]'):
        assert answer(text, "2.1") is None


@pytest.mark.parametrize("kind", [CallErrorFrame, CallResultErrorFrame])
def test_description_is_cut_to_what_a_call_error_may_carry(kind: type[CallErrorFrame | CallResultErrorFrame]) -> None:
    _, _, _, description, details = json.loads(encode(kind("1", "GenericError", "é" * 300, {})))
    assert (description, details) == ("é" * 255, {})


def test_text_stays_readable_and_is_always_unicode() -> None:
    assert encode(CallResultFrame("1", {"info": "Säule 💚"})) == '[3,"1",{"info":"Säule 💚"}]'
    assert encode(CallResultFrame("1", {"info": "\ud83d"})) == '[3,"1",{"info":"?"}]'


@pytest.mark.parametrize("version", ["1.6", "2.0.1", "2.1"])
def test_an_answer_that_is_kept_as_it_comes_has_no_half_characters(version: str) -> None:
    said = '"\\uD83D",{"\\ud83d":["\\ude00","\\ud83d\\ude00","é",1,null]}'
    meant = ["\ufffd", {"\ufffd": ["\ufffd", "😀", "é", 1, None]}]
    assert parse(f'[3,"1",{{"x":[{said}]}}]', version) == CallResultFrame("1", {"x": meant})
    refused = parse(f'[4,"1","GenericError","\\ud83d",{{"x":[{said}]}}]', version)
    assert refused == CallErrorFrame("1", "GenericError", "\ufffd", {"x": meant})
    with pytest.raises(FrameError):
        parse(f'[3,"1",{{"\\ud83d":{"[" * 900}{"]" * 900}}}]', version)


def test_reading_frames_needs_the_standard_library_only() -> None:
    code = "import sys, shared.ocpp.frame; print({'pydantic', 'pydantic_core', 'boto3', 'botocore'} & set(sys.modules))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "set()"
