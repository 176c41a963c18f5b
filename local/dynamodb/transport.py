"""The ways into the local tables: in-process for our functions, moto's front door for everybody else.

moto would answer what concerns items by scanning the table, without atomicity and at milliseconds per call. Whichever
way such a request takes, it is answered here and looks the same.
"""

import uuid
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager

import moto.dynamodb.models as moto_models
from moto.core.common_types import TYPE_RESPONSE
from moto.dynamodb.exceptions import ResourceNotFoundException
from moto.dynamodb.models import dynamodb_backends
from moto.dynamodb.responses import DynamoHandler

from local.dynamodb.errors import DynamoError, invalid
from local.dynamodb.operations import Operations
from local.dynamodb.storage import Store
from local.dynamodb.tables import Table
from local.identity import ACCOUNT_ID, REGION
from local.patching import replaced

_FROM_MOTOS_STORAGE = frozenset(
    {
        "BatchExecuteStatement",
        "CreateBackup",
        "ExecuteStatement",
        "ExecuteTransaction",
        "ExportTableToPointInTime",
        "ImportTable",
        "RestoreTableFromBackup",
        "RestoreTableToPointInTime",
    }
)
"""What moto would answer from its own storage of items, which stays empty here."""


def table(name: str, region: str = REGION) -> Table:
    """A table by its name or ARN."""
    try:
        found = dynamodb_backends[ACCOUNT_ID][region].get_table(name)
    except ResourceNotFoundException:
        raise DynamoError("ResourceNotFoundException", "Requested resource not found") from None
    if not isinstance(found, Table):
        raise TypeError(f"table {name} was created before the local tables were installed")
    return found


def tables(region: str = REGION) -> list[Table]:
    """Every table of the region."""
    return [found for found in dynamodb_backends[ACCOUNT_ID][region].tables.values() if isinstance(found, Table)]


def _operations_in(region: str) -> Operations:
    def find_store(name: str) -> Store:
        return table(name, region).store

    return Operations(find_store)


_regions: dict[str, Operations] = {REGION: _operations_in(REGION)}


def operations(region: str = REGION) -> Operations:
    """The operations on items in a region."""
    return _regions.setdefault(region, _operations_in(region))


def in_process_transport(operation: str, body: bytes) -> tuple[int, bytes]:
    """Answer one request of the DynamoDB JSON protocol: `("PutItem", body)` to HTTP status and response body."""
    return operations().answer(operation, body)


_motos_call_action = DynamoHandler.call_action


def _call_action(handler: DynamoHandler) -> TYPE_RESPONSE:
    """moto's front door: requests that concern items turn off here."""
    operation = handler.get_endpoint_name(handler.headers) or ""
    here = operations(handler.region)
    if operation in here:
        status, body = here.answer(operation, handler.raw_body)
        # State machines name the request in what they say of a refusal.
        request_id = {"x-amzn-requestid": str(uuid.uuid4())}
        return status, {**handler.response_headers, **request_id, "status": str(status)}, body.decode()
    if operation in _FROM_MOTOS_STORAGE:
        return 400, {"status": "400"}, invalid(f"{operation} is not available on this machine").body.decode()
    if operation == "UpdateTable" and "GlobalSecondaryIndexUpdates" in handler.params:
        return 400, {"status": "400"}, invalid("Indexes are changed in the template on this machine").body.decode()
    with here.lock:
        response: TYPE_RESPONSE = _motos_call_action(handler)
        return response


@contextmanager
def installed() -> Iterator[None]:
    """Tables that are created while the block runs are ours."""
    with ExitStack() as places:
        places.enter_context(replaced(moto_models, "Table", Table))
        places.enter_context(replaced(DynamoHandler, "call_action", _call_action))
        yield
