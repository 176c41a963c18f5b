"""The queue of dead letters with what it leads to, as SQS, S3 and Lambda answer for it."""

import io
import json
from collections.abc import Callable
from typing import Any

import pytest

from shared.aws import dead_letters
from shared.settings import settings

SENT_MS = 1_795_420_800_000


class LetterQueue:
    """Stands in the place of three boto3 clients. `put` leaves a letter and returns its id."""

    def __init__(self) -> None:
        self.messages: dict[str, dict[str, Any]] = {}
        self.held: set[str] = set()
        self.objects: dict[str, str] = {}
        self.sent: list[tuple[str, str]] = []
        self.invoked: list[tuple[str, Any]] = []
        self.answer: Callable[[str, Any], Any] = lambda _function, _event: None
        """What a function that a letter leads to answers."""

    def put(self, body: str, at_s: int = 0, **attributes: str) -> str:
        letter_id = f"letter-{len(self.messages):04}"
        self.messages[letter_id] = {
            "MessageId": letter_id,
            "ReceiptHandle": letter_id,
            "Body": body,
            "Attributes": {"SentTimestamp": str(SENT_MS + 1000 * at_s), **attributes},
        }
        return letter_id

    def put_changes(self, function: str, records: list[Any]) -> str:
        """As Lambda puts records into the bucket, and S3 tells of it."""
        key = f"aws/lambda/{len(self.objects)}"
        context = {"functionArn": f"arn:aws:lambda:us-east-1:1:function:{function}", "condition": "RetriesExhausted"}
        self.objects[key] = json.dumps({"requestContext": context, "payload": json.dumps({"Records": records})})
        detail = {"bucket": {"name": "files"}, "object": {"key": key}}
        return self.put(json.dumps({"source": "aws.s3", "detail": detail}))

    # ------------------------------------------------------------------ as the clients

    class exceptions:
        class NoSuchKey(Exception):
            pass

    def receive_message(self, **asked: Any) -> Any:
        found = [one for name, one in self.messages.items() if name not in self.held][: asked["MaxNumberOfMessages"]]
        self.held |= {one["MessageId"] for one in found}
        return {"Messages": found} if found else {}

    def change_message_visibility_batch(self, QueueUrl: str, Entries: list[Any]) -> Any:
        assert QueueUrl == settings().dead_letters_url
        self.held -= {one["ReceiptHandle"] for one in Entries}

    def delete_message(self, QueueUrl: str, ReceiptHandle: str) -> None:
        assert QueueUrl == settings().dead_letters_url
        self.messages.pop(ReceiptHandle, None)

    def send_message(self, QueueUrl: str, MessageBody: str) -> None:
        self.sent.append((QueueUrl, MessageBody))

    def get_object(self, Bucket: str, Key: str) -> Any:
        if Bucket != "files" or Key not in self.objects:
            raise self.exceptions.NoSuchKey
        return {"Body": io.BytesIO(self.objects[Key].encode())}

    def delete_object(self, Bucket: str, Key: str) -> None:
        assert Bucket == "files"
        self.objects.pop(Key, None)

    def invoke(self, FunctionName: str, Payload: bytes) -> Any:
        event = json.loads(Payload)
        self.invoked.append((FunctionName, event))
        return {"Payload": io.BytesIO(json.dumps(self.answer(FunctionName, event)).encode())}


@pytest.fixture
def letters(monkeypatch: pytest.MonkeyPatch) -> LetterQueue:
    """The queue, empty."""
    queue = LetterQueue()
    for name in ("_sqs", "_s3", "_lambda"):
        monkeypatch.setattr(dead_letters, name, lambda: queue)
    return queue
