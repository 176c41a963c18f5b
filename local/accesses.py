"""Which AWS calls each function makes, noted while it runs on this machine: what its rights are proved by.

`IDLEWATT_ACCESSES=FOLDER` turns it on. At the end of the process the folder has one more file, with every kind of call
once: who made it, what for and on what. tests/rights.py reads them (docs/adr/0032-rights-proved-both-ways.md).
"""

import atexit
import json
import os
import sys
import threading
import uuid
from collections.abc import Callable, Iterable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from types import FrameType
from typing import Any, NamedTuple

from botocore import client as botocore_client
from botocore import signers

from local.functions import Function, Functions
from local.identity import arn
from shared.naming import snake
from shared.store import dynamodb
from shared.store.keys import entity

FOLDER = "IDLEWATT_ACCESSES"
API_GATEWAY = "apigateway"
"""Who invokes the functions behind routes."""
NAMED = (
    *("BUS_NAME", "CERTIFICATE_AUTHORITY", "CONTRACT_CERTIFICATES", "JOBS_URL", "LOG_GROUP_NAME", "PAYMENT_PROVIDER"),
    *("DEAD_LETTERS_URL", "TABLE_NAME", "TIMERS_URL"),
)
"""Variables of a function's environment that name a resource."""
SOCKET_APIS = ("CONNECTIONS_URL", "LIVE_URL")
"""Those that name a WebSocket API, by the address of its connections."""
PARTS = {"Put": "PutItem", "Update": "UpdateItem", "Delete": "DeleteItem", "ConditionCheck": "ConditionCheckItem"}
"""The parts of a transaction, and what IAM looks at in place of the transaction."""
IAM_ACTIONS = {
    "s3:CompleteMultipartUpload": "s3:PutObject",
    "s3:CreateMultipartUpload": "s3:PutObject",
    "s3:HeadObject": "s3:GetObject",
    "s3:ListParts": "s3:ListMultipartUploadParts",
    "s3:UploadPart": "s3:PutObject",
    "sqs:ChangeMessageVisibilityBatch": "sqs:ChangeMessageVisibility",
    "sqs:DeleteMessageBatch": "sqs:DeleteMessage",
    "sqs:SendMessageBatch": "sqs:SendMessage",
    "lambda:Invoke": "lambda:InvokeFunction",
}
"""Operations whose right has another name."""
FOLDERS = ("aws/lambda", "firmware", "uploads")
"""Of the bucket of files."""
METHODS = {"PostToConnection": "POST", "GetConnection": "GET", "DeleteConnection": "DELETE"}


class Access(NamedTuple):
    """A kind of AWS call that somebody has made."""

    by: str
    """A function, `actions.heartbeat`; a state machine, `machine:UpdateFirmware`; or API_GATEWAY."""
    action: str
    """As IAM names it: `dynamodb:GetItem`."""
    resource: str
    """By the environment variable that names it: `{TABLE_NAME}/index/by_list`, `{FILES_BUCKET}/uploads/*`; `*` for a
    call that names none; `{STACK}Reset` for a function by its name, and its handler where API Gateway calls it."""
    entities: tuple[str, ...] = ()
    """Those of the partition keys of one call, for DynamoDB."""


_noted: set[Access] = set()


def record() -> None:
    """Note calls from now on, if the environment asks for it."""
    folder = os.environ.get(FOLDER)
    if not folder:
        return
    dynamodb.call = _noting_items(dynamodb.call)
    client: Any = botocore_client.BaseClient
    client._make_api_call = _noting_calls(client._make_api_call)
    signers.generate_presigned_url = _noting_links(signers.generate_presigned_url)
    gateway: Any = Functions
    gateway.call = _noting_requests(gateway.call)
    pool: Any = ThreadPoolExecutor
    pool.submit = _for_whoever_asks(pool.submit)
    atexit.register(write, Path(folder))


def write(folder: Path) -> None:
    """Write what is noted so far into a file of its own, and begin anew."""
    if not _noted:
        return
    folder.mkdir(parents=True, exist_ok=True)
    (folder / f"{uuid.uuid4()}.json").write_text(json.dumps(sorted(_noted)), "utf-8")
    _noted.clear()


def read(folder: Path) -> set[Access]:
    """What all processes have written into a folder."""
    rows = [row for file in folder.glob("*.json") for row in json.loads(file.read_text("utf-8"))]
    return {Access(by, action, resource, tuple(entities)) for by, action, resource, entities in rows}


def of_items(operation: str, parameters: Mapping[str, Any]) -> Iterator[tuple[str, str, tuple[str, ...]]]:
    """What IAM judges of an operation of DynamoDB: the action, the index or "", the entities of the partition keys."""
    if operation == "TransactWriteItems":
        for part in parameters["TransactItems"]:
            ((kind, write),) = part.items()
            yield PARTS[kind], "", _entities([write.get("Key") or write["Item"]])
    elif operation == "BatchGetItem":
        yield operation, "", _entities(key for table in parameters["RequestItems"].values() for key in table["Keys"])
    elif operation == "BatchWriteItem":
        writes = [write for table in parameters["RequestItems"].values() for write in table]
        keys = [
            write["PutRequest"]["Item"] if "PutRequest" in write else write["DeleteRequest"]["Key"] for write in writes
        ]
        yield operation, "", _entities(keys)
    elif operation == "Query":
        partition = parameters["ExpressionAttributeValues"][":pk"]["S"]
        yield operation, parameters.get("IndexName", ""), (entity(partition)[0],)
    else:
        key = parameters.get("Key") or parameters.get("Item")
        yield operation, "", _entities([key] if key else [])


def _entities(keys: Iterable[Mapping[str, Any]]) -> tuple[str, ...]:
    return tuple(sorted({entity(key["pk"]["S"])[0] for key in keys}))


# ---------------------------------------------------------------------- where calls are made


def _noting_items(call: Callable[..., Any]) -> Callable[..., Any]:
    """The store's one way to DynamoDB."""

    def noting(operation: str, parameters: dict[str, Any]) -> dict[str, Any]:
        if by := asking():
            for action, index, entities in of_items(operation, parameters):
                table = "{TABLE_NAME}" + (f"/index/{index}" if index else "")
                _noted.add(Access(by, f"dynamodb:{action}", table, entities))
        answer: dict[str, Any] = call(operation, parameters)
        return answer

    return noting


def _noting_calls(call: Callable[..., Any]) -> Callable[..., Any]:
    """The one way of all boto3 clients."""

    def noting(client: Any, operation: str, parameters: dict[str, Any]) -> Any:
        if by := asking() or _machine_asking():
            _noted.update(_accesses(by, client, operation, parameters))
        return call(client, operation, parameters)

    return noting


def _noting_links(sign: Callable[..., str]) -> Callable[..., str]:
    """Links that S3 takes for requests of whoever has signed them."""

    # The names of the parameters are botocore's.
    def noting(client: Any, ClientMethod: str, Params: Any = None, **options: Any) -> str:
        if by := asking():
            operation = client.meta.method_to_api_mapping[ClientMethod]
            _noted.update(_accesses(by, client, operation, Params or {}))
        return sign(client, ClientMethod, Params=Params, **options)

    return noting


def _noting_requests(call: Callable[..., Any]) -> Callable[..., Any]:
    """API Gateway's invocations."""

    def noting(functions: Functions, function: Function, *arguments: Any, **options: Any) -> Any:
        if function.handler.startswith("functions."):
            _noted.add(Access(API_GATEWAY, "lambda:InvokeFunction", function.handler))
        return call(functions, function, *arguments, **options)

    return noting


def _accesses(by: str, client: Any, operation: str, parameters: Mapping[str, Any]) -> Iterator[Access]:
    """A call of a boto3 client as IAM sees it."""
    service = client.meta.service_model.service_name
    if service == "dynamodb":
        for action, index, entities in of_items(operation, parameters):
            table = _named(parameters["TableName"]) + (f"/index/{index}" if index else "")
            yield Access(by, f"dynamodb:{action}", table, entities)
        return
    if service == "apigatewaymanagementapi":
        variables = (f"{{{name}}}" for name in SOCKET_APIS if os.environ[name] == client.meta.endpoint_url)
        url = next(variables, client.meta.endpoint_url)
        yield Access(by, "execute-api:ManageConnections", f"{url}/{METHODS[operation]}")
        return
    prefix = "states" if service == "stepfunctions" else service
    action = f"{prefix}:{operation}"
    yield Access(by, IAM_ACTIONS.get(action, action), _resource(service, parameters))


def _resource(service: str, parameters: Mapping[str, Any]) -> str:
    if service == "s3":
        is_ours = parameters["Bucket"] == os.environ["FILES_BUCKET"]
        key = str(parameters["Key"])
        folder = next((one for one in FOLDERS if key.startswith(f"{one}/")), key)
        return f"{'{FILES_BUCKET}' if is_ours else parameters['Bucket']}/{folder}/*"
    if service == "stepfunctions":
        machines = os.environ["STATE_MACHINES"]
        # A token says to nobody but Step Functions which machine it is of.
        machine = str(parameters.get("stateMachineArn", f"{machines}*"))
        return "{STATE_MACHINES}" + machine.removeprefix(machines) if machine.startswith(machines) else machine
    if service == "events":
        return _named(parameters["Entries"][0]["EventBusName"])
    if service == "lambda":
        function = str(parameters["FunctionName"])
        stack = f"{os.environ['BUS_NAME']}-"
        if function.startswith(stack):
            return "{STACK}" + function.removeprefix(stack)
        return _named(function if function.startswith("arn:") else arn("lambda", f"function:{function}"))
    for name in ("QueueUrl", "KeyId", "logGroupName"):
        if name in parameters:
            return _named(parameters[name])
    return "*"


def _named(value: str) -> str:
    """A resource by the environment variable that names it, and by itself if none does."""
    return next((f"{{{name}}}" for name in NAMED if os.environ.get(name) == value), value)


# ---------------------------------------------------------------------- who makes them

_SHELLS = {
    ("shared.aws.action", "__call__"): "actions",
    ("shared.aws.command", "__call__"): "commands",
    ("shared.aws.command", "submit"): "commands",
}
"""Code outside functions/ that is a function's all the same: methods of its handler. Not to import them here leaves
their environment to whoever sets it."""


_thread = threading.local()
"""`by`: for which function a thread of a pool works."""


def _for_whoever_asks(submit: Callable[..., Any]) -> Callable[..., Any]:
    """What a function gives to a pool of threads it does itself."""

    def submitting(pool: ThreadPoolExecutor, work: Callable[..., Any], /, *arguments: Any, **options: Any) -> Any:
        by = asking()

        def working(*arguments: Any, **options: Any) -> Any:
            _thread.by = by
            try:
                return work(*arguments, **options)
            finally:
                _thread.by = None

        return submit(pool, working if by else work, *arguments, **options)

    return submitting


def asking() -> str | None:
    """The function whose code is running: the outermost on the stack, since `$default` calls others. None if it is
    not a function's, or if it is what AWS does for one."""
    found: str | None = None
    frame: FrameType | None = sys._getframe(1)
    while frame := frame.f_back if frame else None:
        module = frame.f_globals.get("__name__", "")
        if module.startswith("functions."):
            found = module.removeprefix("functions.")
        elif (shell := (module, frame.f_code.co_name)) in _SHELLS and "self" in frame.f_locals:
            found = f"{_SHELLS[shell]}.{snake(frame.f_locals['self'].name)}"
        elif module.startswith(("local.", "moto.")) and module != __name__:
            return found
    return found or getattr(_thread, "by", None)


def _machine_asking() -> str | None:
    """The state machine whose execution is running in this thread."""
    frame: FrameType | None = sys._getframe(1)
    while frame := frame.f_back if frame else None:
        if (
            str(frame.f_globals.get("__name__", "")).startswith("moto.stepfunctions.parser.")
            and "env" in frame.f_locals
        ):
            context = frame.f_locals["env"].states.context_object.context_object_data
            begins, ours, name = context["StateMachine"]["Id"].partition(os.environ.get("STATE_MACHINES", "-"))
            return f"machine:{name}" if ours and not begins else None
    return None
