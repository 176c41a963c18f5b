"""Basic credentials of stations (security profiles 1 and 2, A00.FR.204-207): bytes, never text.

A 1.6 AuthorizationKey is 16 to 20 bytes that an operator writes as hex digits; the station sends the bytes. A
2.0.1 BasicAuthPassword is text of 16 to 40 characters. Both are kept only as a salted hash.
"""

import base64
import binascii
import hashlib
import hmac
import os
from typing import NamedTuple

SCRYPT_LOG2_N = 12
"""4 MB and some ten milliseconds: station secrets are random, so this guards short ones that operators insist on."""


class BasicCredentials(NamedTuple):
    """User and password of an `Authorization: Basic` header, as bytes."""

    user: bytes
    password: bytes


def parse_basic(header: str) -> BasicCredentials | None:
    """The credentials in an Authorization header, or None if it holds none. The first colon separates them."""
    scheme, _, encoded = header.strip().partition(" ")
    if scheme.lower() != "basic":
        return None
    try:
        user, colon, password = base64.b64decode(encoded.strip(), validate=True).partition(b":")
    except (binascii.Error, ValueError):
        return None
    return BasicCredentials(user, password) if colon else None


def secret_bytes(password: str) -> bytes:
    """The bytes a password stands for: 32 to 40 hex digits are an AuthorizationKey, anything else is text."""
    return _from_hex(password.encode()) or password.encode()


def _from_hex(digits: bytes) -> bytes | None:
    if not 32 <= len(digits) <= 40:
        return None
    try:
        return bytes.fromhex(digits.decode("ascii"))
    except ValueError:
        return None


def hash_password(password: str) -> str:
    """A salted hash to keep: `scrypt$log2 n$salt$hash`."""
    salt = os.urandom(16)
    return f"scrypt${SCRYPT_LOG2_N}${salt.hex()}${_scrypt(secret_bytes(password), salt, SCRYPT_LOG2_N).hex()}"


def verify(presented: bytes, password_hash: str, *, accept_hex: bool) -> bool:
    """Whether what a station sent is the password, compared in constant time.

    With `accept_hex` the hex digits of an AuthorizationKey do as well as its bytes (quirk Q-35).
    """
    _, log2_n, salt, expected = password_hash.split("$")
    decoded = _from_hex(presented) if accept_hex else None
    return any(
        hmac.compare_digest(_scrypt(secret, bytes.fromhex(salt), int(log2_n)), bytes.fromhex(expected))
        for secret in (presented, decoded)
        if secret is not None
    )


def _scrypt(secret: bytes, salt: bytes, log2_n: int) -> bytes:
    return hashlib.scrypt(secret, salt=salt, n=2**log2_n, r=8, p=1, dklen=32)
