import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.domain.authorization import IdToken, Use, authorize, normalize, same_group

NOW = dt.datetime(2026, 11, 23, 8, tzinfo=dt.UTC)
HOUR = dt.timedelta(hours=1)


def use(station_id: str = "CP2", evse_id: int = 1, *, active: bool = True) -> Use:
    return Use("7", station_id, evse_id, NOW - HOUR, active)


def ask(token: IdToken | None, *uses: Use, evse_id: int | None = None) -> str:
    return authorize(token, at=NOW, station_id="CP1", uses=uses, evse_id=evse_id)


def test_an_unknown_token_is_unknown_unless_none_is_needed() -> None:
    assert ask(None) == "Unknown"
    assert authorize(None, at=NOW, station_id="CP1", token_type="NoAuthorization") == "Accepted"


@pytest.mark.parametrize("status", ["Blocked", "Expired", "Invalid"])
def test_a_token_has_the_status_the_operator_gave_it(status: str) -> None:
    assert ask(IdToken("A", status=status)) == status  # type: ignore[arg-type]  # parametrised literal


def test_a_token_expires_at_its_very_moment() -> None:
    assert ask(IdToken("A", expires_at=NOW + HOUR)) == "Accepted"
    assert ask(IdToken("A", expires_at=NOW)) == "Expired"


def test_blocked_outranks_expired() -> None:
    assert ask(IdToken("A", status="Blocked", expires_at=NOW - HOUR)) == "Blocked"


def test_a_token_for_one_transaction_at_a_time_is_refused_elsewhere() -> None:
    token = IdToken("A", concurrent=False)
    assert ask(token, use("CP2")) == "ConcurrentTx"
    assert ask(token, use("CP2", active=False)) == "Accepted"
    assert ask(token._replace(concurrent=True), use("CP2")) == "Accepted"


def test_a_driver_may_present_the_card_where_he_charges_in_order_to_stop() -> None:
    assert ask(IdToken("A", concurrent=False), use("CP1", 2)) == "Accepted"


def test_a_start_on_another_evse_of_the_same_station_is_concurrent_but_on_the_same_evse_it_replaces() -> None:
    token = IdToken("A", concurrent=False)
    assert ask(token, use("CP1", 2), evse_id=1) == "ConcurrentTx"
    assert ask(token, use("CP1", 1), evse_id=1) == "Accepted"


@given(st.from_regex(r"[ -~]{1,20}", fullmatch=True))
def test_letter_case_and_surrounding_space_never_matter(token: str) -> None:
    assert normalize(token.lower()) == normalize(token.upper()) == normalize(f" {token} ")


@given(st.text(max_size=30))
def test_normalizing_twice_changes_nothing(token: str) -> None:
    assert normalize(normalize(token)) == normalize(token)


@pytest.mark.parametrize("contract", ["DE-8AA-CA2B3C4D5-1", "de8aaca2b3c4d51", "DE-8AA-CA2B3C4D51"])
def test_the_hyphens_of_a_contract_id_do_not_count(contract: str) -> None:
    assert normalize(contract) == "DE8AACA2B3C4D51"


def test_the_hyphens_of_any_other_token_do() -> None:
    assert normalize("AB-12") == "AB-12"


def test_tokens_of_a_group_act_for_each_other() -> None:
    one, other = IdToken("A", group_id="G"), IdToken("B", group_id="G")
    assert same_group(one, other)
    assert same_group(one, other._replace(group_id="g")), "a group's id is an id token: letter case does not count"
    assert same_group(one, IdToken("a"))
    assert not same_group(IdToken("A"), IdToken("B"))
    assert not same_group(one, None)
