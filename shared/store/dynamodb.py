"""A small DynamoDB client: the low-level JSON protocol, signed and sent by the standard library.

Own code because the start of every function hangs on it: importing botocore and making its DynamoDB client costs
about seven times this module (docs/adr/0004-own-dynamodb-client.md). It speaks one protocol to one service and
leaves everything else of AWS to boto3.
"""

import base64
import datetime as dt
import hashlib
import hmac
import http.client
import json
import os
import ssl
import urllib.parse
from collections.abc import Callable, Iterable
from typing import Any

from shared.store import patience

Item = dict[str, Any]
Transport = Callable[[str, bytes], tuple[int, bytes]]
"""Sends one operation: its name (`PutItem`) and JSON body; returns the HTTP status and the JSON body of the answer."""

TIMEOUT_S = 2
"""For one attempt, which takes milliseconds: so several fit into one invocation."""
PASSING = {
    "InternalServerError",
    "ProvisionedThroughputExceeded",
    "ProvisionedThroughputExceededException",
    "RequestLimitExceeded",
    "ThrottlingError",
    "ThrottlingException",
    "TransactionConflict",
    "TransactionConflictException",
    "TransactionInProgressException",
}


class DynamoDBError(Exception):
    """DynamoDB refused an operation; `code` is AWS's name of the reason."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(f"{code}: {message}")
        self.code = code


class Unavailable(DynamoDBError):
    """Whatever was tried in the time there is, DynamoDB did not do it, or nobody knows; later it may. `code` is AWS's
    name of the last reason, or the name of the exception where no answer came."""


class ConditionFailed(DynamoDBError):
    """The condition of a write did not hold; `item` is what stands there (if the write asked for it, else empty)."""

    def __init__(self, message: str, item: Item) -> None:
        super().__init__("ConditionalCheckFailedException", message)
        self.item = item


def encode(value: Any) -> dict[str, Any]:
    """A Python value as a DynamoDB attribute value: str, bool, int, bytes, list, dict."""
    if isinstance(value, str):
        return {"S": value}
    if isinstance(value, bool):
        return {"BOOL": value}
    if isinstance(value, int):
        return {"N": str(value)}
    if isinstance(value, bytes):
        return {"B": base64.b64encode(value).decode()}
    if isinstance(value, list | tuple):
        return {"L": [encode(one) for one in value]}
    if isinstance(value, dict):
        return {"M": encode_item(value)}
    raise TypeError(f"no DynamoDB type for {type(value).__name__}")


def encode_item(item: Item) -> dict[str, Any]:
    """An item as DynamoDB takes it; what is None is left out."""
    return {name: encode(value) for name, value in item.items() if value is not None}


def decode(attribute: dict[str, Any]) -> Any:
    """A DynamoDB attribute value as Python; numbers are whole numbers here."""
    ((kind, value),) = attribute.items()
    if kind == "N":
        return int(value)
    if kind == "B":
        return base64.b64decode(value)
    if kind == "L":
        return [decode(one) for one in value]
    if kind == "M":
        return decode_item(value)
    return value


def decode_item(attributes: dict[str, Any]) -> Item:
    return {name: decode(value) for name, value in attributes.items()}


def call(operation: str, parameters: dict[str, Any]) -> dict[str, Any]:
    """Run one operation; passing faults are tried again with growing, random pauses, as long as there is time. Then
    raises Unavailable; whatever else DynamoDB says no with raises DynamoDBError at once.

    A write that is tried again may meet its own first attempt, so every conditional write of this project is one
    that finds itself: the item it meets is compared by content (see the entity modules).
    """
    body = json.dumps(parameters, separators=(",", ":")).encode()
    trying = patience.Trying()
    while True:
        cause: Exception | None = None
        try:
            status, answer = _transport(operation, body)
        except (OSError, http.client.HTTPException) as error:
            cause, failure = error, DynamoDBError(type(error).__name__, str(error))
        else:
            if status == 200:
                trying.succeeded()
                return json.loads(answer)  # type: ignore[no-any-return]  # the protocol answers with an object
            failure = _error(answer)
            if status < 500 and failure.code not in PASSING:
                raise failure
        if not trying.again():
            raise Unavailable(failure.code, f"{operation} was given up: {failure}") from cause


def _error(answer: bytes) -> DynamoDBError:
    try:
        fields = json.loads(answer)
    except ValueError:
        return DynamoDBError("Unreadable", answer[:200].decode(errors="replace"))
    code = str(fields.get("__type", "Unknown")).rpartition("#")[2]
    message = str(fields.get("message") or fields.get("Message") or "")
    if code == "ConditionalCheckFailedException":
        return ConditionFailed(message, decode_item(fields.get("Item") or {}))
    if code == "TransactionCanceledException":
        return _cancelled(message, fields.get("CancellationReasons") or [])
    return DynamoDBError(code, message)


def _cancelled(message: str, reasons: list[dict[str, Any]]) -> DynamoDBError:
    """Why a transaction was not made: the first part whose condition failed, or else the first thing in its way."""
    stopped = [reason for reason in reasons if reason.get("Code") not in (None, "None")]
    failed = next((reason for reason in stopped if reason["Code"] == "ConditionalCheckFailed"), None)
    if failed:
        return ConditionFailed(message, decode_item(failed.get("Item") or {}))
    return DynamoDBError(str(stopped[0]["Code"]) if stopped else "TransactionCanceledException", message)


def _trust() -> ssl.SSLContext:
    """Trust in Amazon's certificate authorities, if their file is given: to read all there are takes much longer."""
    return ssl.create_default_context(cafile=os.environ.get("TRUST_STORE") or None)


class _AtOnce:
    """A connection that sends the head and the body of a request at once: apart they would be two records of TLS and
    two packets, the dearest part of a request."""

    _held = b""

    def send(self, data: Any) -> None:
        self._held += data

    def getresponse(self) -> http.client.HTTPResponse:
        held, self._held = self._held, b""
        super().send(held)  # type: ignore[misc]  # of the connection that this is mixed with
        return super().getresponse()  # type: ignore[misc,no-any-return]  # the same

    def close(self) -> None:
        self._held = b""
        super().close()  # type: ignore[misc]  # the same


class _Http(_AtOnce, http.client.HTTPConnection):
    pass


class _Https(_AtOnce, http.client.HTTPSConnection):
    pass


class SignedHttps:
    """The transport of the cloud: HTTPS with Signature Version 4 over one connection that is kept open.

    Not for several threads at once; a Lambda environment handles one event at a time.
    """

    def __init__(self) -> None:
        self.region = os.environ["AWS_REGION"]
        endpoint = os.environ.get("AWS_ENDPOINT_URL_DYNAMODB") or f"https://dynamodb.{self.region}.amazonaws.com"
        url = urllib.parse.urlsplit(endpoint)
        self.host = url.netloc
        self.connection = (
            _Https(self.host, timeout=TIMEOUT_S, context=_trust())
            if url.scheme == "https"
            else _Http(self.host, timeout=TIMEOUT_S)
        )
        self.signing_key: tuple[str, bytes] = ("", b"")

    def __call__(self, operation: str, body: bytes) -> tuple[int, bytes]:
        try:
            return self._send(operation, body)
        except (ConnectionError, ssl.SSLEOFError):
            return self._send(operation, body)  # the far end closed the idle connection: once more on a new one

    def _send(self, operation: str, body: bytes) -> tuple[int, bytes]:
        try:
            if self.connection.sock is None:
                # Each step has the whole time-out for itself: that of TCP, then that of TLS.
                self.connection.timeout = patience.timeout_s(TIMEOUT_S) / 2
                self.connection.connect()
            self.connection.sock.settimeout(patience.timeout_s(TIMEOUT_S))
            self.connection.request("POST", "/", body, self._headers(operation, body))
            response = self.connection.getresponse()
            return response.status, response.read()
        except (OSError, http.client.HTTPException):
            self.connection.close()
            raise

    def _headers(self, operation: str, body: bytes) -> dict[str, str]:
        now = dt.datetime.now(dt.UTC)
        signed = {
            "content-type": "application/x-amz-json-1.0",
            "host": self.host,
            "x-amz-date": f"{now:%Y%m%dT%H%M%SZ}",
            "x-amz-target": f"DynamoDB_20120810.{operation}",
        }
        if token := os.environ.get("AWS_SESSION_TOKEN"):
            signed["x-amz-security-token"] = token
        names = ";".join(sorted(signed))
        canonical = "\n".join(
            (
                "POST\n/\n",
                *(f"{name}:{signed[name]}" for name in sorted(signed)),
                "",
                names,
                hashlib.sha256(body).hexdigest(),
            )
        )
        scope = f"{now:%Y%m%d}/{self.region}/dynamodb/aws4_request"
        to_sign = "\n".join(
            ("AWS4-HMAC-SHA256", signed["x-amz-date"], scope, hashlib.sha256(canonical.encode()).hexdigest())
        )
        signature = hmac.new(self._key(f"{now:%Y%m%d}"), to_sign.encode(), hashlib.sha256).hexdigest()
        credential = f"{os.environ['AWS_ACCESS_KEY_ID']}/{scope}"
        signed["authorization"] = (
            f"AWS4-HMAC-SHA256 Credential={credential}, SignedHeaders={names}, Signature={signature}"
        )
        return signed

    def _key(self, day: str) -> bytes:
        if self.signing_key[0] != day:
            key = f"AWS4{os.environ['AWS_SECRET_ACCESS_KEY']}".encode()
            for part in (day, self.region, "dynamodb", "aws4_request"):
                key = hmac.new(key, part.encode(), hashlib.sha256).digest()
            self.signing_key = (day, key)
        return self.signing_key[1]


def _first_use(operation: str, body: bytes) -> tuple[int, bytes]:
    set_transport(SignedHttps())
    return _transport(operation, body)


_transport: Transport = _first_use


def set_transport(transport: Transport) -> None:
    """Send everything through `transport` from now on (the local system answers in-process)."""
    global _transport  # noqa: PLW0603  # one process has one way to its table
    _transport = transport


def connect() -> None:
    """Open the connection now. Lambda runs imports at full CPU and the first message at a fraction of it."""
    if _transport is _first_use and "AWS_LAMBDA_FUNCTION_NAME" in os.environ:
        transport = SignedHttps()
        try:
            transport.connection.connect()
        except OSError:
            transport.connection.close()  # the first operation opens it again and reports what is wrong
        set_transport(transport)


def chunks(items: list[Item], size: int) -> Iterable[list[Item]]:
    """`items` in lists of at most `size`, in order."""
    return (items[start : start + size] for start in range(0, len(items), size))
