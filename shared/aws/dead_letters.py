"""The queue of dead letters: what is in it, having it done again, giving it up (docs/faults.md).

A queue shows what is in it only by giving it out, for a while, to whoever asks. So each look takes all that there is,
and gives back what stays.
"""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from typing import Any

from botocore.config import Config

from shared.aws.clients import PATIENCE, client
from shared.aws.stream import REDRIVEN
from shared.aws.telemetry import logger
from shared.domain import dead_letters
from shared.domain.dead_letters import DeadLetter
from shared.settings import settings

AT_ONCE = 10
"""What SQS gives or takes in one request."""
MOST = 1000
"""How many letters one look takes in: it asks SQS two hundred times then, which takes a few seconds."""
HELD_S = 60
"""For so long nobody else sees what a look takes."""
GONE = ("NoSuchKey", "404")


class NotDone(Exception):
    """A dead letter could not be done this time either; the text says why."""


@cache
def _sqs() -> Any:
    return client("sqs")


@cache
def _s3() -> Any:
    return client("s3")


@cache
def _lambda() -> Any:
    """A client that waits as long as the operator API may, and asks once: the function acts each time."""
    once = Config(read_timeout=20, retries={"mode": "standard", "total_max_attempts": 1})
    return client("lambda", PATIENCE.merge(once))


@contextmanager
def held() -> Iterator[list[DeadLetter]]:
    """The letters that there are, oldest first, at most MOST. Those that are still there afterwards are given back."""
    letters: list[DeadLetter] = []
    try:
        while len(letters) < MOST and (messages := _receive()):
            letters += map(dead_letters.from_message, messages)
        letters.sort(key=dead_letters.position)
        yield letters
    finally:
        for first in range(0, len(letters), AT_ONCE):
            _give_back(letters[first : first + AT_ONCE])


def _receive() -> Any:
    answer = _sqs().receive_message(
        QueueUrl=settings().dead_letters_url,
        MaxNumberOfMessages=AT_ONCE,
        VisibilityTimeout=HELD_S,
        WaitTimeSeconds=1,
        MessageSystemAttributeNames=["All"],
        MessageAttributeNames=["All"],
    )
    return answer.get("Messages")


def _give_back(letters: list[DeadLetter]) -> None:
    """One that was removed meanwhile is refused, and that is as it should be."""
    entries = [
        {"Id": str(number), "ReceiptHandle": letter.receipt, "VisibilityTimeout": 0}
        for number, letter in enumerate(letters)
    ]
    _sqs().change_message_visibility_batch(QueueUrl=settings().dead_letters_url, Entries=entries)


def opened(letter: DeadLetter) -> DeadLetter:
    """A letter with its content: that of changes is fetched. One whose changes are gone is of unknown kind."""
    if letter.place is None:
        return letter
    try:
        found = _s3().get_object(Bucket=letter.place.bucket, Key=letter.place.key)
    except _s3().exceptions.NoSuchKey:
        return letter._replace(kind="unknown", reason="The changes are no longer kept")
    batch = dead_letters.batch(found["Body"].read().decode())
    return letter._replace(target=batch.target, reason=batch.reason, content=batch.event)


def redrive(letter: DeadLetter) -> None:
    """Have an opened letter done: its message goes back to the queue that it is from, its event to the function that
    failed at it. Then the letter is removed. Raises NotDone."""
    if letter.kind == "message":
        _send_back(letter)
    elif letter.kind in ("changes", "event"):
        _invoke(letter)
    else:
        raise NotDone(letter.reason or "It is nothing that is known to be done again")
    _remove(letter)
    logger.info("dead letter redriven", extra=_line(letter))


def discard(letter: DeadLetter, why: str, by: str) -> None:
    """Give a letter up. The log keeps what it was and the reason."""
    _remove(letter)
    logger.warning("dead letter discarded", extra=_line(letter) | {"why": why, "by": by or None})


def _line(letter: DeadLetter) -> dict[str, str]:
    return {"letter_id": letter.letter_id, "kind": letter.kind, "target": letter.target, "reason": letter.reason}


def _send_back(letter: DeadLetter) -> None:
    known = {url.rpartition("/")[2]: url for url in (settings().timers_url, settings().jobs_url)}
    if letter.target not in known:
        raise NotDone(f"{letter.target} is no queue of this system")
    _sqs().send_message(QueueUrl=known[letter.target], MessageBody=letter.content)


def _invoke(letter: DeadLetter) -> None:
    event = json.loads(letter.content) | ({REDRIVEN: True} if letter.kind == "changes" else {})
    answer = _lambda().invoke(FunctionName=letter.target, Payload=json.dumps(event).encode())
    told = json.loads(answer["Payload"].read() or b"null")
    if answer.get("FunctionError"):
        raise NotDone(f"{told.get('errorType')}: {told.get('errorMessage')}")
    if letter.kind == "changes" and isinstance(told, dict) and told.get("batchItemFailures"):
        raise NotDone("The function failed at one of the changes again; the log has the reason")


def _remove(letter: DeadLetter) -> None:
    """The message first: what it names is of no use without it, and S3 forgets that by itself."""
    _sqs().delete_message(QueueUrl=settings().dead_letters_url, ReceiptHandle=letter.receipt)
    if letter.place is not None:
        _s3().delete_object(Bucket=letter.place.bucket, Key=letter.place.key)
