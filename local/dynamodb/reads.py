"""GetItem, Query, Scan and their batch and transaction forms, answered from a store."""

from collections.abc import Iterator
from typing import Any

from local.capacity import item_size
from local.dynamodb.conditions import Scope
from local.dynamodb.errors import invalid
from local.dynamodb.requests import Expressions, Response, choice, item_of, required
from local.dynamodb.storage import KeySchema, Order, RangeCondition, Row, Store
from local.dynamodb.syntax import Between, Call, Comparison, Condition, Junction, Operand, Path, Value
from local.dynamodb.values import Item, Sortable, sortable

PAGE_BYTES = 1024 * 1024
_SELECT = ("ALL_ATTRIBUTES", "ALL_PROJECTED_ATTRIBUTES", "SPECIFIC_ATTRIBUTES", "COUNT")


def get_item(store: Store, request: dict[str, Any]) -> tuple[Item | None, int]:
    """The item with a key as far as the request wants it, and the bytes that reading it takes."""
    expressions = Expressions(request)
    row = store.find(item_of(required(request, "Key")))
    return (expressions.projected(row.item), row.size_bytes) if row else (None, 0)


def query(store: Store, request: dict[str, Any]) -> tuple[Response, int]:
    """A page of one partition of the table or of an index, and the bytes that were read for it."""
    expressions = Expressions(request)
    order = _order(store, request, expressions)
    if expressions.key_condition is None:
        raise invalid("Either the KeyConditions or KeyConditionExpression parameter must be specified in the request.")
    hash_key, condition = _key_condition(expressions.key_condition, expressions.scope, order.schema, store)
    start = _start(order, request)
    if start is not None and start[0] != hash_key:
        raise invalid("The provided starting key is outside query boundaries based on provided conditions")
    rows = order.query(
        hash_key, condition, start[1] if start else None, forward=bool(request.get("ScanIndexForward", True))
    )
    return _page(rows, order, request, expressions)


def scan(store: Store, request: dict[str, Any]) -> tuple[Response, int]:
    """A page of the whole table or of a whole index, and the bytes that were read for it."""
    expressions = Expressions(request)
    order = _order(store, request, expressions)
    segments, segment = request.get("TotalSegments", 1), request.get("Segment", 0)
    if ("Segment" in request) != ("TotalSegments" in request) or segment >= segments:
        raise invalid("The Segment parameter is zero-based and must be less than parameter TotalSegments")
    rows = order.scan(_start(order, request))
    if segments > 1:
        rows = (row for row in rows if hash(sortable(row.item[store.schema.hash])) % segments == segment)
    return _page(rows, order, request, expressions)


def _order(store: Store, request: dict[str, Any], expressions: Expressions) -> Order:
    index_name = request.get("IndexName")
    if index_name is None:
        order = store.table
    elif index_name in store.indexes:
        order = store.indexes[index_name]
    else:
        raise invalid(f"The table does not have the specified index: {index_name}")
    if order.shape is not None and request.get("ConsistentRead"):
        raise invalid("Consistent reads are not supported on global secondary indexes")
    select = choice(request, "Select", *_SELECT) if "Select" in request else None
    partial = order.shape is not None and order.shape.projected_attributes is not None
    if select == "ALL_ATTRIBUTES" and partial:
        raise invalid(
            "One or more parameter values were invalid: Select type ALL_ATTRIBUTES is not supported for global "
            f"secondary index {index_name} because its projection type is not ALL"
        )
    if expressions.paths is not None and select not in (None, "SPECIFIC_ATTRIBUTES"):
        raise invalid("Cannot specify the ProjectionExpression when choosing to get " + str(select))
    if order.shape is not None and order.shape.projected_attributes is not None:
        for parts in expressions.paths or ():
            if parts[0] not in order.shape.projected_attributes:
                raise invalid(
                    f"One or more parameter values were invalid: Global secondary index {index_name} does not project "
                    f"[{parts[0]}]"
                )
    return order


def _page(rows: Iterator[Row], order: Order, request: dict[str, Any], expressions: Expressions) -> tuple[Response, int]:
    limit = request.get("Limit")
    if limit is not None and limit < 1:
        raise invalid(
            f"1 validation error detected: Value '{limit}' at 'limit' failed to satisfy constraint: Member must have "
            "value greater than or equal to 1"
        )
    found: list[Item] = []
    size, scanned, last = 0, 0, None
    for row in rows:
        item = row.item
        entry, entry_size = _entry(order, item, row.size_bytes)
        if scanned and size + entry_size > PAGE_BYTES:
            break
        scanned, size, last = scanned + 1, size + entry_size, item
        if expressions.passes(entry):
            found.append(expressions.projected(entry))
        # As in AWS, a page that reaches its limit tells where it ended, whether or not anything follows.
        if scanned == limit:
            break
    else:
        last = None
    response: Response = {"Count": len(found), "ScannedCount": scanned}
    if request.get("Select") != "COUNT":
        response["Items"] = found
    if last is not None:
        response["LastEvaluatedKey"] = {name: last[name] for name in order.key_attributes}
    return response, size


def _entry(order: Order, item: Item, size_bytes: int) -> tuple[Item, int]:
    if order.shape is None or order.shape.projected_attributes is None:
        return item, size_bytes
    entry = {name: value for name, value in item.items() if name in order.shape.projected_attributes}
    return entry, item_size(entry)


def _start(order: Order, request: dict[str, Any]) -> tuple[Sortable, tuple[Sortable, ...]] | None:
    if request.get("ExclusiveStartKey") is None:
        return None
    key = item_of(request["ExclusiveStartKey"])
    place = order.place(key) if key.keys() == set(order.key_attributes) else None
    if place is None:
        raise invalid("The provided starting key is invalid")
    return place


# ---------------------------------------------------------------------- key conditions


def _key_condition(
    condition: Condition, scope: Scope, schema: KeySchema, store: Store
) -> tuple[Sortable, RangeCondition | None]:
    """The partition and the range of positions that a KeyConditionExpression names."""
    parts = condition.conditions if isinstance(condition, Junction) and condition.every else (condition,)
    hash_key: Sortable | None = None
    range_condition: RangeCondition | None = None
    for part in parts:
        name, operator, bounds = _key_test(part, scope, store)
        if name == schema.hash and operator == "=" and hash_key is None:
            hash_key = bounds[0]
        elif name == schema.range and range_condition is None:
            range_condition = RangeCondition(operator, bounds)
        elif name not in schema.attributes:
            raise invalid(f"Query condition missed key schema element: {schema.hash if hash_key is None else name}")
        else:
            raise invalid("Query key condition not supported")
    if hash_key is None:
        raise invalid(f"Query condition missed key schema element: {schema.hash}")
    return hash_key, range_condition


def _key_test(condition: Condition, scope: Scope, store: Store) -> tuple[str, str, tuple[Sortable, ...]]:
    match condition:
        case Comparison(operator, Path() as path, Value() as value) if operator != "<>":
            operands: tuple[Operand, ...] = (value,)
        case Between(Path() as path, Value() as low, Value() as high):
            operator, operands = "BETWEEN", (low, high)
        case Call("begins_with", (Path() as path, Value() as value)):
            operator, operands = "begins_with", (value,)
        case _:
            raise invalid("Invalid KeyConditionExpression: Invalid operator used in KeyConditionExpression")
    name = str(scope.parts(path)[0])
    values = [scope.values[operand.name] for operand in operands if isinstance(operand, Value)]
    if any(store.types.get(name, next(iter(value))) not in value for value in values):
        raise invalid("One or more parameter values were invalid: Condition parameter type does not match schema type")
    return name, operator, tuple(sortable(value) for value in values)
