"""Error codes: each version's spelling out, every spelling in."""

import pytest

from shared.ocpp.errors import DESCRIPTIONS, ErrorCode, OcppError, read, spell

IN_1_6 = {
    "FormationViolation",
    "GenericError",
    "InternalError",
    "NotImplemented",
    "NotSupported",
    "OccurenceConstraintViolation",
    "PropertyConstraintViolation",
    "ProtocolError",
    "SecurityError",
    "TypeConstraintViolation",
}


@pytest.mark.parametrize("code", ErrorCode)
def test_1_6_never_sends_a_code_that_1_6_does_not_have(code: ErrorCode) -> None:
    assert spell(code, "1.6") in IN_1_6


@pytest.mark.parametrize("version", ["2.0.1", "2.1"])
@pytest.mark.parametrize("code", ErrorCode)
def test_2_x_sends_its_own_spelling(code: ErrorCode, version: str) -> None:
    assert spell(code, version) == code.value


@pytest.mark.parametrize(
    ("code", "in_1_6"),
    [
        (ErrorCode.FORMAT_VIOLATION, "FormationViolation"),
        (ErrorCode.OCCURRENCE_CONSTRAINT_VIOLATION, "OccurenceConstraintViolation"),
        (ErrorCode.RPC_FRAMEWORK_ERROR, "FormationViolation"),
        (ErrorCode.MESSAGE_TYPE_NOT_SUPPORTED, "NotSupported"),
        (ErrorCode.NOT_IMPLEMENTED, "NotImplemented"),
    ],
)
def test_1_6_spells_some_codes_its_own_way(code: ErrorCode, in_1_6: str) -> None:
    assert spell(code, "1.6") == in_1_6


@pytest.mark.parametrize("code", ErrorCode)
@pytest.mark.parametrize("version", ["2.0.1", "2.1"])
def test_2_x_spelling_is_read_back(code: ErrorCode, version: str) -> None:
    assert read(spell(code, version)) is code


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("FormationViolation", ErrorCode.FORMAT_VIOLATION),
        ("FormatViolation", ErrorCode.FORMAT_VIOLATION),
        ("OccurenceConstraintViolation", ErrorCode.OCCURRENCE_CONSTRAINT_VIOLATION),
        ("OccurrenceConstraintViolation", ErrorCode.OCCURRENCE_CONSTRAINT_VIOLATION),
        ("notsupported ", ErrorCode.NOT_SUPPORTED),
        ("Teapot", None),
        ("", None),
    ],
)
def test_every_spelling_is_read_and_an_unknown_code_is_none(text: str, code: ErrorCode | None) -> None:
    assert read(text) is code


def test_every_code_has_a_description_that_fits_a_call_error() -> None:
    assert DESCRIPTIONS.keys() == set(ErrorCode)
    assert all(0 < len(text) <= 255 for text in DESCRIPTIONS.values())


def test_not_implemented_means_unknown_and_not_supported_means_known_but_not_here() -> None:
    assert "no such action" in DESCRIPTIONS[ErrorCode.NOT_IMPLEMENTED]
    assert "exists" in DESCRIPTIONS[ErrorCode.NOT_SUPPORTED]


def test_ocpp_error_says_what_its_code_means_unless_told_better() -> None:
    assert OcppError(ErrorCode.GENERIC_ERROR).description == DESCRIPTIONS[ErrorCode.GENERIC_ERROR]
    error = OcppError(ErrorCode.SECURITY_ERROR, "Boot first", {"registration": "Pending"})
    assert (error.code, error.description, error.details) == (
        ErrorCode.SECURITY_ERROR,
        "Boot first",
        {"registration": "Pending"},
    )
    assert str(error) == "SecurityError: Boot first"
