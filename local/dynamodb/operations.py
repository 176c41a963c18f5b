"""The operations on items that DynamoDB offers: a request in, a response out, one at a time."""

import json
import threading
import time
from collections.abc import Callable, Mapping
from functools import partial
from typing import Any, NamedTuple

from local import capacity
from local.capacity import Charge, Units, read_units, refused_units, write_units
from local.dynamodb import reads, writes
from local.dynamodb.errors import DynamoError, invalid
from local.dynamodb.requests import Response, choice, item_of, limited, required
from local.dynamodb.storage import Row, Store
from local.dynamodb.writes import Refused, Write

_TRANSACTION_LIMIT = 100
_BATCH_WRITE_LIMIT = 25
_BATCH_GET_LIMIT = 100
_TOKEN_LIFE_S = 600.0
_NO_UNITS = Units()


class _Answer(NamedTuple):
    """A response, and how to work out what each table that the operation touched is charged for it."""

    response: Response
    charges: Callable[[], list[Charge]]
    several_tables: bool = False


class Operations:
    """The data plane of one account and region. Every operation holds the lock, so each is atomic as in AWS."""

    def __init__(self, find_store: Callable[[str], Store]) -> None:
        self.find_store = find_store
        self.lock = threading.RLock()
        self._tokens: dict[str, tuple[float, str]] = {}
        self._operations: dict[str, Callable[[dict[str, Any]], _Answer]] = {
            "GetItem": self._get_item,
            "PutItem": lambda request: self._write("PutItem", writes.put, request),
            "UpdateItem": lambda request: self._write("UpdateItem", writes.update, request),
            "DeleteItem": lambda request: self._write("DeleteItem", writes.delete, request),
            "Query": lambda request: self._page("Query", reads.query, request),
            "Scan": lambda request: self._page("Scan", reads.scan, request),
            "BatchGetItem": self._batch_get,
            "BatchWriteItem": self._batch_write,
            "TransactGetItems": self._transact_get,
            "TransactWriteItems": self._transact_write,
        }

    def __contains__(self, operation: str) -> bool:
        return operation in self._operations

    def answer(self, operation: str, body: bytes) -> tuple[int, bytes]:
        """Answer one request of the DynamoDB JSON protocol with HTTP status and response body."""
        try:
            outcome = self._outcome_of(operation, json.loads(body))
        except DynamoError as error:
            return 400, error.body
        return (400, outcome.body) if isinstance(outcome, DynamoError) else (200, json.dumps(outcome).encode())

    def run(self, operation: str, request: dict[str, Any]) -> Response:
        """The response of an operation; a `DynamoError` is what the service answers instead."""
        outcome = self._outcome_of(operation, request)
        if isinstance(outcome, DynamoError):
            raise outcome
        return outcome

    def _outcome_of(self, operation: str, request: dict[str, Any]) -> Response | DynamoError:
        """The response, or why a condition refused it.

        That is nothing unusual, and an error that is raised a second time would be tied to itself, with all that the
        request and the items hold, until the garbage collector comes by.
        """
        report = choice(request, "ReturnConsumedCapacity", "NONE", "TOTAL", "INDEXES")
        with self.lock:
            try:
                answer = self._operations[operation](request)
            except Refused as refused:
                self._record(partial(_refusal, operation, refused))
                return refused.error
            charges = self._record(answer.charges, wanted=report != "NONE")
            if report == "NONE":
                return answer.response
            consumed = [_consumed(charge, report) for charge in charges]
            return {**answer.response, "ConsumedCapacity": consumed if answer.several_tables else consumed[0]}

    @staticmethod
    def _record(charges: Callable[[], list[Charge]], *, wanted: bool = False) -> list[Charge]:
        """Work the charges out if anybody wants them, which costs about as much as the operation itself."""
        recording = capacity.is_recording()
        worked_out = charges() if recording or wanted else []
        if recording:
            for charge in worked_out:
                capacity.record(charge)
        return worked_out

    # ------------------------------------------------------------------ one item

    def _get_item(self, request: dict[str, Any]) -> _Answer:
        store = self.find_store(required(request, "TableName"))
        item, size = reads.get_item(store, request)
        units = Units(read_units(size, consistent=bool(request.get("ConsistentRead"))))
        return _Answer({} if item is None else {"Item": item}, lambda: [_charge("GetItem", store, read=units)])

    def _write(self, operation: str, work_out: Callable[[Store, dict[str, Any]], Write], request: Any) -> _Answer:
        write = work_out(self.find_store(required(request, "TableName")), request)
        write.apply()
        response = {} if write.returned is None else {"Attributes": write.returned}
        return _Answer(response, lambda: [_charge(operation, write.store, write=_units(write))])

    def _page(self, operation: str, read: Callable[[Store, Any], tuple[Response, int]], request: Any) -> _Answer:
        store = self.find_store(required(request, "TableName"))
        response, size = read(store, request)
        units = read_units(size, consistent=bool(request.get("ConsistentRead")))
        index = request.get("IndexName")
        charged = Units(units) if index is None else Units(0.0, {index: units})
        return _Answer(response, lambda: [_charge(operation, store, read=charged)])

    # ------------------------------------------------------------------ batches

    def _batch_get(self, request: dict[str, Any]) -> _Answer:
        tables = required(request, "RequestItems")
        limited(
            [key for wanted in tables.values() for key in required(wanted, "Keys")], _BATCH_GET_LIMIT, "requestItems"
        )
        responses: dict[str, Any] = {}
        charges = []
        for name, wanted in tables.items():
            store = self.find_store(name)
            if len({json.dumps(item_of(key), sort_keys=True) for key in wanted["Keys"]}) != len(wanted["Keys"]):
                raise invalid("Provided list of item keys contains duplicates")
            found = [reads.get_item(store, {**wanted, "Key": key}) for key in wanted["Keys"]]
            responses[name] = [item for item, _ in found if item is not None]
            consistent = bool(wanted.get("ConsistentRead"))
            units = sum(read_units(size, consistent=consistent) for _, size in found)
            charges.append(_charge("BatchGetItem", store, read=Units(units)))
        return _Answer({"Responses": responses, "UnprocessedKeys": {}}, lambda: charges, several_tables=True)

    def _batch_write(self, request: dict[str, Any]) -> _Answer:
        tables = required(request, "RequestItems")
        limited([entry for entries in tables.values() for entry in entries], _BATCH_WRITE_LIMIT, "requestItems")
        planned = []
        for name, entries in tables.items():
            store = self.find_store(name)
            for entry in entries:
                put = entry.get("PutRequest")
                planned.append(
                    writes.put(store, put) if put else writes.delete(store, required(entry, "DeleteRequest"))
                )
        _refuse_same_item(planned, "Provided list of item keys contains duplicates")
        for write in planned:
            write.apply()

        def charges() -> list[Charge]:
            return _by_table([_charge("BatchWriteItem", write.store, write=_units(write)) for write in planned])

        return _Answer({"UnprocessedItems": {}}, charges, several_tables=True)

    # ------------------------------------------------------------------ transactions

    def _transact_get(self, request: dict[str, Any]) -> _Answer:
        responses, charges = [], []
        for entry in limited(required(request, "TransactItems"), _TRANSACTION_LIMIT, "transactItems"):
            get = required(entry, "Get")
            store = self.find_store(required(get, "TableName"))
            item, size = reads.get_item(store, get)
            responses.append({} if item is None else {"Item": item})
            charges.append(_charge("TransactGetItems", store, read=Units(read_units(size, transactional=True))))
        return _Answer({"Responses": responses}, lambda: _by_table(charges), several_tables=True)

    def _transact_write(self, request: dict[str, Any]) -> _Answer:
        entries = limited(required(request, "TransactItems"), _TRANSACTION_LIMIT, "transactItems")
        if self._seen(request):
            return _Answer({}, list, several_tables=True)
        outcomes = [self._outcome(entry) for entry in entries]
        planned = [outcome for outcome in outcomes if isinstance(outcome, Write)]
        _refuse_same_item(planned, "Transaction request cannot include multiple operations on one item")

        def charges() -> list[Charge]:
            return _by_table([_transaction_charge(outcome) for outcome in outcomes])

        if len(planned) < len(outcomes):
            self._record(charges)
            raise _cancelled(outcomes)
        for write in planned:
            write.apply()
        self._remember(request)
        return _Answer({}, charges, several_tables=True)

    def _outcome(self, entry: Mapping[str, Any]) -> Write | Refused:
        verb, body = next(iter(entry.items())) if len(entry) == 1 else ("", {})
        if verb not in _VERBS:
            raise invalid("TransactItems can only contain one of Check, Put, Update or Delete")
        try:
            return _VERBS[verb](self.find_store(required(body, "TableName")), body)
        except Refused as refused:
            return refused

    def _seen(self, request: dict[str, Any]) -> bool:
        """Whether this very transaction ran within the last ten minutes under its ClientRequestToken."""
        now = time.monotonic()
        self._tokens = {token: known for token, known in self._tokens.items() if known[0] > now}
        known = self._tokens.get(request.get("ClientRequestToken", ""))
        if known is None:
            return False
        if known[1] != _fingerprint(request):
            raise DynamoError(
                "IdempotentParameterMismatchException",
                "Request parameters do not match the original request of this ClientRequestToken",
            )
        return True

    def _remember(self, request: dict[str, Any]) -> None:
        if token := request.get("ClientRequestToken"):
            self._tokens[token] = (time.monotonic() + _TOKEN_LIFE_S, _fingerprint(request))


_VERBS: dict[str, Callable[[Store, dict[str, Any]], Write]] = {
    "Put": writes.put,
    "Update": writes.update,
    "Delete": writes.delete,
    "ConditionCheck": writes.check,
}


def _cancelled(outcomes: list[Write | Refused]) -> DynamoError:
    reasons: list[dict[str, Any]] = [
        {"Code": "None"}
        if isinstance(outcome, Write)
        else {"Code": "ConditionalCheckFailed", "Message": outcome.error.message, **outcome.error.details}
        for outcome in outcomes
    ]
    codes = ", ".join(reason["Code"] for reason in reasons)
    return DynamoError(
        "TransactionCanceledException",
        f"Transaction cancelled, please refer cancellation reasons for specific reasons [{codes}]",
        CancellationReasons=reasons,
    )


def _fingerprint(request: dict[str, Any]) -> str:
    return json.dumps(request["TransactItems"], sort_keys=True)


def _refuse_same_item(planned: list[Write], message: str) -> None:
    touched = set()
    for write in planned:
        row = write.old or write.new
        if row is None:
            continue
        place = (write.store.name, write.store.table.place(row.item))
        if place in touched:
            raise invalid(message)
        touched.add(place)


# ---------------------------------------------------------------------- charges


def _item(row: Row | None) -> dict[str, Any] | None:
    return row.item if row else None


def _units(write: Write, *, transactional: bool = False) -> Units:
    size_bytes = max(row.size_bytes if row else 0 for row in (write.old, write.new))
    old, new = _item(write.old), _item(write.new)
    return write_units(old, new, write.store.shapes, transactional=transactional, size_bytes=size_bytes)


def _refusal(operation: str, refused: Refused) -> list[Charge]:
    return [_charge(operation, refused.store, write=refused_units(_item(refused.found)))]


def _transaction_charge(outcome: Write | Refused) -> Charge:
    if isinstance(outcome, Refused):
        units = refused_units(_item(outcome.found), transactional=True)
        return _charge("TransactWriteItems", outcome.store, write=units)
    return _charge("TransactWriteItems", outcome.store, write=_units(outcome, transactional=True))


def _charge(operation: str, store: Store, *, read: Units = _NO_UNITS, write: Units = _NO_UNITS) -> Charge:
    return Charge(operation, store.name, read, write)


def _by_table(charges: list[Charge]) -> list[Charge]:
    """One charge per table, as the operations on several items report it."""
    merged: dict[str, Charge] = {}
    for charge in charges:
        known = merged.get(charge.table)
        merged[charge.table] = (
            charge
            if known is None
            else Charge(charge.operation, charge.table, _sum(known.read, charge.read), _sum(known.write, charge.write))
        )
    return list(merged.values())


def _sum(one: Units, other: Units) -> Units:
    names = {**one.indexes, **other.indexes}
    return Units(
        one.table + other.table, {name: one.indexes.get(name, 0) + other.indexes.get(name, 0) for name in names}
    )


def _consumed(charge: Charge, report: str) -> dict[str, Any]:
    """The ConsumedCapacity member of a response."""
    units = _sum(charge.read, charge.write)
    consumed: dict[str, Any] = {"TableName": charge.table, "CapacityUnits": units.total}
    if report == "INDEXES":
        consumed["Table"] = {"CapacityUnits": units.table}
        if units.indexes:
            consumed["GlobalSecondaryIndexes"] = {
                name: {"CapacityUnits": value} for name, value in units.indexes.items()
            }
    return consumed
