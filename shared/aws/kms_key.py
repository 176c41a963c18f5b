"""A private key in AWS KMS that `cryptography` signs with as if it had it. It never leaves KMS."""

from functools import cache
from typing import Any, NoReturn

import boto3
from botocore.config import Config
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec

ALGORITHM = "ECDSA_SHA_256"
PATIENCE = Config(connect_timeout=2, read_timeout=3, retries={"total_max_attempts": 2})
"""A station waits for what is signed."""


@cache
def _client() -> Any:
    return boto3.client("kms", config=PATIENCE)


class KmsKey(ec.EllipticCurvePrivateKey):
    """A key of the spec ECC_NIST_P256 for SIGN_VERIFY. What goes wrong is botocore's error."""

    def __init__(self, arn: str) -> None:
        self.arn = arn

    @property
    def curve(self) -> ec.EllipticCurve:
        return ec.SECP256R1()

    @property
    def key_size(self) -> int:
        return self.curve.key_size

    def public_key(self) -> ec.EllipticCurvePublicKey:
        return _public_key(self.arn)

    def sign(self, data: Any, signature_algorithm: ec.EllipticCurveSignatureAlgorithm) -> bytes:  # noqa: ARG002  # the key has one
        """At most 4096 bytes, which no certificate and no OCSP response of ours reaches."""
        answer = _client().sign(KeyId=self.arn, Message=bytes(data), MessageType="RAW", SigningAlgorithm=ALGORITHM)
        signature: bytes = answer["Signature"]
        return signature

    def exchange(self, algorithm: ec.ECDH, peer_public_key: ec.EllipticCurvePublicKey) -> NoReturn:
        raise NotImplementedError("the key is for signing")

    def private_numbers(self) -> NoReturn:
        raise NotImplementedError("the key does not leave KMS")

    def private_bytes(self, *_: object) -> NoReturn:
        raise NotImplementedError("the key does not leave KMS")

    def __copy__(self) -> "KmsKey":
        return self

    def __deepcopy__(self, memo: dict[Any, Any]) -> "KmsKey":
        return self


@cache
def _public_key(arn: str) -> ec.EllipticCurvePublicKey:
    der = _client().get_public_key(KeyId=arn)["PublicKey"]
    key = serialization.load_der_public_key(der)
    if not isinstance(key, ec.EllipticCurvePublicKey):
        raise TypeError(f"{arn} is no key of an elliptic curve")
    return key
