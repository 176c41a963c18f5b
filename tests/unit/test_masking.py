"""Secrets never come out of what is masked, and the rest does as it was."""

import datetime as dt
import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.aws.masking import MASK, masked, masked_findings, masked_text, may_hold_secret
from shared.domain.file_links import path
from shared.domain.findings import Finding

SECRET = "h\u00fcnter2/0815@corp"
PEM = f"-----BEGIN EC PRIVATE KEY-----\n{SECRET}\n{SECRET}\n-----END EC PRIVATE KEY-----"


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ({"key": "AuthorizationKey", "value": SECRET}, {"key": "AuthorizationKey", "value": MASK}),
        ({"key": "authorization_key", "value": SECRET}, {"key": "authorization_key", "value": MASK}),
        (
            {"configurationKey": [{"key": "AuthorizationKey", "readonly": False, "value": SECRET}]},
            {"configurationKey": [{"key": "AuthorizationKey", "readonly": False, "value": MASK}]},
        ),
        (
            {"variable": {"name": "BasicAuthPassword"}, "component": {"name": "C"}, "attributeValue": SECRET},
            {"variable": {"name": "BasicAuthPassword"}, "component": {"name": "C"}, "attributeValue": MASK},
        ),
        (
            {"variable": {"name": "BasicAuthPassword"}, "variableAttribute": [{"type": "Actual", "value": SECRET}]},
            {"variable": {"name": "BasicAuthPassword"}, "variableAttribute": [{"type": "Actual", "value": MASK}]},
        ),
        ({"apn": {"apnPassword": SECRET, "simPin": 1234}}, {"apn": {"apnPassword": MASK, "simPin": MASK}}),
        ({"vpn": {"user": "u", "key": SECRET}}, {"vpn": {"user": "u", "key": MASK}}),
        ({"password": {"a": [SECRET]}}, {"password": MASK}),
        ({"data": PEM}, {"data": MASK}),
        ({"data": f"before {PEM} after"}, {"data": f"before {MASK} after"}),
        ({"data": PEM[:-30]}, {"data": MASK}),
        ({"location": f"ftp://me:{SECRET}@host/dir"}, {"location": f"ftp://me:{MASK}@host/dir"}),
        (
            {"url": f"https://bucket/f?X-Amz-Expires=60&X-Amz-Signature={SECRET}&x=1"},
            {"url": f"https://bucket/f?X-Amz-Expires=60&X-Amz-Signature={MASK}&x=1"},
        ),
        ({"data": f"ssid=net;wpa_psk = {SECRET}"}, {"data": f"ssid=net;wpa_psk ={MASK}"}),
        (
            {"data": json.dumps({"key": "AuthorizationKey", "value": SECRET})},
            {"data": f'{{"key":"AuthorizationKey","value":"{MASK}"}}'},
        ),
        ({"data": f'{{"password": "{SECRET}'}, {"data": f"{{{MASK}"}),
    ],
)
def test_a_secret_is_hidden_and_what_stands_around_it_is_not(value: Any, expected: Any) -> None:
    assert masked(value) == expected


@pytest.mark.parametrize(
    "value",
    [
        {"key": "HeartbeatInterval", "readonly": False, "value": "300"},
        {"key": ["AuthorizationKey", "HeartbeatInterval"]},
        {"password": None, "passwordChanged": True},
        {"location": "https://host:8080/firmware.bin", "retries": 3},
        {"idTag": "someone@example.org", "info": "a 'key' of the word pass"},
        {"data": '{"key": "HeartbeatInterval", "value": "300"}'},
        [2, "1", "Heartbeat", {}],
        1.5,
    ],
)
def test_what_is_no_secret_is_as_it_was(value: Any) -> None:
    assert masked(value) == value


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('[2,"1","ChangeConfiguration",{"key":"AuthorizationKey","val', f'[2,"1","ChangeConfiguration",{{{MASK}'),
        (f"password {SECRET}", MASK),
        (
            f'[2,"1","GetLog",{{"location":"ftp:\\/\\/me:{SECRET}@host"',
            f'[2,"1","GetLog",{{"location":"ftp:\\/\\/me:{MASK}@host"',
        ),
        ('{"\\u0070assword": "', f"{{{MASK}"),
        ("not JSON", "not JSON"),
        (
            '[2,"1","BootNotification",{"chargePointVendor":"Simons',
            '[2,"1","BootNotification",{"chargePointVendor":"Simons',
        ),
    ],
)
def test_of_a_text_that_names_a_secret_only_the_beginning_is_shown(text: str, expected: str) -> None:
    assert masked_text(text) == expected


def test_most_messages_need_no_masking() -> None:
    sample = {"value": "1500", "measurand": "Energy.Active.Import.Register", "unit": "Wh", "format": "SignedData"}
    assert not may_hold_secret(json.dumps([2, "19223201", "MeterValues", {"connectorId": 1, "sampledValue": [sample]}]))


@pytest.mark.parametrize(
    "text", ["://a:" * 26_000 + "@", "password" * 16_000, "-----BEGIN " * 11_000, "[" * 60_000, '"' * 130_000]
)
def test_no_text_takes_long(text: str) -> None:
    assert masked({"data": text})
    assert masked([text[:60_000], {"key": "pwd", "value": text[60_000:]}])


def test_what_is_nested_too_deep_is_hidden() -> None:
    deep: Any = {"password": SECRET}
    for _ in range(400):
        deep = [deep]
    assert SECRET not in json.dumps(masked(deep))
    inner = json.dumps({"a": 1})
    for _ in range(8):
        inner = json.dumps([[[[[[[[[[inner]]]]]]]]]])
    assert masked({"key": inner})


NAMES = st.sampled_from(
    ["password", "Password", "AuthorizationKey", "BasicAuthPassword", "wifi_passphrase", "APN.Passwd", "clientSecret"]
)
MARK = "\u20ac7Q"
SECRETS = st.text(alphabet="abc0 /.-_\n", max_size=20).map(lambda text: text + MARK)
SHAPES = (
    lambda name, secret: {name: secret},
    lambda name, secret: {"key": name, "readonly": True, "value": secret},
    lambda name, secret: {"variable": {"name": name}, "attributeValue": secret},
    lambda name, secret: {"variable": {"name": name}, "variableAttribute": [{"value": secret}, {"value": secret}]},
    lambda name, secret: json.dumps({"key": name, "value": secret}),
    lambda name, secret: f"{name}={secret}".replace("\n", ""),
    lambda name, secret: f"-----BEGIN PRIVATE KEY-----{secret}-----END PRIVATE KEY-----",
)
HOLDERS = st.builds(lambda shape, name, secret: shape(name, secret), st.sampled_from(SHAPES), NAMES, SECRETS)
PAYLOADS = st.recursive(
    HOLDERS | st.integers() | st.booleans() | st.text(alphabet="abc@:/{[\\", max_size=8),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.sampled_from(["a", "key", "data", "vpn"]), inner),
    max_leaves=8,
)


@given(PAYLOADS)
def test_no_secret_comes_out_of_any_payload(payload: Any) -> None:
    assert MARK not in json.dumps(masked(payload), ensure_ascii=False)
    assert not isinstance(payload, dict) or masked(payload).keys() == payload.keys()


@given(HOLDERS, st.data())
def test_no_secret_comes_out_of_a_text_that_was_cut_off(holder: Any, data: st.DataObject) -> None:
    text = json.dumps([2, "1", "DataTransfer", holder], ensure_ascii=False)
    cut = data.draw(st.integers(0, len(text) - 1))
    assert MARK not in masked_text(text[:cut])


def test_what_makes_a_link_to_a_file_good_does_not_come_out() -> None:
    made = path("uploads/abcdefgh", expires_at=dt.datetime(2026, 1, 1, tzinfo=dt.UTC), limit_mib=16, secret="s")
    proof = made.rstrip("/").rpartition(".")[2]
    sent = {"log": {"remoteLocation": f"https://csms.example.com{made}"}, "requestId": 1}
    assert proof not in json.dumps(masked(sent))
    assert proof not in masked_text(f'[2,"1","GetLog",{{"location":"https://csms.example.com{made}name')
    assert masked(sent)["log"]["remoteLocation"].startswith("https://csms.example.com/u/abcdefgh.")


@pytest.mark.parametrize(
    ("place", "raw"),
    [("reportData[0].value[1]", MASK), ("reportData[0].component", "raw"), ("gone[7].x", "raw"), ("", MASK)],
)
def test_a_finding_has_no_secret_whose_name_stands_beside_it(place: str, raw: str) -> None:
    payload = {"reportData": [{"variable": {"name": "BasicAuthPassword"}, "component": {}, "value": ["a", SECRET]}]}
    (found,) = masked_findings([Finding("Q-44", place, "read as text", "raw")], payload)
    assert found.raw == raw


@pytest.mark.parametrize("place", ["", "data", "customData.note"])
def test_a_finding_tells_nothing_of_a_customer(place: str) -> None:
    payload = {"data": "Jane Roe", "requestId": 7, "customData": {"note": "Jane Roe"}}
    finding = Finding("Q-27", place, "read as text", "Jane Roe")
    assert [one.raw for one in masked_findings([finding], payload, "NotifyCustomerInformation")] == [MASK]
    assert masked_findings([finding._replace(path="requestId", raw="7")], payload, "NotifyCustomerInformation") == [
        finding._replace(path="requestId", raw="7")
    ]
