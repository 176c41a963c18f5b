"""Variables of a device model: which are the same, what is known of their values, what may be wished of them."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.domain import device_settings
from shared.domain.device_settings import is_password, password_complaint, touches_credentials
from shared.domain.errors import Conflict
from shared.domain.variables import (
    Attribute,
    Characteristics,
    Said,
    Variable,
    VariableId,
    missing,
    read,
    reported,
    same_value,
    value_complaint,
    wish,
    written,
)
from shared.store import keys

AT = datetime(2026, 11, 23, 8, tzinfo=UTC)
LATER = AT + timedelta(minutes=1)
ID = VariableId("TxCtrlr", "EVConnectionTimeOut")
NEW = Variable(ID)

names = st.text(st.characters(codec="utf-8", exclude_categories=("Cs", "Cc")), min_size=1, max_size=50)
numbers = st.none() | st.integers(0, 2**31 - 1)
ids = st.builds(VariableId, names, names, st.none() | names, numbers, numbers, st.none() | names)


def accepted(value: str, at: datetime = AT, **more: object) -> Attribute:
    return Attribute(value=value, status="Accepted", answered_at=at, **more)  # type: ignore[arg-type]  # fields by name


@given(ids, ids)
def test_what_is_equal_has_one_key_and_what_is_not_has_another(one: VariableId, other: VariableId) -> None:
    assert (keys.variable("CP1", one.normal) == keys.variable("CP1", other.normal)) == (one.normal == other.normal)


@given(ids)
def test_letter_case_and_an_empty_instance_do_not_count(one: VariableId) -> None:
    other = one._replace(component=one.component.lower(), component_instance=one.component_instance or "")
    assert other.normal == one.normal
    assert one.normal.normal == one.normal


@given(ids)
def test_the_variables_of_a_component_stand_together(one: VariableId) -> None:
    prefix = keys.variables_of_component(one.normal.component)
    assert keys.variable("CP1", one.normal).sk.startswith(prefix)
    assert len(keys.variable("CP1", one.normal).sk.encode()) <= 1024


def test_what_was_the_value_stands_beside_what_is() -> None:
    first = read(NEW, "Actual", accepted("60"), AT)
    second = read(first, "Actual", accepted("90", LATER), LATER)
    assert (second.actual.value, second.actual.previous, second.actual.previous_at) == ("90", "60", LATER)
    assert read(second, "Actual", accepted("90", LATER), LATER).actual.previous == "60"


def test_an_answer_that_was_overtaken_changes_nothing() -> None:
    known = read(NEW, "Actual", accepted("90", LATER), LATER)
    assert read(known, "Actual", accepted("60"), AT) == known
    assert written(known, "Actual", accepted("60"), AT) == known
    assert reported(known, Said(ID, {"Actual": Attribute("60")}), AT).actual == known.actual


def test_a_report_without_a_value_leaves_it() -> None:
    known = read(NEW, "Actual", accepted("90"), AT)
    told = reported(known, Said(ID, {"Actual": Attribute(mutability="ReadWrite")}), LATER)
    assert (told.actual.value, told.actual.mutability, told.named_at) == ("90", "ReadWrite", LATER)


def test_of_what_can_only_be_written_nothing_is_kept() -> None:
    known = wish(written(NEW, "Actual", accepted("secret"), AT), "Actual", "secret", AT)
    told = reported(known, Said(ID, {"Actual": Attribute(mutability="WriteOnly", is_secret=True)}), LATER)
    again = written(told, "Actual", accepted("secret", LATER), LATER)
    for one in (told.actual, again.actual):
        assert (one.value, one.previous, one.wished, one.is_secret) == (None, None, None, True)


def test_an_attribute_that_is_not_there_has_no_value() -> None:
    known = read(NEW, "Actual", accepted("90"), AT)
    gone = read(known, "Actual", Attribute(status="UnknownVariable", answered_at=LATER), LATER)
    assert (gone.actual.value, gone.actual.is_known, gone.actual.previous) == (None, False, "90")
    refused = read(known, "Actual", Attribute(status="Rejected", answered_at=LATER), LATER)
    assert (refused.actual.value, refused.actual.status) == ("90", "Rejected")


def test_a_value_for_the_next_start_waits_for_a_boot_after_it() -> None:
    waits = written(NEW, "Actual", Attribute("5", status="RebootRequired", answered_at=AT), AT)
    assert waits.actual.needs_reboot(None)
    assert waits.actual.needs_reboot(AT - timedelta(minutes=1))
    assert not waits.actual.needs_reboot(LATER)
    assert not written(waits, "Actual", accepted("6", LATER), LATER).actual.needs_reboot(None)


def test_drift_is_what_is_known_to_differ() -> None:
    wished = wish(NEW, "Actual", "60", AT)
    assert not wished.differs
    assert read(wished, "Actual", accepted("90"), AT).differs
    assert not read(wished, "Actual", accepted("60"), AT).differs
    assert read(wished, "Actual", Attribute(status="UnknownVariable", answered_at=AT), AT).differs
    assert wish(wished, "Actual", "5", AT - timedelta(minutes=1)) == wished
    assert not wish(read(wished, "Actual", accepted("90"), AT), "Actual", None, LATER).differs


def test_what_a_full_report_does_not_name_is_gone_but_for_the_wish() -> None:
    known = read(NEW, "Actual", accepted("90"), AT)
    assert missing(known) is None
    left = missing(wish(known, "Actual", "60", AT))
    assert left is not None
    assert (left.actual.value, left.actual.wished, left.differs) == (None, "60", True)


@pytest.mark.parametrize(
    ("of", "good", "bad"),
    [
        (Characteristics("boolean", False), ["true", "False"], ["yes", ""]),
        (Characteristics("integer", False, min_limit=0, max_limit=10), ["0", "10"], ["-1", "11", "1.5", "x", ""]),
        (Characteristics("decimal", False, max_limit=1.5), ["1.5", "-3"], ["1.6", "nan", "inf", "x"]),
        (Characteristics("dateTime", False), ["2026-11-23T08:00:00Z"], ["2026-11-23", "now"]),
        (Characteristics("string", False, max_limit=3), ["abc", ""], ["abcd"]),
        (Characteristics("OptionList", False, values_list="A, B"), ["a", "B"], ["C", "A,B"]),
        (Characteristics("SequenceList", False, values_list="1,2"), ["2,1", "1,1", ""], ["3", "1,,2"]),
        (Characteristics("MemberList", False, values_list="A,B", max_elements=2), ["B,A"], ["A,A", "C", "A,B,A"]),
        (Characteristics("MemberList", False), ["anything"], []),
    ],
)
def test_values_are_held_against_what_the_station_told(of: Characteristics, good: list[str], bad: list[str]) -> None:
    assert [value for value in good if value_complaint(of, value)] == []
    assert [value for value in bad if not value_complaint(of, value)] == []


@pytest.mark.parametrize(
    ("kind", "one", "other", "same"),
    [
        ("boolean", "true", "True", True),
        ("integer", "5", "05", True),
        ("decimal", "5", "5.0", True),
        ("decimal", "5", "five", False),
        ("MemberList", "A,B", "b, a", True),
        ("SequenceList", "A,B", "B,A", False),
        ("SequenceList", "A,B", "A, b", True),
        ("string", "A", "a", False),
    ],
)
def test_values_are_compared_by_their_kind(kind: str, one: str, other: str, same: bool) -> None:
    of = Characteristics(kind, False)  # type: ignore[arg-type]  # a literal in tests
    assert same_value(of, one, other) == same
    assert not same_value(None, one, other)


def test_passwords_are_known_by_their_names() -> None:
    assert is_password(VariableId("securityctrlr", "basicauthpassword"))
    assert is_password(VariableId("NetworkConfiguration", "BasicAuthPassword", "1"))
    assert not is_password(VariableId("Other", "BasicAuthPassword"))
    assert touches_credentials(VariableId("OCPPCommCtrlr", "networkconfigurationpriority"))
    assert not touches_credentials(ID)


@pytest.mark.parametrize(
    ("password", "fine"),
    [("x" * 16, True), ("x" * 40, True), ("x" * 15, False), ("x" * 41, False), ("x" * 16 + " ", False)],
)
def test_a_password_is_of_the_standards_form(password: str, fine: bool) -> None:
    assert (password_complaint(password) is None) == fine


@pytest.mark.parametrize(
    ("current", "wanted", "allowed", "refused"),
    [
        (None, 1, False, False),
        (2, 2, False, False),
        (2, 3, False, False),
        (3, 2, False, True),
        (3, 2, True, False),
        (3, 1, True, True),
        (2, 1, True, True),
    ],
)
def test_a_security_profile_gets_lower_only_from_3_to_2(
    current: int | None, wanted: int, allowed: bool, refused: bool
) -> None:
    if not refused:
        device_settings.refuse_downgrade(current, wanted, "path", is_allowed=allowed)
        return
    with pytest.raises(Conflict):
        device_settings.refuse_downgrade(current, wanted, "path", is_allowed=allowed)
