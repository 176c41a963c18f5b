"""Who moves the money of payments that we begin: a Lambda function of the operator's, a provider for tests, or nobody.

A function is invoked with `{"operation", "payment": {…}}`, where the payment has the fields of the API's. What it
returns is, by operation:

- authorize: `{"psp_ref"}`, once the amount of the payment's limit is set aside;
- settle: `{"receipt_id"?, "receipt_url"?}`, once `settled_amount` is taken;
- cancel: `{}`, once the amount is given up;
- receipt: `{"receipt_id"?, "receipt_url"?}` for a payment that a station has settled itself.

What it cannot do it answers by `{"failed": reason}`. It must take the same operation twice for one.
"""

import json
from functools import cache
from typing import Any, Literal, NamedTuple

from shared.domain.calls import Json
from shared.domain.payments import Payment
from shared.domain.shapes import payment as as_json
from shared.settings import settings

TEST = "test"
PATIENCE_S = 20
Operation = Literal["authorize", "settle", "cancel", "receipt"]


class Declined(Exception):
    """The provider does not do it, with the reason."""


class Receipt(NamedTuple):
    receipt_id: str | None = None
    receipt_url: str | None = None


def is_there() -> bool:
    """Whether there is a provider. Without one, payments are authorised and settled elsewhere."""
    return settings().payment_provider != "none"


def authorize(payment: Payment, method: str) -> str:
    """The reference under which an amount is set aside. Raises Declined."""
    said = _ask("authorize", payment, method=method)
    if not isinstance(said.get("psp_ref"), str):
        raise Declined("the provider has returned no psp_ref")
    return str(said["psp_ref"])


def settle(payment: Payment) -> Receipt:
    """Take the settled amount. Raises Declined."""
    return _receipt(_ask("settle", payment))


def cancel(payment: Payment) -> None:
    """Give an amount up. Raises Declined."""
    _ask("cancel", payment)


def receipt(payment: Payment) -> Receipt:
    """The receipt of a payment that the station has settled itself. Raises Declined."""
    return _receipt(_ask("receipt", payment))


def _receipt(said: Json) -> Receipt:
    texts = (said.get("receipt_id"), said.get("receipt_url"))
    return Receipt(*(one if isinstance(one, str) else None for one in texts))


def _ask(operation: Operation, payment: Payment, **more: str) -> Json:
    where = settings().payment_provider
    if where == TEST:
        return _for_tests(operation, payment, **more)
    if ":lambda:" in where:
        return _of_function(where, {"operation": operation, "payment": as_json(payment), **more})
    raise Declined("this system has no payment provider")


def _for_tests(operation: Operation, payment: Payment, method: str = "") -> Json:
    """Takes every method but `decline`; no money moves."""
    if operation == "authorize":
        if method == "decline":
            raise Declined("the card was declined")
        return {"psp_ref": f"TEST-{payment.payment_id[:16]}".upper()}
    number = f"R-{payment.payment_id[:12]}"
    return {} if operation == "cancel" else {"receipt_id": number, "receipt_url": f"https://receipts.example/{number}"}


def _of_function(arn: str, asked: Json) -> Json:
    from botocore.exceptions import BotoCoreError, ClientError  # noqa: PLC0415  # with the client, when it is needed

    try:
        answer = _client().invoke(FunctionName=arn, Payload=json.dumps(asked).encode())
        said = json.loads(answer["Payload"].read())
    except (BotoCoreError, ClientError, ValueError) as error:
        raise Declined(str(error)) from error
    if "FunctionError" in answer or not isinstance(said, dict):
        raise Declined(f"{arn} has failed")
    if "failed" in said:
        raise Declined(str(said["failed"]))
    return said


@cache
def _client() -> Any:
    import boto3  # noqa: PLC0415  # it takes longer than everything else here, and payments are rare
    from botocore.config import Config  # noqa: PLC0415  # with it

    patience = Config(connect_timeout=1, read_timeout=PATIENCE_S, retries={"total_max_attempts": 1})
    return boto3.client("lambda", config=patience)
