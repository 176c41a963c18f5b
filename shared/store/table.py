"""The one table: reading and writing items by key, with conditions. Expressions are DynamoDB's own."""

import os
from collections.abc import Iterator, Sequence
from typing import Any, Literal, NamedTuple

from shared.domain.errors import Invalid
from shared.settings import settings
from shared.store import dynamodb
from shared.store.dynamodb import ConditionFailed, Item, Unavailable, decode_item, encode, encode_item
from shared.store.keys import INDEX_KEYS, Key
from shared.store.patience import Trying

dynamodb.connect()

Index = Literal["by_list", "by_station"]


class Page(NamedTuple):
    """Part of a query: items in order and, if there are more, the key to go on after."""

    items: list[Item]
    last: Item | None


def get(key: Key, *, consistent: bool = True) -> Item | None:
    """One item, or None. A consistent read costs one unit per 4 KB, an eventually consistent one half."""
    answer = dynamodb.call(
        "GetItem", {"TableName": settings().table_name, "Key": encode_item(key._asdict()), "ConsistentRead": consistent}
    )
    return decode_item(answer["Item"]) if "Item" in answer else None


def get_many(keys: Sequence[Key]) -> dict[Key, Item]:
    """The items of these keys that exist, in requests of 100; eventually consistent. Raises Unavailable if the table
    keeps leaving some unread."""
    found: dict[Key, Item] = {}
    name = settings().table_name
    waiting = [encode_item(key._asdict()) for key in dict.fromkeys(keys)]
    trying = Trying()
    while waiting:
        now, waiting = waiting[:100], waiting[100:]
        answer = dynamodb.call("BatchGetItem", {"RequestItems": {name: {"Keys": now}}})
        for attributes in answer["Responses"].get(name, ()):
            item = decode_item(attributes)
            found[Key(item["pk"], item["sk"])] = item
        left = answer.get("UnprocessedKeys", {}).get(name, {}).get("Keys", [])
        trying = _after_batch(trying, now, left)
        waiting += left
    return found


def put(
    item: Item,
    *,
    condition: str = "",
    values: Item | None = None,
    names: dict[str, str] | None = None,
    returns: Literal["NONE", "ALL_OLD"] = "NONE",
) -> Item:
    """Write a whole item; returns what stood there if `returns` asks for it. Raises ConditionFailed with the item."""
    answer = dynamodb.call(
        "PutItem",
        {
            "TableName": settings().table_name,
            "Item": encode_item(item),
            **({"ReturnValues": returns} if returns != "NONE" else {}),
            **({"ExpressionAttributeNames": names} if names else {}),
            **_condition(condition, values),
        },
    )
    return decode_item(answer.get("Attributes") or {})


def put_many(items: list[Item]) -> None:
    """Write items without a condition, in requests of 25. Of those with the same key the last one is written. Raises
    Unavailable if the table keeps leaving some unwritten; others may be written then."""
    name = settings().table_name
    latest = {(item["pk"], item["sk"]): item for item in items}
    waiting = [{"PutRequest": {"Item": encode_item(item)}} for item in latest.values()]
    trying = Trying()
    while waiting:
        now, waiting = waiting[:25], waiting[25:]
        answer = dynamodb.call("BatchWriteItem", {"RequestItems": {name: now}})
        left = answer.get("UnprocessedItems", {}).get(name, [])
        trying = _after_batch(trying, now, left)
        waiting += left


def _after_batch(trying: Trying, asked: list[Item], left: list[Item]) -> Trying:
    """Wait before what a batch has left is asked for again; a batch of which something was done counts as good."""
    if not left:
        return trying
    if len(left) < len(asked):
        trying = Trying()
    if not trying.again():
        raise Unavailable("ThrottlingException", f"{len(left)} items of a batch were left again and again")
    return trying


def update(
    key: Key,
    expression: str,
    values: Item | None = None,
    *,
    condition: str = "",
    names: dict[str, str] | None = None,
    returns: Literal["NONE", "ALL_OLD", "ALL_NEW", "UPDATED_OLD", "UPDATED_NEW"] = "NONE",
) -> Item:
    """Change an item (or make it); returns what `returns` asks for. Raises ConditionFailed with the item."""
    answer = dynamodb.call(
        "UpdateItem",
        {
            "TableName": settings().table_name,
            "Key": encode_item(key._asdict()),
            "UpdateExpression": expression,
            **({"ReturnValues": returns} if returns != "NONE" else {}),
            **({"ExpressionAttributeNames": names} if names else {}),
            **_condition(condition, values),
        },
    )
    return decode_item(answer.get("Attributes") or {})


def revise(item: Item, *, revision: int | None = None) -> Item:
    """Write an item that counts its `revision`s: its attributes, those that are None removed, under the next number,
    1 for a new one. Returns it as it stands then.

    With `revision` only over that one: raises ConditionFailed with the item if there is another or none.
    """
    key = Key(item["pk"], item["sk"])
    fields = {name: value for name, value in item.items() if name not in Key._fields}
    given = {name: value for name, value in fields.items() if value is not None}
    removed = [f"#{name}" for name in fields if name not in given]
    sets = ", ".join(f"#{name} = :{name}" for name in given)
    try:
        return update(
            key,
            f"SET {sets} {'REMOVE ' + ', '.join(removed) if removed else ''} ADD revision :one",
            {":one": 1, **{f":{name}": value for name, value in given.items()}}
            | ({":was": revision} if revision is not None else {}),
            condition="revision = :was" if revision is not None else "",
            names={f"#{name}": name for name in fields},
            returns="ALL_NEW",
        )
    except ConditionFailed as failed:
        # A write whose answer was lost was tried again and met itself.
        if revision is not None and failed.item == {**key._asdict(), **given, "revision": revision + 1}:
            return failed.item
        raise


class Put(NamedTuple):
    """A write of a whole item as a part of a transaction."""

    item: Item
    condition: str = ""
    values: Item | None = None


class Update(NamedTuple):
    """A change of an item as a part of a transaction."""

    key: Key
    expression: str
    values: Item
    condition: str = ""
    names: dict[str, str] | None = None


def transact(*parts: Put | Update) -> None:
    """Make all these writes or none. Raises ConditionFailed with the item of the first part whose condition fails; a
    conflict with another transaction is tried again, and one whose answer was lost does not meet itself: DynamoDB knows
    it by its token for ten minutes. Each part costs two write units per KB."""
    name = settings().table_name
    entries: list[dict[str, Any]] = []
    for part in parts:
        if isinstance(part, Put):
            write = {"TableName": name, "Item": encode_item(part.item), **_condition(part.condition, part.values)}
            entries.append({"Put": write})
            continue
        write = {
            "TableName": name,
            "Key": encode_item(part.key._asdict()),
            "UpdateExpression": part.expression,
            **({"ExpressionAttributeNames": part.names} if part.names else {}),
            **_condition(part.condition, part.values),
        }
        entries.append({"Update": write})
    dynamodb.call("TransactWriteItems", {"TransactItems": entries, "ClientRequestToken": os.urandom(16).hex()})


def delete(key: Key, *, condition: str = "", values: Item | None = None) -> Item:
    """Remove an item; returns it, empty if there was none. Raises ConditionFailed with the item."""
    answer = dynamodb.call(
        "DeleteItem",
        {
            "TableName": settings().table_name,
            "Key": encode_item(key._asdict()),
            "ReturnValues": "ALL_OLD",
            **_condition(condition, values),
        },
    )
    return decode_item(answer.get("Attributes") or {})


def remove(key: Key, *, revision: int | None = None) -> Item:
    """Remove an item that counts its revisions; returns it, empty if there was none.

    With `revision` only that one: raises ConditionFailed with the item if there is another or none.
    """
    if revision is None:
        return delete(key)
    return delete(key, condition="revision = :was", values={":was": revision})


def query(
    partition: str,
    *,
    prefix: str = "",
    between: tuple[str, str] | None = None,
    before: str = "",
    index: Index | None = None,
    newest_first: bool = False,
    limit: int | None = None,
    after: Item | None = None,
    consistent: bool = False,
) -> Page:
    """Items of one partition in the order of their sort key: all, with a prefix, in a range, or below `before`.

    `limit` bounds what is read; `after` is the `last` of the page before. An index gives keys only. Raises Invalid
    for an `after` where nothing can stand.
    """
    _, sort_key = INDEX_KEYS[index]
    if after and not (all(after.values()) and str(after[sort_key]).startswith(prefix)):
        raise no_position()
    answer = dynamodb.call(
        "Query",
        {
            **_selected(partition, index, prefix=prefix, between=between, before=before),
            "ScanIndexForward": not newest_first,
            **({} if index else {"ConsistentRead": consistent}),
            **({"Limit": limit} if limit else {}),
            **({"ExclusiveStartKey": encode_item(after)} if after else {}),
        },
    )
    last = answer.get("LastEvaluatedKey")
    return Page([decode_item(item) for item in answer["Items"]], decode_item(last) if last else None)


def count(partition: str, index: Index, *, prefix: str = "", since: str = "") -> int:
    """How many items an index has in a partition: of all, those with a prefix, or those from a sort key on. Costs half
    a unit for each 4 KB of their keys."""
    between = (since, "\U0010ffff") if since else None
    request = {**_selected(partition, index, prefix=prefix, between=between), "Select": "COUNT"}
    counted, after = 0, None
    while True:
        answer = dynamodb.call("Query", {**request, **({"ExclusiveStartKey": after} if after else {})})
        counted, after = counted + answer["Count"], answer.get("LastEvaluatedKey")
        if not after:
            return int(counted)


def _selected(
    partition: str, index: Index | None, *, prefix: str, between: tuple[str, str] | None, before: str = ""
) -> Item:
    """The part of a Query that says which items it is of."""
    partition_key, sort_key = INDEX_KEYS[index]
    expression, values = f"{partition_key} = :pk", {":pk": encode(partition)}
    if prefix:
        expression += f" AND begins_with({sort_key}, :from)"
        values[":from"] = encode(prefix)
    elif between:
        expression += f" AND {sort_key} BETWEEN :from AND :to"
        values |= {":from": encode(between[0]), ":to": encode(between[1])}
    elif before:
        expression += f" AND {sort_key} < :to"
        values[":to"] = encode(before)
    return {
        "TableName": settings().table_name,
        **({"IndexName": index} if index else {}),
        "KeyConditionExpression": expression,
        "ExpressionAttributeValues": values,
    }


def every(partition: str, *, index: Index | None = None, between: tuple[str, str] | None = None) -> Iterator[Item]:
    """All items of a partition, or those in a range, in the order of their sort keys; read in as many parts as it
    takes."""
    after = None
    while True:
        found = query(partition, index=index, between=between, after=after)
        yield from found.items
        if (after := found.last) is None:
            return


def no_position() -> Invalid:
    """What to raise for a position that no page of the list can have given: it came as the request's cursor."""
    return Invalid("is no cursor that a list gave", place="query", path="cursor")


def page(
    partition: str,
    limit: int,
    *,
    prefix: str = "",
    index: Index | None = None,
    newest_first: bool = False,
    after: Item | None = None,
) -> Page:
    """A page of a partition, or of what has a prefix there. It is the last one if, and only if, `last` is None: one
    item more than asked for tells."""
    found = query(partition, prefix=prefix, index=index, newest_first=newest_first, limit=limit + 1, after=after)
    if len(found.items) <= limit:
        return found
    kept = found.items[:limit]
    return Page(kept, {name: kept[-1][name] for name in {*INDEX_KEYS[None], *INDEX_KEYS[index]}})


def _condition(condition: str, values: Item | None) -> dict[str, Any]:
    return {
        **({"ExpressionAttributeValues": encode_item(values)} if values else {}),
        **({"ConditionExpression": condition, "ReturnValuesOnConditionCheckFailure": "ALL_OLD"} if condition else {}),
    }
