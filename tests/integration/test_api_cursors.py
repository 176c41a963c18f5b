"""Cursors that no list gave: a list refuses them, or goes on after the position as if something stood there."""

import base64

import pytest

from local import openapi
from local.dynamodb.storage import Store
from tests.integration import api
from tests.integration.letter_queue import LetterQueue
from tests.integration.log_group import LogGroup
from tests.integration.seed import seed

LISTS = [
    path
    for path, item in openapi.written()["paths"].items()
    if any(one["name"] == "cursor" for one in item.get("get", {}).get("parameters", ()))
]
POSITIONS = ["[]", "null", '{"a":1}', "#", "a#b", "a#b#c", "2026-01-01T00:00:00Z#CP1#x", "a b", "0", "9" * 60, "²"]


@pytest.mark.parametrize("path", LISTS)
def test_a_cursor_that_the_list_did_not_give_is_no_fault_of_ours(
    table: Store, log: LogGroup, letters: LetterQueue, path: str
) -> None:
    known = seed()
    where = path.format_map(known)
    for cursor in ("x", "W10", "bnVsbA", "eyJhIjoxfQ", *map(_cursor, POSITIONS)):
        answer = api.call("GET", where, query={"cursor": cursor})
        assert answer.status in (200, 404, 422), (cursor, answer)


@pytest.mark.parametrize("position", [one for one in POSITIONS if not one.isascii() or not one.isdigit()])
@pytest.mark.parametrize("query", [{}, {"station_id": "CP1"}], ids=["all", "station"])
def test_a_list_of_swaps_goes_on_after_swaps_only(table: Store, query: dict[str, str], position: str) -> None:
    answer = api.call("GET", "/battery-swaps", query={**query, "cursor": _cursor(position)})
    assert answer.status == 422
    assert api.wrong_fields(answer) == ["query cursor"]


def _cursor(position: str) -> str:
    return base64.urlsafe_b64encode(position.encode()).decode().rstrip("=")
