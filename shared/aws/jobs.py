"""The queue of bulk jobs: which page of a job is to be worked on next (functions/queue/run_jobs.py receives it).

A message says `{"job_id", "page"}`.
"""

import json
from functools import cache
from typing import Any, NamedTuple

from shared.aws.clients import client
from shared.settings import settings


class Work(NamedTuple):
    """A page of a job that is to be worked on."""

    job_id: str
    page: int = 0


@cache
def _client() -> Any:
    return client("sqs")


def give(work: Work) -> None:
    """Have a page worked on. It may come to be worked on twice."""
    _client().send_message(QueueUrl=settings().jobs_url, MessageBody=json.dumps(work._asdict()))


def read(body: str) -> Work:
    """The work in a message."""
    return Work(**json.loads(body))
