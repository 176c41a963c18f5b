"""What is noted of AWS calls: what IAM would be asked, and by whom."""

import json
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from local import accesses
from local.accesses import Access, of_items, read

TOKEN, STATION = {"pk": {"S": "TOKEN#1"}, "sk": {"S": "TOKEN"}}, {"pk": {"S": "STATION#1"}, "sk": {"S": "STATION"}}


@pytest.mark.parametrize(
    ("operation", "parameters", "asked"),
    [
        ("GetItem", {"Key": TOKEN}, [("GetItem", "", ("TOKEN",))]),
        ("PutItem", {"Item": TOKEN}, [("PutItem", "", ("TOKEN",))]),
        (
            "Query",
            {"ExpressionAttributeValues": {":pk": {"S": "TOKEN#all"}}, "IndexName": "by_list"},
            [("Query", "by_list", ("TOKEN",))],
        ),
        (
            "BatchGetItem",
            {"RequestItems": {"idlewatt": {"Keys": [TOKEN, STATION, TOKEN]}}},
            [("BatchGetItem", "", ("STATION", "TOKEN"))],
        ),
        (
            "BatchWriteItem",
            {"RequestItems": {"idlewatt": [{"PutRequest": {"Item": TOKEN}}, {"DeleteRequest": {"Key": STATION}}]}},
            [("BatchWriteItem", "", ("STATION", "TOKEN"))],
        ),
        (
            "TransactWriteItems",
            {"TransactItems": [{"Put": {"Item": TOKEN}}, {"Update": {"Key": STATION}}, {"Delete": {"Key": TOKEN}}]},
            [("PutItem", "", ("TOKEN",)), ("UpdateItem", "", ("STATION",)), ("DeleteItem", "", ("TOKEN",))],
        ),
        ("DescribeTable", {"TableName": "idlewatt"}, [("DescribeTable", "", ())]),
    ],
)
def test_an_operation_is_what_iam_looks_at(operation: str, parameters: dict[str, Any], asked: list[Any]) -> None:
    assert list(of_items(operation, parameters)) == asked


def asking() -> str | None:
    """What is noted for a call that is made here."""
    return accesses.asking()


def function(name: str, code: str) -> ModuleType:
    """A module of functions/ with this code."""
    made = ModuleType(f"functions.{name}")
    exec(code, made.__dict__)
    return made


def test_the_outermost_function_asks() -> None:
    inner = function("actions.inner", "def handler(ask): return ask()")
    outer = function("connection.outer", "def handler(ask, inner): return inner(ask)")
    assert inner.handler(asking) == "actions.inner"
    assert outer.handler(asking, inner.handler) == "connection.outer"
    assert asking() is None


def test_what_this_machine_does_for_a_function_is_not_asked_by_it() -> None:
    sender = function("stream.sender", "def handler(deliver): return deliver()")
    machine = ModuleType("local.events")
    exec("def deliver(ask): return ask()", machine.__dict__)
    assert sender.handler(lambda: machine.deliver(asking)) is None


def test_a_function_asks_in_its_threads_too(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ThreadPoolExecutor, "submit", accesses._for_whoever_asks(ThreadPoolExecutor.submit))
    with ThreadPoolExecutor(1) as pool:
        asker = function("actions.asker", "def handler(pool, ask): return list(pool.map(lambda _: ask(), range(2)))")
        assert asker.handler(pool, asking) == ["actions.asker"] * 2
        assert pool.submit(asking).result() is None


def test_all_that_processes_have_written_is_read(tmp_path: Path) -> None:
    first, second = (
        Access("a", "s3:GetObject", "{FILES_BUCKET}/uploads/*"),
        Access("b", "dynamodb:Query", "x", ("TOKEN",)),
    )
    for number, one in enumerate((first, second)):
        (tmp_path / f"{number}.json").write_text(json.dumps([one]), "utf-8")
    assert read(tmp_path) == {first, second}
