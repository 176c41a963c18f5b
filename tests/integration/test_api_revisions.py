"""ETag and If-Match of what is replaced as a whole: id tokens and groups."""

from collections.abc import Callable
from typing import Any

import pytest

from shared.domain.authorization import Group, IdToken
from shared.store import dynamodb, groups, tokens
from shared.store.dynamodb import ConditionFailed
from tests.integration.api import call

pytestmark = pytest.mark.usefixtures("table")

PATHS = ["/id-tokens/TAG", "/groups/FLEET"]


@pytest.mark.parametrize("path", PATHS)
def test_every_write_makes_a_new_revision(path: str) -> None:
    assert call("PUT", path, body={}).headers["ETag"] == '"1"'
    assert call("PUT", path, body={}).headers["ETag"] == '"2"'
    assert call("GET", path).headers["ETag"] == '"2"'


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize("method", ["PUT", "DELETE"])
@pytest.mark.parametrize(
    ("if_match", "holds"),
    [('"2"', True), ("*", True), ('"1", "2"', True), ('"1"', False), ('"3"', False), ("2", False), ('W/"2"', False)],
)
def test_a_change_may_demand_the_revision_it_was_made_for(
    path: str, method: str, if_match: str, *, holds: bool
) -> None:
    for _ in range(2):
        call("PUT", path, body={})
    answer = call(method, path, body=None if method == "DELETE" else {}, headers={"If-Match": if_match})
    assert answer.status == ((204 if method == "DELETE" else 200) if holds else 412)


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize("method", ["PUT", "DELETE"])
def test_what_does_not_exist_has_no_revision_to_match(path: str, method: str) -> None:
    body: dict[str, object] | None = None if method == "DELETE" else {}
    assert call(method, path, body=body, headers={"If-Match": "*"}).status == 412
    assert call("GET", path).status == 404


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize("method", ["PUT", "DELETE"])
def test_of_two_changes_of_one_revision_the_second_is_refused(
    monkeypatch: pytest.MonkeyPatch, path: str, method: str
) -> None:
    call("PUT", path, body={})
    entity: Any = tokens if "tokens" in path else groups
    overtaking = IdToken("TAG", "Blocked") if "tokens" in path else Group("FLEET", "Vans")
    find: Callable[[str], Any] = entity.find

    def read_and_be_overtaken(id: str) -> Any:
        found = find(id)
        entity.save(overtaking)
        return found

    monkeypatch.setattr(entity, "find", read_and_be_overtaken)
    body: dict[str, object] | None = None if method == "DELETE" else {}
    assert call(method, path, body=body, headers={"If-Match": '"1"'}).status == 412
    assert find(path.rpartition("/")[2]) == overtaking._replace(revision=2)


def test_a_write_that_meets_itself_has_been_made(monkeypatch: pytest.MonkeyPatch) -> None:
    tokens.save(IdToken("TAG"))
    transport = dynamodb._transport
    lost = iter([True])

    def lose_the_first_answer(operation: str, body: bytes) -> tuple[int, bytes]:
        answer = transport(operation, body)
        if next(lost, False):
            raise OSError("the answer was lost")
        return answer

    monkeypatch.setattr(dynamodb, "_transport", lose_the_first_answer)
    assert tokens.save(IdToken("TAG", "Blocked"), revision=1).revision == 2


def test_a_revision_that_is_gone_is_not_written_over() -> None:
    with pytest.raises(ConditionFailed):
        groups.save(Group("FLEET", "Vans"), revision=1)
    assert groups.find("FLEET") is None
