"""Who provides the certificates of contracts to vehicles (use cases M01 and M02): a Lambda function of the operator's,
a provider for tests, or nobody.

A function is invoked with `{"station_id", "action": "Install" | "Update", "schema_version", "exi_request",
"maximum_contract_certificate_chains" | null, "prioritized_emaids": […]}` and returns `{"exi_response": base64 EXI}`,
perhaps with `"remaining_contracts"`: how many more the vehicle may fetch, which the station then asks for again. What
it cannot provide it answers by `{"failed": reason}`.
"""

import base64
import json
from functools import cache
from typing import Any, NamedTuple

from shared.settings import settings

TEST = "test"
PATIENCE_S = 4.5
"""A vehicle waits about five seconds (ISO 15118-2, table 109)."""


class Unprovided(Exception):
    """There is no certificate for this vehicle, with the reason."""


class Wanted(NamedTuple):
    """What a vehicle asks for."""

    station_id: str
    action: str
    """Install or Update."""
    schema_version: str
    """Of ISO 15118, as a URN."""
    exi_request: str
    """In base64, as the vehicle has written it."""
    maximum_contract_certificate_chains: int | None = None
    prioritized_emaids: tuple[str, ...] = ()
    """The contracts that it wants most, the first first (ISO 15118-20)."""


class Provided(NamedTuple):
    """What a vehicle gets."""

    exi_response: str
    """In base64, word for word."""
    remaining_contracts: int | None = None


def provide(wanted: Wanted) -> Provided:
    """Relay what a vehicle asks for to whoever provides certificates of contracts. Raises Unprovided."""
    where = settings().contract_certificates
    if where == TEST:
        return _for_tests(wanted)
    if ":lambda:" in where:
        return _of_function(where, wanted)
    raise Unprovided("this system has no provider of contracts")


def _for_tests(wanted: Wanted) -> Provided:
    """An answer in base64 that names the request, and no EXI; a request that begins with `FAIL` gets none."""
    if wanted.exi_request.startswith("FAIL"):
        raise Unprovided("the provider for tests was asked to fail")
    emaid = wanted.prioritized_emaids[0] if wanted.prioritized_emaids else ""
    said = ":".join((wanted.action, wanted.schema_version, emaid, wanted.exi_request))
    most = wanted.maximum_contract_certificate_chains
    remaining = None
    if most is not None or wanted.prioritized_emaids:
        contracts = max(1, len(wanted.prioritized_emaids))
        remaining = max(0, min(contracts, contracts if most is None else most) - 1)
    return Provided(base64.b64encode(said[:1000].encode()).decode(), remaining)


def _of_function(arn: str, wanted: Wanted) -> Provided:
    from botocore.exceptions import BotoCoreError, ClientError  # noqa: PLC0415  # with the client, when it is needed

    try:
        answer = _client().invoke(FunctionName=arn, Payload=json.dumps(wanted._asdict()).encode())
        said = json.loads(answer["Payload"].read())
    except (BotoCoreError, ClientError, ValueError) as error:
        raise Unprovided(str(error)) from error
    if "FunctionError" in answer or not isinstance(said, dict):
        raise Unprovided(f"{arn} has failed")
    if not isinstance(said.get("exi_response"), str):
        raise Unprovided(str(said.get("failed") or f"{arn} has returned no exi_response"))
    remaining = said.get("remaining_contracts")
    return Provided(said["exi_response"], remaining if isinstance(remaining, int) else None)


@cache
def _client() -> Any:
    import boto3  # noqa: PLC0415  # it takes longer to import than everything else here, and few stations ask
    from botocore.config import Config  # noqa: PLC0415  # as above

    patience = Config(connect_timeout=1, read_timeout=PATIENCE_S, retries={"total_max_attempts": 1})
    return boto3.client("lambda", config=patience)
