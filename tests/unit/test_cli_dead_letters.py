"""`dead-letters`: what nothing could handle, listed page by page, redriven until all was tried, given up."""

from typing import Any

import pytest

from local.cli.errors import FAILED, USAGE
from tests.unit.cli_support import AT, FakeApi, answer, idlewatt, page, problem

LETTER: dict[str, Any] = {
    "letter_id": "l1",
    "kind": "changes",
    "target": "Idlewatt-FollowUp",
    "reason": "RetryAttemptsExhausted",
    "at": AT,
}


def redriven(*done: str, failed: tuple[str, ...] = (), is_complete: bool = True) -> Any:
    still = [{"letter_id": one, "reason": "RuntimeError: no"} for one in failed]
    return answer({"redriven": done, "failed": still, "is_complete": is_complete})


def test_all_pages_are_listed() -> None:
    api = FakeApi(page([LETTER], "next"), page([LETTER | {"letter_id": "l2"}]))
    ended = idlewatt(api, "dead-letters", "list", "--all", "--json")
    assert ended.status == 0, ended.err
    assert [one["letter_id"] for one in ended.document["items"]] == ["l1", "l2"]
    assert api.asked[0].startswith("GET /dead-letters?limit=")


def test_people_see_a_table() -> None:
    out = idlewatt(FakeApi(page([LETTER])), "dead-letters", "list").out
    for text in ("l1", "changes", "Idlewatt-FollowUp", "RetryAttemptsExhausted"):
        assert text in out


def test_one_is_shown_with_its_content() -> None:
    api = FakeApi(answer(LETTER | {"content": '{"Records": []}'}))
    assert '{"Records": []}' in idlewatt(api, "dead-letters", "show", "l1").out
    assert api.asked == ["GET /dead-letters/l1"]
    assert idlewatt(api, "dead-letters", "show", "l1", "--json").document["letter_id"] == "l1"


def test_one_that_is_gone_is_told() -> None:
    ended = idlewatt(FakeApi(problem(404, "There is no dead letter l1")), "dead-letters", "show", "l1")
    assert ended.status != 0
    assert "There is no dead letter l1" in ended.err


@pytest.mark.parametrize("words", [[], ["l1", "--all"]])
def test_what_to_redrive_must_be_said(words: list[str]) -> None:
    api = FakeApi(redriven())
    assert idlewatt(api, "dead-letters", "redrive", *words).status == USAGE
    assert api.requests == []


def test_it_goes_on_until_all_was_tried() -> None:
    api = FakeApi(redriven("l1", is_complete=False), redriven("l2"))
    ended = idlewatt(api, "dead-letters", "redrive", "--all", "--json")
    assert ended.document == {"redriven": ["l1", "l2"], "failed": []}
    assert (ended.status, len(api.requests)) == (0, 2)


def test_those_that_are_named_are_not_named_again_once_they_are_done() -> None:
    api = FakeApi(redriven("l1", is_complete=False), redriven("l2"))
    idlewatt(api, "dead-letters", "redrive", "l1", "l2")
    assert [api.body(number) for number in (0, 1)] == [{"letter_ids": ["l1", "l2"]}, {"letter_ids": ["l2"]}]


def test_it_ends_where_nothing_can_be_done_again() -> None:
    api = FakeApi(redriven(failed=("l1",), is_complete=False))
    ended = idlewatt(api, "dead-letters", "redrive", "--all")
    assert (ended.status, len(api.requests)) == (FAILED, 1)
    assert "RuntimeError: no" in ended.out


def test_giving_one_up_takes_a_reason() -> None:
    api = FakeApi(answer(b"", 204))
    assert idlewatt(api, "dead-letters", "discard", "l1").status == USAGE
    assert idlewatt(api, "dead-letters", "discard", "l1", "--reason", "it is gone").status == 0
    assert api.asked == ["DELETE /dead-letters/l1?reason=it%20is%20gone"]
