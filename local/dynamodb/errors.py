"""What DynamoDB answers when it refuses a request: an error type, a message and sometimes more."""

import json
from typing import Any

_NAMESPACE = "com.amazonaws.dynamodb.v20120810#"
_VALIDATION_NAMESPACE = "com.amazon.coral.validate#"


class DynamoError(Exception):
    """A refusal: `code` is AWS's name of the error, `details` are the further members of its body."""

    def __init__(self, code: str, message: str, **details: Any) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.details = details

    @property
    def body(self) -> bytes:
        """The JSON body of the HTTP 400 that carries it."""
        namespace = _VALIDATION_NAMESPACE if self.code == "ValidationException" else _NAMESPACE
        # The service model spells this one member of a cancelled transaction with a capital letter.
        member = "Message" if self.code == "TransactionCanceledException" else "message"
        return json.dumps({"__type": namespace + self.code, member: self.message, **self.details}).encode()


def invalid(message: str) -> DynamoError:
    """A request that DynamoDB refuses before it looks at any item."""
    return DynamoError("ValidationException", message)


def condition_failed(item: dict[str, Any] | None) -> DynamoError:
    """A condition that did not hold; `item` is given back when the request asked for it."""
    details = {"Item": item} if item is not None else {}
    return DynamoError("ConditionalCheckFailedException", "The conditional request failed", **details)
