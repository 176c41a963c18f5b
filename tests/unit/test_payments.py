"""One-time passwords of QR codes, VAT numbers, and who is asked about them."""

import json
from datetime import UTC, datetime, timedelta

import pytest

from shared.aws import outside, vat_registers
from shared.domain.payments import WebPayments, is_good, payment_id, totp
from shared.domain.vat_numbers import by_form

CODES = WebPayments("CP1", "https://pay.example/{totp}", "0123456789abcdef", validity_time_s=60, length=10)
NOW = datetime(2026, 11, 23, 8, tzinfo=UTC)


def test_a_one_time_password_follows_from_the_secret_and_the_minute() -> None:
    first = totp(CODES, NOW)
    assert (len(first), first.isalnum()) == (10, True)
    assert totp(CODES, NOW + timedelta(seconds=59)) == first
    assert totp(CODES, NOW + timedelta(seconds=60)) == totp(CODES, NOW, 1) != first
    assert totp(CODES._replace(shared_secret="another secret"), NOW) != first
    assert totp(CODES._replace(length=4), NOW) == first[:4]


@pytest.mark.parametrize(("late_s", "good"), [(-61, False), (-60, True), (0, True), (119, True), (120, False)])
def test_a_link_is_good_in_its_time_step_and_in_those_around_it(late_s: int, good: bool) -> None:
    assert is_good(CODES, totp(CODES, NOW), "v1", NOW + timedelta(seconds=late_s)) is good


def test_a_link_of_another_version_or_with_anything_else_is_not_good() -> None:
    assert not is_good(CODES, totp(CODES, NOW), "v2", NOW)
    assert not is_good(CODES, "ñ" * 10, "v1", NOW)
    assert not is_good(CODES, "", "v1", NOW)


def test_the_reference_of_a_payment_is_compared_as_the_id_token_that_it_becomes() -> None:
    assert payment_id("CP1", "psp-1") == payment_id("CP1", "PSP-1") != payment_id("CP2", "PSP-1")


@pytest.mark.parametrize("number", ["DE123456789", "NL853746333B01", "ATU12345678", "GB 123 4567 89", "EL123456789"])
def test_a_vat_number_of_its_countrys_form_may_be_one(number: str) -> None:
    assert by_form(number).is_valid


@pytest.mark.parametrize("number", ["", "DE12345678", "XX123456789", "AT12345678", "DE12345678A", "123456789"])
def test_what_has_another_form_is_none(number: str) -> None:
    assert not by_form(number).is_valid


def asked(monkeypatch: pytest.MonkeyPatch, answer: object) -> list[bytes]:
    """What VIES is asked, answering so."""
    bodies: list[bytes] = []

    def fetch(_url: str, *, body: bytes, content_type: str) -> bytes:
        assert content_type == "application/json"
        bodies.append(body)
        if isinstance(answer, Exception):
            raise answer
        return json.dumps(answer).encode()

    monkeypatch.setattr(outside, "fetch", fetch)
    return bodies


def test_vies_tells_the_company_where_its_address_can_be_read(monkeypatch: pytest.MonkeyPatch) -> None:
    bodies = asked(monkeypatch, {"valid": True, "name": "ACME B.V.", "address": "\nDAMRAK 1\n1012LG AMSTERDAM\n"})
    answer = vat_registers.by_vies("NL 853746333B01")
    assert json.loads(bodies[0]) == {"countryCode": "NL", "vatNumber": "853746333B01"}
    assert answer.is_valid
    assert answer.company is not None
    assert (answer.company.city, answer.company.postal_code) == ("AMSTERDAM", "1012LG")
    asked(monkeypatch, {"valid": True, "name": "---", "address": "---"})
    assert vat_registers.by_vies("DE123456789").company is None


@pytest.mark.parametrize("answer", [outside.Unreachable("no"), {"actionSucceed": False}, [1]])
def test_a_number_that_vies_says_nothing_of_is_not_accepted(monkeypatch: pytest.MonkeyPatch, answer: object) -> None:
    asked(monkeypatch, answer)
    assert vat_registers.by_vies("DE123456789")[::2] == (False, "NoService")


def test_vies_is_asked_of_no_number_that_cannot_be_and_of_no_other_country(monkeypatch: pytest.MonkeyPatch) -> None:
    bodies = asked(monkeypatch, {"valid": True})
    assert not vat_registers.by_vies("DE1").is_valid
    assert vat_registers.by_vies("NO123456789MVA").is_valid
    assert bodies == []
