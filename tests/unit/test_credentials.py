import base64

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shared.domain.credentials import hash_password, parse_basic, secret_bytes, verify

KEY = "0001020304050607FFFFFFFFFFFFFFFFFFFFFFFF"


def basic(user: bytes, password: bytes) -> str:
    return "Basic " + base64.b64encode(user + b":" + password).decode()


def test_the_example_of_the_white_paper() -> None:
    found = parse_basic("Basic QUwxMDAwOgABAgMEBQYH////////////////")
    assert found is not None
    assert found.user == b"AL1000"
    assert found.password == bytes.fromhex(KEY)
    assert verify(found.password, hash_password(KEY), accept_hex=False)


@given(st.binary(max_size=30).filter(lambda user: b":" not in user), st.binary(max_size=40))
def test_any_bytes_survive_and_the_first_colon_separates(user: bytes, password: bytes) -> None:
    assert parse_basic(basic(user, password)) == (user, password)


@pytest.mark.parametrize("header", ["", "Basic", "Bearer abc", "Basic !!!", "Basic " + base64.b64encode(b"x").decode()])
def test_what_holds_no_credentials(header: str) -> None:
    assert parse_basic(header) is None


def test_hex_digits_are_taken_only_where_the_station_may_send_them() -> None:
    stored = hash_password(KEY)
    assert verify(KEY.encode(), stored, accept_hex=True)
    assert verify(KEY.lower().encode(), stored, accept_hex=True)
    assert not verify(KEY.encode(), stored, accept_hex=False)


def test_a_text_password_is_its_utf_8_bytes() -> None:
    assert secret_bytes("pässword") == "pässword".encode()
    assert verify("pässword".encode(), hash_password("pässword"), accept_hex=False)


def test_two_hashes_of_one_password_differ() -> None:
    assert hash_password("same") != hash_password("same")


@settings(max_examples=20)
@given(st.binary(max_size=40))
def test_a_wrong_password_is_wrong_in_every_form(presented: bytes) -> None:
    stored = hash_password("correct horse battery")
    assert verify(presented, stored, accept_hex=True) == (presented == b"correct horse battery")
