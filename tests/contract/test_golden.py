"""Literal frames of every kind: read and written without changing a byte, with payloads as the schemas have them."""

from pathlib import Path

import pytest

from shared.catalog import ACTIONS
from shared.ocpp.errors import ErrorCode, read, spell
from shared.ocpp.frame import (
    CallErrorFrame,
    CallFrame,
    CallResultErrorFrame,
    CallResultFrame,
    Frame,
    SendFrame,
    encode,
    parse,
)
from shared.ocpp.generate import VERSIONS
from tests.contract.contracts import CONTRACTS

FILES = {path.stem: path.read_text(encoding="utf-8").splitlines() for path in Path(__file__).parent.glob("golden/*")}
LINES = [(name, line) for name, lines in sorted(FILES.items()) for line in lines]
BY_MESSAGE = {(contract.package, contract.message): contract for contract in CONTRACTS}


def version_of(name: str) -> str:
    return VERSIONS[name.partition("_")[0]]


def frames(name: str) -> list[Frame]:
    return [parse(line, version_of(name)) for line in FILES[name]]


def exchanges(name: str) -> list[tuple[CallFrame, CallResultFrame]]:
    """The CALLs of a file, each with the CALLRESULT on the next line."""
    lines = frames(name)
    pairs = []
    for call, result in zip(lines[::2], lines[1::2], strict=True):
        assert isinstance(call, CallFrame)
        assert isinstance(result, CallResultFrame)
        assert call.message_id == result.message_id
        pairs.append((call, result))
    return pairs


@pytest.mark.parametrize(("name", "line"), LINES, ids=[line[:40] for _, line in LINES])
def test_golden_frame_survives_reading_and_writing(name: str, line: str) -> None:
    assert encode(parse(line, version_of(name))) == line


@pytest.mark.parametrize("name", ["v16_station", "v16_csms"])
def test_golden_payload_is_what_schema_and_model_say(name: str) -> None:
    for call, result in exchanges(name):
        request = BY_MESSAGE["v16", f"{call.action}Request"]
        response = BY_MESSAGE["v16", f"{call.action}Response"]
        for contract, payload in ((request, call.payload), (response, result.payload)):
            assert contract.officially_valid(payload), payload
            assert contract.model.model_validate(payload).to_wire() == payload


@pytest.mark.parametrize(("name", "senders"), [("v16_station", {"station", "both"}), ("v16_csms", {"csms", "both"})])
def test_every_action_of_1_6_has_a_golden_exchange_in_each_direction_it_has(name: str, senders: set[str]) -> None:
    actions = [action.name for action in ACTIONS if "1.6" in action.versions and action.sender in senders]
    assert sorted(call.action for call, _ in exchanges(name)) == sorted(actions)


@pytest.mark.parametrize("package", VERSIONS)
def test_every_error_code_has_a_golden_frame_in_the_spelling_of_each_version(package: str) -> None:
    version = VERSIONS[package]
    golden = [frame for frame in frames(f"{package}_errors") if isinstance(frame, CallErrorFrame)]
    assert {frame.code for frame in golden} == {spell(code, version) for code in ErrorCode}
    assert all(spell(code, version) == frame.code for frame in golden if (code := read(frame.code)))


def test_every_error_code_has_a_golden_call_result_error_in_2_1() -> None:
    golden = {frame.code for frame in frames("v21_errors") if isinstance(frame, CallResultErrorFrame)}
    assert golden == set(ErrorCode)


def test_golden_send_is_the_one_that_2_1_has() -> None:
    (send,) = frames("v21_send")
    assert isinstance(send, SendFrame)
    contract = BY_MESSAGE["v21", f"{send.action}Request"]
    assert contract.officially_valid(send.payload)
    assert contract.model.model_validate(send.payload).to_wire() == send.payload
