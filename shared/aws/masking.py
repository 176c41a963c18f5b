"""Secrets in what OCPP carries, and how they are kept out of logs and answers.

A secret is known by the name that stands with it: of its field (`password`), of its configuration key
(`{"key": "AuthorizationKey", "value": …}`) or of its variable (`{"variable": {"name": "BasicAuthPassword"}, …}`). Some
are known by their form, wherever they stand: private keys in PEM, the password or the signature in a URL, what makes a
link to a file of ours good, JSON within a text. Of a call of ours its own module may know which fields are secrets.
What is not sure to be no secret is hidden as well; a log that shows too little can be put up with.
"""

import json
import re
from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from shared.domain.findings import Finding

if TYPE_CHECKING:
    from shared.domain.calls import Call, Json

MASK = "***"
SECRETS = "secrets"
"""The note of a call with the paths of its secrets that no name tells: `setVariableData[0].attributeValue`."""
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
    "vpnkey",
)
"""What names of secrets have in them, in lower case and without separators."""
_PERSONAL = "customerinformation"
"""What the names of actions have in them whose messages tell of a customer: that is for operators, not for a log."""
_SEPARATORS = str.maketrans("", "", " _-.")
_SIGNS = ("key", "pass", "pwd", "psk", "secret", "sim", "vpn", "sig=", "signature=", "x-amz-", "@", "\\u", "/u/", "/f/")
"""What a text has in it that holds a secret: a part of its name, or what stands beside it in a URL. `\\u` may spell a
name that is not seen otherwise."""

# What may repeat is bounded, so that no text takes longer than its length. They are compiled when one is needed first,
# which is seldom and would cost each start.
_PRIVATE_KEY = r"(?s)-----BEGIN [A-Z0-9 ]*PRIVATE KEY-----.*?(-----END [A-Z0-9 ]*PRIVATE KEY-----|\Z)"
_CREDENTIALS_IN_URL = r"(:\\?/\\?/[^\s@/:]*:)\S{0,500}@"  # with slashes escaped in JSON or not
_SIGNATURE_IN_URL = r"(?i)([?&](?:x-amz-signature|x-amz-security-token|signature|sig)=)[^&#\s]+"
_PROOF_IN_LINK = r"(/[uf]/[\w-]{1,64}\.[0-9a-f]{1,16}\.[0-9a-f]{1,8}\.)[\w-]{22}"  # shared.domain.file_links
_NAMED_IN_TEXT = (
    r"(?i)((?:" + "|".join(r"[ _.-]?".join(name) for name in _NAMES) + r")\w{0,30}[\"']?\s{0,5}[:=])[^\r\n]*"
)


def masked(value: Any) -> Any:
    """A payload, or any part of one, without its secrets and without what is nested too deep; the rest is as it was."""
    return _masked(value, DEEPEST, is_named=False)


def masked_call(call: "Call") -> "Json":
    """The payload of a call of ours without its secrets."""
    return masked_at(call.payload, call.notes.get(SECRETS, ()))


def masked_at(payload: "Json", paths: Iterable[str]) -> "Json":
    """A payload without its secrets and without what stands at some paths."""
    hidden: dict[str, Any] = masked(payload)
    for path in paths:
        place, _, name = path.rpartition(".")
        if name in (holder := _at(hidden, place) or {}):
            holder[name] = MASK
    return hidden


def masked_frame(elements: list[Any]) -> list[Any]:
    """The elements of a frame without its secrets; what follows the name of an action that tells of a customer without
    any text."""
    for number, one in enumerate(elements, start=1):
        if isinstance(one, str) and _is_personal(one):
            return [*elements[:number], *map(_without_texts, elements[number:])]
    hidden: list[Any] = masked(elements)
    return hidden


def masked_value(key: str, value: str | None) -> str | None:
    """The value of a configuration key as it may be kept; MASK, if the whole of it is a secret."""
    hidden: str | None = masked({"key": key, "value": value})["value"]
    return hidden


def masked_findings(found: Sequence[Finding], payload: Any, action: str = "") -> list[Finding]:
    """Findings of a payload without its secrets: a value by itself does not tell that it is one, its place does."""
    if not found:
        return []
    hidden = _without_texts(payload) if _is_personal(action) else masked(payload)
    return [one if _at(payload, one.path) == _at(hidden, one.path) else one._replace(raw=MASK) for one in found]


def _at(payload: Any, path: str) -> Any:
    """What stands at a path, `reportData[0].variable`; None: nothing does."""
    for step in re.findall(r"[^.\[\]]+", path):
        if isinstance(payload, list) and step.isdecimal() and int(step) < len(payload):
            payload = payload[int(step)]
        else:
            payload = payload.get(step) if isinstance(payload, dict) else None
    return payload


def may_hold_secret(text: str) -> bool:
    """Whether a text, JSON or not, is to be masked. It costs far less than masking, and most texts need none."""
    lower = text.lower()
    return any(sign in lower for sign in _SIGNS) or _PERSONAL in lower


def masked_text(text: str) -> str:
    """A text that is not JSON, though it was to be: if it names a secret, only what stands before its payload."""
    if not _names_one(text):
        return _without_secrets_in_urls(text)
    head, brace, _ = text.partition("{")
    return MASK if not brace or _names_one(head) else head + brace + MASK


def _is_personal(action: str) -> bool:
    return _PERSONAL in action.lower()


def _without_texts(value: Any) -> Any:
    """Of a payload only the numbers and truth values of its first level, and the names of the rest."""
    if not isinstance(value, dict):
        return MASK
    return {name: one if isinstance(one, int | float) else MASK for name, one in value.items()}


def _masked(value: Any, deeper: int, *, is_named: bool) -> Any:
    """`deeper` levels may follow. `is_named`: a key or a variable beside it or around it names a secret."""
    if isinstance(value, str):
        return _masked_string(value, deeper)
    if isinstance(value, list | dict) and not deeper:
        return MASK
    if isinstance(value, list):
        return [_masked(one, deeper - 1, is_named=is_named) for one in value]
    if isinstance(value, dict):
        is_named = is_named or _names_secret(value)
        return {key: _masked_field(key, one, deeper - 1, is_named=is_named) for key, one in value.items()}
    return value


def _masked_field(key: str, value: Any, deeper: int, *, is_named: bool) -> Any:
    if _is_secret(key) or (is_named and key.lower().endswith("value")):
        return value if value is None or isinstance(value, bool) else MASK
    hidden = _masked(value, deeper, is_named=is_named)
    return hidden | {"key": MASK} if key == "vpn" and isinstance(hidden, dict) and "key" in hidden else hidden


def _names_secret(value: dict[str, Any]) -> bool:
    variable = value.get("variable")
    names = (value.get("key"), value.get("name"), variable.get("name") if isinstance(variable, dict) else None)
    return any(isinstance(name, str) and _is_secret(name) for name in names)


@lru_cache(maxsize=1024)
def _is_secret(name: str) -> bool:
    plain = name.lower().translate(_SEPARATORS)
    return any(one in plain for one in _NAMES)


def _masked_string(text: str, deeper: int) -> str:
    if not may_hold_secret(text):
        return text
    if text.lstrip()[:1] in ("{", "["):
        try:
            inner = json.loads(text)
        except (ValueError, RecursionError):
            return masked_text(text)
        hidden = _masked(inner, deeper, is_named=False)
        return text if hidden == inner else json.dumps(hidden, ensure_ascii=False, separators=(",", ":"))
    without_keys = re.sub(_PRIVATE_KEY, MASK, text)
    return re.sub(_NAMED_IN_TEXT, rf"\1{MASK}", _without_secrets_in_urls(without_keys))


def _without_secrets_in_urls(text: str) -> str:
    hidden = re.sub(_CREDENTIALS_IN_URL, rf"\1{MASK}@", text)
    hidden = re.sub(_SIGNATURE_IN_URL, rf"\1{MASK}", hidden)
    return re.sub(_PROOF_IN_LINK, rf"\1{MASK}", hidden)


def _names_one(text: str) -> bool:
    """Whether a text has the name of a secret in it, or one that cannot be seen."""
    plain = text.lower().translate(_SEPARATORS)
    return any(name in plain for name in (*_NAMES, _PERSONAL, "vpn", "\\u"))
