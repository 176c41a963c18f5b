"""IAM's judgement, as AWS documents it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.policies import Request, UnknownElement, allows, is_arn_like, matches

TABLE = "arn:aws:dynamodb:eu-central-1:123456789012:table/idlewatt"
KEYS = "dynamodb:LeadingKeys"
READ_TOKENS = {
    "Effect": "Allow",
    "Action": ["dynamodb:GetItem", "dynamodb:Query"],
    "Resource": [TABLE, f"{TABLE}/index/by_list"],
    "Condition": {"ForAllValues:StringLike": {KEYS: ["TOKEN#*", "GROUP#*"]}},
}


def get(*keys: str, action: str = "dynamodb:GetItem", table: str = TABLE) -> Request:
    return Request(action, table, {KEYS: keys} if keys else {})


def condition(operator: str, wanted: str | list[str], *values: str) -> bool:
    """Whether a condition on one key holds for a request with these values of it."""
    statement = {"Effect": "Allow", "Action": "*", "Resource": "*", "Condition": {operator: {"a:key": wanted}}}
    return matches(statement, Request("s3:GetObject", "*", {"a:key": values} if values else {}))


def test_what_nothing_allows_is_denied() -> None:
    assert not allows([], get("TOKEN#1"))
    assert not allows([READ_TOKENS], get("TOKEN#1", action="dynamodb:PutItem"))
    assert not allows([READ_TOKENS], get("TOKEN#1", table=f"{TABLE}2"))
    assert not allows([READ_TOKENS], get("STATION#1"))


def test_a_statement_allows_its_actions_on_its_resources_under_its_conditions() -> None:
    assert allows([READ_TOKENS], get("TOKEN#1"))
    assert allows([READ_TOKENS], get("GROUP#1", action="dynamodb:Query", table=f"{TABLE}/index/by_list"))


def test_an_explicit_deny_wins_over_every_allow() -> None:
    deny = {"Effect": "Deny", "Action": "dynamodb:*", "Resource": f"{TABLE}*"}
    assert not allows([READ_TOKENS, deny], get("TOKEN#1"))
    assert not allows([deny, READ_TOKENS], get("TOKEN#1"))


def test_all_keys_of_a_request_must_be_allowed_by_one_statement() -> None:
    assert allows([READ_TOKENS], get("TOKEN#1", "GROUP#1"))
    assert not allows([READ_TOKENS], get("TOKEN#1", "STATION#1"))
    stations = {**READ_TOKENS, "Condition": {"ForAllValues:StringLike": {KEYS: "STATION#*"}}}
    assert not allows([READ_TOKENS, stations], get("TOKEN#1", "STATION#1"))


def test_all_of_no_values_is_true() -> None:
    assert condition("ForAllValues:StringLike", "TOKEN#*")
    assert condition("ForAllValues:StringEquals", "TOKEN")
    assert allows([READ_TOKENS], get())


def test_any_of_no_values_is_false() -> None:
    assert not condition("ForAnyValue:StringLike", "TOKEN#*")
    assert not condition("ForAnyValue:StringNotLike", "TOKEN#*")
    assert condition("ForAnyValue:StringLike", "TOKEN#*", "STATION#1", "TOKEN#1")
    assert not condition("ForAnyValue:StringLike", "TOKEN#*", "STATION#1")


def test_a_key_that_is_not_there_makes_a_condition_false_unless_it_is_negated_or_optional() -> None:
    assert not condition("StringEquals", "one")
    assert not condition("ArnLike", "arn:aws:s3:::one")
    assert not condition("Bool", "true")
    assert condition("StringNotEquals", "one")
    assert condition("StringEqualsIfExists", "one")
    assert not condition("StringEqualsIfExists", "one", "two")


def test_one_of_the_wanted_values_is_enough_and_a_negated_operator_wants_none_of_them() -> None:
    assert condition("StringEquals", ["one", "two"], "two")
    assert not condition("StringNotEquals", ["one", "two"], "two")
    assert condition("StringNotLike", ["o*", "tw?"], "three")
    assert not condition("ForAllValues:StringNotLike", "o*", "two", "one")


def test_every_operator_and_every_key_must_hold() -> None:
    block = {"StringEquals": {"a:key": "one", "a:other": "two"}, "Bool": {"aws:SecureTransport": "true"}}
    statement = {"Effect": "Allow", "Action": "*", "Resource": "*", "Condition": block}
    context = {"a:key": ["one"], "a:other": ["two"], "aws:SecureTransport": ["true"]}
    assert matches(statement, Request("s3:GetObject", "*", context))
    for key in context:
        assert not matches(statement, Request("s3:GetObject", "*", {**context, key: ["false"]}))


def test_like_knows_wildcards_and_equals_does_not() -> None:
    assert condition("StringLike", "TOKEN#?", "TOKEN#1")
    assert not condition("StringLike", "TOKEN#?", "TOKEN#12")
    assert not condition("StringLike", "token#*", "TOKEN#1")
    assert not condition("StringEquals", "TOKEN#*", "TOKEN#1")
    assert condition("StringEqualsIgnoreCase", "token", "TOKEN")


def test_actions_are_compared_without_regard_to_case() -> None:
    for action in ("dynamodb:getitem", "DynamoDB:Get*", "*", "dynamodb:?etItem"):
        statement = {"Effect": "Allow", "Action": action, "Resource": "*"}
        assert allows([statement], get())
    assert not allows([{"Effect": "Allow", "Action": "dynamodb:Get", "Resource": "*"}], get())


def test_a_wildcard_stays_in_its_part_of_an_arn() -> None:
    assert is_arn_like("arn:aws:s3:::files/uploads/*", "arn:aws:s3:::files/uploads/a/b:c")
    assert is_arn_like("arn:*:dynamodb:*:*:table/*", TABLE)
    assert not is_arn_like("arn:aws:*:table/idlewatt", TABLE)
    assert not is_arn_like("arn:aws:s3:::files/*", "arn:aws:s3:::files-of-others/a")
    assert is_arn_like("*", TABLE)
    assert not is_arn_like(TABLE, "*")


@given(st.text(), st.text(), st.text())
def test_a_pattern_without_wildcards_is_only_itself(name: str, before: str, after: str) -> None:
    plain = "".join(one for one in name if one not in "*?$")
    assert is_arn_like(plain, plain)
    assert is_arn_like(f"arn:a:b:c:d:{plain}*", f"arn:a:b:c:d:{plain}{after}")
    assert is_arn_like(f"arn:a:b:c:d:*{plain}", f"arn:a:b:c:d:{before}{plain}")
    assert not is_arn_like(f"{plain}?", plain)


@pytest.mark.parametrize(
    "part",
    [
        {"NotAction": "s3:*"},
        {"NotResource": "*"},
        {"Principal": "*"},
        {"Effect": "Perhaps"},
        {"Condition": {"NumericLessThan": {"s3:max-keys": "10"}}},
        {"Condition": {"ForSomeValues:StringLike": {KEYS: "*"}}},
        {"Resource": "arn:aws:s3:::files/${aws:username}/*"},
    ],
)
def test_what_is_not_known_is_an_error_and_no_verdict(part: dict[str, object]) -> None:
    statement = {"Effect": "Allow", "Action": "*", "Resource": "*", **part}
    with pytest.raises(UnknownElement):
        allows([statement], Request("s3:GetObject", "arn:aws:s3:::files/name/a"))


def test_several_values_want_a_set_operator() -> None:
    with pytest.raises(UnknownElement, match="several values"):
        condition("StringEquals", "one", "one", "two")
