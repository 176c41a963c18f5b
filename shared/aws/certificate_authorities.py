"""Who signs stations' certificates: the embedded authority, a Lambda function of the operator's, or nobody.

A function of the operator's is invoked with `{"csr": PEM, "certificate_type": … | null, "station_id": …}` and returns
`{"chain": PEM, the station's own certificate first}` or `{"refused": reason}`.
"""

import json
from functools import cache
from typing import Any, Protocol

import boto3
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

from shared.aws.embedded_authority import IN_TABLE, EmbeddedAuthority, Refused, Unavailable, embedded, made_before
from shared.domain.issued_certificates import Kind
from shared.settings import settings

__all__ = ["CertificateAuthority", "EmbeddedAuthority", "Refused", "Unavailable", "configured", "existing"]

PATIENCE = Config(connect_timeout=2, read_timeout=25, retries={"total_max_attempts": 1})


class CertificateAuthority(Protocol):
    """Whoever signs."""

    def sign(self, csr_pem: str, kind: Kind | None, station_id: str) -> str:
        """The chain in PEM, the station's own certificate first. Raises Refused, and Unavailable where it may be tried
        again."""


class LambdaAuthority:
    """A Lambda function that signs."""

    def __init__(self, arn: str) -> None:
        self.arn = arn

    def sign(self, csr_pem: str, kind: Kind | None, station_id: str) -> str:
        given = {"csr": csr_pem, "certificate_type": kind, "station_id": station_id}
        try:
            answer = _client().invoke(FunctionName=self.arn, Payload=json.dumps(given).encode())
            said = json.loads(answer["Payload"].read())
        except (BotoCoreError, ClientError, ValueError) as error:
            raise Unavailable(str(error)) from error
        if "FunctionError" in answer or not isinstance(said, dict):
            raise Unavailable(f"{self.arn} has failed")
        if said.get("refused"):
            raise Refused(str(said["refused"]))
        if not isinstance(said.get("chain"), str):
            raise Unavailable(f"{self.arn} has returned no chain")
        return str(said["chain"])


def configured() -> CertificateAuthority | None:
    """The authority of this system; None: an operator brings the certificates."""
    where = settings().certificate_authority
    return LambdaAuthority(where) if ":lambda:" in where else embedded_or_none()


def embedded_or_none() -> EmbeddedAuthority | None:
    """The embedded authority, if this system has one. Raises Unavailable."""
    return embedded() if _is_embedded() else None


def existing() -> EmbeddedAuthority | None:
    """The embedded authority, if it has been made: before that it has issued nothing."""
    return made_before() if _is_embedded() else None


def _is_embedded() -> bool:
    where = settings().certificate_authority
    return where == IN_TABLE or ":kms:" in where


@cache
def _client() -> Any:
    return boto3.client("lambda", config=PATIENCE)
