"""Secrets in what OCPP carries, and how they are kept out of logs and answers.

A secret is known by the name that stands with it: of its field (`password`), of its configuration key
(`{"key": "AuthorizationKey", "value": …}`) or of its variable (`{"variable": {"name": "BasicAuthPassword"}, …}`). Some
are known by their form, wherever they stand: private keys in PEM, the password or the signature in a URL, JSON within a
text. What is not sure to be no secret is hidden as well; a log that shows too little can be put up with.
"""

import json
import re
from typing import Any

MASK = "***"
DEEPEST = 64
"""How deep arrays and objects may be nested; messages of OCPP get to a dozen."""

_NAMES = (
    "apikey",
    "authorizationkey",
    "passcode",
    "passphrase",
    "passwd",
    "password",
    "presharedkey",
    "privatekey",
    "psk",
    "pwd",
    "secret",
    "sharedkey",
    "simpin",
)
"""What names of secrets have in them, in lower case and without separators."""
_SEPARATORS = str.maketrans("", "", " _-.")
_ELSEWHERE = ("@", "\\u", "sig=", "signature=", "securitytoken=", "vpn")
"""What else a text has in it that holds a secret; `\\u` may spell a name that is not seen otherwise."""

_PRIVATE_KEY = re.compile(
    r"-----BEGIN [A-Z0-9 ]*PRIVATE KEY-----.*?(-----END [A-Z0-9 ]*PRIVATE KEY-----|\Z)", re.DOTALL
)
_PASSWORD_IN_URL = re.compile(r"(://[^\s@/:]*:)\S*@")
_SIGNATURE_IN_URL = re.compile(r"([?&](?:x-amz-signature|x-amz-security-token|signature|sig)=)[^&#\s]+", re.IGNORECASE)
_NAMED_IN_TEXT = re.compile(
    r"((?:" + "|".join(r"[ _.-]?".join(name) for name in _NAMES) + r")\w*[\"']?\s*[:=])[^\r\n]*",
    re.IGNORECASE,
)


def masked(value: Any) -> Any:
    """A payload, or any part of one, without its secrets and without what is nested too deep; the rest is as it was."""
    return _masked(value, DEEPEST, is_named=False)


def may_hold_secret(text: str) -> bool:
    """Whether a text, JSON or not, is to be masked. It costs far less than masking, and most texts need none."""
    plain = text.lower().translate(_SEPARATORS)
    return any(name in plain for name in _NAMES) or any(sign in plain for sign in _ELSEWHERE)


def masked_text(text: str) -> str:
    """A text that is not JSON, though it was to be: if it may hold a secret, only what stands before its payload."""
    if not may_hold_secret(text):
        return text
    head, brace, _ = text.partition("{")
    return MASK if not brace or may_hold_secret(head) else head + brace + MASK


def _masked(value: Any, deeper: int, *, is_named: bool) -> Any:
    """`deeper` levels may follow. `is_named`: a key or a variable beside it or around it names a secret."""
    if isinstance(value, str):
        return _masked_string(value)
    if isinstance(value, list | dict) and not deeper:
        return MASK
    if isinstance(value, list):
        return [_masked(one, deeper - 1, is_named=is_named) for one in value]
    if isinstance(value, dict):
        is_named = is_named or _names_secret(value)
        return {key: _masked_field(key, one, deeper - 1, is_named=is_named) for key, one in value.items()}
    return value


def _masked_field(key: str, value: Any, deeper: int, *, is_named: bool) -> Any:
    name = _plain(key)
    if _is_secret(name) or (is_named and name.endswith("value")):
        return value if value is None or isinstance(value, bool) else MASK
    if name == "vpn" and isinstance(value, dict) and "key" in value:
        value = value | {"key": MASK}
    return _masked(value, deeper, is_named=is_named)


def _names_secret(value: dict[str, Any]) -> bool:
    variable = value.get("variable")
    names = (value.get("key"), value.get("name"), variable.get("name") if isinstance(variable, dict) else None)
    return any(isinstance(name, str) and _is_secret(_plain(name)) for name in names)


def _masked_string(text: str) -> str:
    if not may_hold_secret(text):
        return text
    if text.lstrip()[:1] in ("{", "["):
        try:
            inner = json.loads(text)
        except (ValueError, RecursionError):
            return masked_text(text)
        hidden = masked(inner)
        return text if hidden == inner else json.dumps(hidden, ensure_ascii=False, separators=(",", ":"))
    text = _PRIVATE_KEY.sub(MASK, text)
    text = _PASSWORD_IN_URL.sub(rf"\1{MASK}@", text)
    text = _SIGNATURE_IN_URL.sub(rf"\1{MASK}", text)
    return _NAMED_IN_TEXT.sub(rf"\1{MASK}", text)


def _plain(name: str) -> str:
    return name.lower().translate(_SEPARATORS)


def _is_secret(plain_name: str) -> bool:
    return any(name in plain_name for name in _NAMES)
