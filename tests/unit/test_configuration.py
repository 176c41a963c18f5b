"""Configuration keys: what a value may be, when two are the same, and when one is not what it should be."""

from datetime import UTC, datetime, timedelta

import pytest

from shared.domain.configuration import Variable, complaint, key_complaint, normal, same_value, touches_credentials

AT = datetime(2026, 11, 23, 8, tzinfo=UTC)


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("HeartbeatInterval", "300"),
        ("heartbeatinterval", "0"),
        ("LocalPreAuthorize", "true"),
        ("LocalPreAuthorize", "False"),
        ("LightIntensity", "100"),
        ("SecurityProfile", "3"),
        ("MeterValuesSampledData", "Energy.Active.Import.Register,Voltage.L1-N"),
        ("MeterValuesSampledData", ""),
        ("ConnectorPhaseRotation", "0.RST, 1.RST"),
        ("CpoName", "Anything goes"),
        ("VendorKey", "-1,,"),
    ],
)
def test_a_value_that_may_be_sent(key: str, value: str) -> None:
    assert complaint(key, value) is None


@pytest.mark.parametrize(
    ("key", "value", "reason"),
    [
        ("HeartbeatInterval", "-1", "0 or more"),
        ("HeartbeatInterval", "soon", "whole number"),
        ("HeartbeatInterval", "1.5", "whole number"),
        ("HeartbeatInterval", "", "whole number"),
        ("HeartbeatInterval", "²", "whole number"),
        ("HEARTBEATINTERVAL", "99999999999", "or less"),
        ("HeartbeatInterval", "9" * 5000, "whole number"),
        ("LightIntensity", "101", "100 or less"),
        ("SecurityProfile", "4", "3 or less"),
        ("LocalPreAuthorize", "yes", "true or false"),
        ("MeterValuesSampledData", "Voltage,,Current.Import", "empty"),
    ],
)
def test_a_value_that_breaks_the_rules_of_its_key(key: str, value: str, reason: str) -> None:
    assert reason in str(complaint(key, value))


@pytest.mark.parametrize(
    ("password", "as_hex", "as_text"),
    [
        ("00ff" * 8, True, True),
        ("0123456789ABCDEFabcd" * 2, True, True),
        ("00ff" * 8 + "0", False, False),
        ("0123456789abcdef", False, False),
        ("00ff" * 11, False, False),
        ("a-long-random-secret", False, True),
        ("too-short", False, False),
        ("t" * 41, False, False),
        ("sixteen letters é", False, False),
        ("", False, False),
    ],
)
def test_an_authorization_key_is_read_by_the_station_as_it_is_by_us(password: str, as_hex: bool, as_text: bool) -> None:
    assert (key_complaint(password, may_be_text=False) is None) is as_hex
    assert (key_complaint(password, may_be_text=True) is None) is as_text


@pytest.mark.parametrize(
    ("key", "one", "other", "same"),
    [
        ("LocalPreAuthorize", "True", "true ", True),
        ("LocalPreAuthorize", "true", "false", False),
        ("HeartbeatInterval", "060", "60", True),
        ("HeartbeatInterval", "soon", "later", False),
        ("StopTxnSampledData", "A, B", "A,B", True),
        ("StopTxnSampledData", "A,B", "B,A", False),
        ("VendorKey", "True", "true", False),
    ],
)
def test_texts_that_are_the_same_value(key: str, one: str, other: str, same: bool) -> None:
    assert same_value(key, one, other) is same


def test_a_key_differs_once_the_station_has_said_so() -> None:
    wished = Variable("HeartbeatInterval", wished="60")
    assert not wished.differs, "the station has not said what it has"
    assert wished._replace(is_known=False).differs
    assert wished._replace(value="300", is_known=True).differs
    assert not wished._replace(value="60", is_known=True).differs
    assert not wished._replace(value="300", wished=None).differs
    assert not wished._replace(is_secret=True, is_known=True).differs


def test_a_reboot_is_needed_until_the_next_one() -> None:
    waiting = Variable("CpoName", value="We", changed_at=AT)
    assert waiting.needs_reboot(None)
    assert waiting.needs_reboot(AT - timedelta(days=1))
    assert not waiting.needs_reboot(AT + timedelta(seconds=1))
    assert not waiting._replace(changed_at=None).needs_reboot(None)


def test_keys_that_decide_who_can_connect() -> None:
    assert touches_credentials("authorizationKEY")
    assert touches_credentials("SecurityProfile")
    assert not touches_credentials("HeartbeatInterval")
    assert normal("AuthorizationKey") == normal("AUTHORIZATIONKEY")
