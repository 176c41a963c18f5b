"""Dead letters: what a queue, a rule or a stream wanted done and no function could do, as AWS tells of it."""

import datetime as dt
import json
from typing import Any, Literal, NamedTuple

Json = dict[str, Any]
Kind = Literal["changes", "event", "message", "unknown"]
"""changes: records of the table's stream. event: what a rule or a schedule had a function invoked with. message: one of
a queue of ours. unknown: nothing that we know how to have done again."""

QUEUE_OF_SOURCE = "DeadLetterQueueSourceArn"
SENT = "SentTimestamp"


class Place(NamedTuple):
    """Where S3 has an object."""

    bucket: str
    key: str


class DeadLetter(NamedTuple):
    """One of them. `receipt` lets its message be removed, for as long as the one who received it has it."""

    letter_id: str
    kind: Kind
    target: str
    """The function that failed, or the queue whose consumer did, by its name."""
    reason: str
    """In AWS's words: RetriesExhausted, MaximumRecordAgeExceeded; empty if it says none."""
    at: dt.datetime
    """When it came here; of a message, when it was sent first."""
    content: str
    """What is to be done: the event of the function, JSON, or the text of the message. Of changes it is in S3."""
    place: Place | None
    """Where the changes are."""
    receipt: str


class Batch(NamedTuple):
    """Changes that were given up, as Lambda has kept them: the event, and whose it was."""

    target: str
    reason: str
    event: str


def from_message(message: Json) -> DeadLetter:
    """A message of the queue, as SQS gives it with all its attributes."""
    attributes = message.get("Attributes", {})
    at = dt.datetime.fromtimestamp(int(attributes.get(SENT, "0")) / 1000, dt.UTC)
    body, receipt = message["Body"], message["ReceiptHandle"]
    letter = DeadLetter(message["MessageId"], "unknown", "", "", at, body, None, receipt)
    if source := attributes.get(QUEUE_OF_SOURCE):
        return letter._replace(kind="message", target=_name(source), reason="MaxReceiveCountExceeded")
    about = {name: one["StringValue"] for name, one in message.get("MessageAttributes", {}).items()}
    if "TARGET_ARN" in about:
        reason = about.get("ERROR_CODE") or about.get("ERROR_MESSAGE", "")
        return letter._replace(kind="event", target=_name(about["TARGET_ARN"]), reason=reason)
    told = _object(body)
    if told.get("source") == "aws.s3" and "detail" in told:
        place = Place(told["detail"]["bucket"]["name"], told["detail"]["object"]["key"])
        return letter._replace(kind="changes", place=place)
    if "requestPayload" in told:
        context = told["requestContext"]
        return letter._replace(
            kind="event",
            target=_name(context["functionArn"]),
            reason=_failure(told) or context["condition"],
            content=json.dumps(told["requestPayload"]),
        )
    return letter


def position(letter: DeadLetter) -> str:
    """Where a letter stands in the list, oldest first."""
    return f"{letter.at.isoformat(timespec='milliseconds')}#{letter.letter_id}"


def batch(text: str) -> Batch:
    """What Lambda keeps in S3 of changes that it gives up."""
    told = json.loads(text)
    return Batch(_name(told["requestContext"]["functionArn"]), told["requestContext"]["condition"], told["payload"])


def _failure(told: Json) -> str:
    payload = told.get("responsePayload") or {}
    return f"{payload['errorType']}: {payload.get('errorMessage', '')}" if "errorType" in payload else ""


def _name(arn: str) -> str:
    """The name at the end of an ARN: of a function without its version, of a queue."""
    return arn.rpartition(":function:")[2].partition(":")[0] if ":function:" in arn else arn.rpartition(":")[2]


def _object(text: str) -> Json:
    try:
        told = json.loads(text)
    except ValueError:
        return {}
    return told if isinstance(told, dict) else {}
