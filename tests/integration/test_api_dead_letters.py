"""Dead letters in the operator API: pages, what becomes of those that are redriven, and who cannot be found."""

import json
from typing import Any

import pytest

from shared.aws import dead_letters
from shared.settings import settings
from tests.integration import api
from tests.integration.letter_queue import LetterQueue

pytestmark = pytest.mark.usefixtures("table")
TIMERS = "arn:aws:sqs:us-east-1:1:"


def put_timer(letters: LetterQueue, at_s: int = 0) -> str:
    return letters.put("{}", at_s, DeadLetterQueueSourceArn=TIMERS + settings().timers_url.rpartition("/")[2])


def test_the_list_has_pages_oldest_first(letters: LetterQueue) -> None:
    made = [letters.put("x", at_s=-number // 2) for number in range(25)]
    pages = api.pages("/dead-letters", limit=10)
    assert [len(page) for page in pages] == [10, 10, 5]
    found = [one for page in pages for one in page]
    assert {one["letter_id"] for one in found} == set(made)
    assert [one["at"] for one in found] == sorted(one["at"] for one in found)


def test_a_look_takes_in_a_thousand_and_gives_them_back(letters: LetterQueue) -> None:
    for _ in range(dead_letters.MOST + 20):
        letters.put("x")
    assert sum(len(page) for page in api.pages("/dead-letters", limit=200)) == dead_letters.MOST
    assert not letters.held


def test_only_what_a_page_shows_is_fetched(letters: LetterQueue, monkeypatch: pytest.MonkeyPatch) -> None:
    for _ in range(3):
        letters.put_changes("FollowUp", [])
    fetched: list[str] = []
    get = letters.get_object

    def noted(Bucket: str, Key: str) -> Any:
        fetched.append(Key)
        return get(Bucket, Key)

    monkeypatch.setattr(letters, "get_object", noted)
    (shown,) = api.get("/dead-letters", limit=1)["items"]
    assert (shown["kind"], shown["target"], shown["reason"]) == ("changes", "FollowUp", "RetriesExhausted")
    assert len(fetched) == 1


def test_one_that_is_gone_is_told_and_does_not_keep_the_others(letters: LetterQueue) -> None:
    there = put_timer(letters)
    answer = api.call("POST", "/dead-letters/redrive", body={"letter_ids": ["gone", there]}).json
    assert (answer["redriven"], answer["is_complete"]) == ([there], True)
    (failed,) = answer["failed"]
    assert failed["letter_id"] == "gone"
    assert letters.sent == [(settings().timers_url, "{}")]


def test_a_redrive_that_is_sent_again_does_nothing_twice(letters: LetterQueue) -> None:
    there = put_timer(letters)
    headers = {"idempotency-key": "k1"}
    first, second = (
        api.call("POST", "/dead-letters/redrive", body={"letter_ids": [there]}, headers=headers).json for _ in range(2)
    )
    assert (first["redriven"], second["redriven"]) == ([there], [])
    assert len(letters.sent) == 1
    other = api.call("POST", "/dead-letters/redrive", body={}, headers=headers)
    assert other.status == 422


def test_a_letter_whose_message_cannot_be_removed_still_has_its_content(
    letters: LetterQueue, monkeypatch: pytest.MonkeyPatch
) -> None:
    there = letters.put_changes("FollowUp", [{"a": 1}])
    letters.answer = lambda _function, _event: {"batchItemFailures": []}

    def fail(QueueUrl: str, ReceiptHandle: str) -> None:
        raise RuntimeError(QueueUrl, ReceiptHandle)

    with monkeypatch.context() as patch:
        patch.setattr(letters, "delete_message", fail)
        assert api.call("POST", "/dead-letters/redrive", body={}).status == 500
    content = api.get(f"/dead-letters/{there}")["content"]
    assert json.loads(content) == {"Records": [{"a": 1}]}
    assert api.call("POST", "/dead-letters/redrive", body={}).json["redriven"] == [there]
    assert not letters.objects
    assert not letters.messages


def test_changes_are_followed_as_late_ones(letters: LetterQueue) -> None:
    letters.put_changes("FollowUp", [{"a": 1}])
    api.call("POST", "/dead-letters/redrive", body={})
    assert letters.invoked == [("FollowUp", {"Records": [{"a": 1}], "redriven": True})]
