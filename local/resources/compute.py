"""What runs: functions, the streams and queues that feed them, state machines."""

import json
import math
import uuid
from collections.abc import Callable
from datetime import UTC, datetime
from functools import partial
from io import BytesIO
from zipfile import ZipFile

from local import patterns
from local.events import send_message
from local.functions import Function
from local.identity import arn, client
from local.mappings import EventSourceMapping
from local.queues import QueueMapping
from local.resources.loading import Loading, Properties, makes
from local.template import Physical, Resource, TemplateError

_ROLE = "local"


@makes("AWS::Lambda::Function")
def function(loading: Loading, resource: Resource, properties: Properties) -> Physical:
    if not str(properties.get("Runtime", "")).startswith("python"):
        raise TemplateError(f"{resource.logical_id}: this machine runs Python, not {properties.get('Runtime')}")
    name = properties.get("FunctionName") or loading.physical_name(resource)
    made = Function(
        logical_id=resource.logical_id,
        name=name,
        arn=arn("lambda", f"function:{name}"),
        handler=properties["Handler"],
        timeout_s=float(properties.get("Timeout", 3)),
        memory_mb=int(properties.get("MemorySize", 128)),
    )
    variables = properties.get("Environment", {}).get("Variables", {})
    loading.functions.add(made)
    loading.add_environment(resource, {key: str(value) for key, value in variables.items()})
    # moto lists it, and lets the AWS CLI and state machines invoke it; the code it gets is never run.
    client("lambda").create_function(
        FunctionName=name,
        Runtime=properties["Runtime"],
        Role=_role(loading),
        Handler=made.handler,
        Code={"ZipFile": _empty_archive()},
        Timeout=int(made.timeout_s),
        MemorySize=made.memory_mb,
        Environment={"Variables": {key: str(value) for key, value in variables.items()}},
    )
    return Physical(name, {"Arn": made.arn})


def _role(loading: Loading) -> str:
    """A role for moto, which wants one that exists."""
    if not loading.role_arn:
        made = client("iam").create_role(RoleName=_ROLE, AssumeRolePolicyDocument="{}")
        loading.role_arn = str(made["Role"]["Arn"])
    return loading.role_arn


def _empty_archive() -> bytes:
    file = BytesIO()
    ZipFile(file, "w").close()
    return file.getvalue()


@makes("AWS::Lambda::EventSourceMapping")
def event_source_mapping(loading: Loading, resource: Resource, properties: Properties) -> Physical:
    source_arn = str(properties["EventSourceArn"])
    if ":sqs:" in source_arn:
        return _queue_mapping(loading, resource, properties)
    if ":dynamodb:" not in source_arn or "/stream/" not in source_arn:
        raise TemplateError(f"{resource.logical_id}: functions are fed from streams and queues here, not {source_arn}")
    filters = [json.loads(one["Pattern"]) for one in properties.get("FilterCriteria", {}).get("Filters", [])]
    for pattern in filters:
        patterns.check(pattern)
    destination = properties.get("DestinationConfig", {}).get("OnFailure", {}).get("Destination")
    keeps_records = destination is not None and destination.startswith("arn:aws:s3:")
    if properties.get("Enabled", True):
        loading.mappings.append(
            EventSourceMapping(
                function=loading.functions.find(properties["FunctionName"]),
                stream_arn=source_arn,
                batch_size=int(properties.get("BatchSize", 100)),
                window_s=float(properties.get("MaximumBatchingWindowInSeconds", 0)),
                filters=tuple(filters),
                bisect=bool(properties.get("BisectBatchOnFunctionError")),
                retries=_unlimited(properties.get("MaximumRetryAttempts", -1)),
                max_age_s=_unlimited(properties.get("MaximumRecordAgeInSeconds", -1)),
                reports_failures="ReportBatchItemFailures" in properties.get("FunctionResponseTypes", []),
                send_failure=_failures_to(resource, destination),
                keeps_records=keeps_records,
            )
        )
    return Physical(resource.logical_id, {"Id": resource.logical_id})


def _failures_to(resource: Resource, destination: str | None) -> Callable[[str], None] | None:
    """What takes word of records, or of an event, that are given up."""
    if destination is None:
        return None
    if ":sqs:" in destination:
        return partial(send_message, destination)
    if ":s3:" in destination:
        return partial(_set_aside, destination.rpartition(":")[2], resource.logical_id)
    raise TemplateError(f"{resource.logical_id}: failures go to a queue or a bucket here, not to {destination}")


def _set_aside(bucket: str, mapping_id: str, text: str) -> None:
    """Put what Lambda tells of records that it gives up where it puts it in a bucket."""
    now = datetime.now(UTC)
    shard = json.loads(text)["DDBStreamBatchInfo"]["shardId"]
    key = f"aws/lambda/{mapping_id}/{shard}/{now:%Y/%m/%d}/{now:%Y-%m-%dT%H.%M.%S}-{uuid.uuid4()}"
    client("s3").put_object(Bucket=bucket, Key=key, Body=text.encode())


@makes("AWS::Lambda::EventInvokeConfig")
def event_invoke_config(loading: Loading, resource: Resource, properties: Properties) -> Physical:
    destination = properties.get("DestinationConfig", {}).get("OnFailure", {}).get("Destination")
    if take := _failures_to(resource, destination):
        loading.functions.failures_to[properties["FunctionName"]] = take
    return Physical(resource.logical_id, {})


def _queue_mapping(loading: Loading, resource: Resource, properties: Properties) -> Physical:
    if properties.get("FilterCriteria") or properties.get("MaximumBatchingWindowInSeconds"):
        raise TemplateError(f"{resource.logical_id}: messages of a queue are neither filtered nor held back here")
    if properties.get("Enabled", True):
        loading.queue_mappings.append(
            QueueMapping(
                function=loading.functions.find(properties["FunctionName"]),
                queue_arn=str(properties["EventSourceArn"]),
                batch_size=int(properties.get("BatchSize", 10)),
                reports_failures="ReportBatchItemFailures" in properties.get("FunctionResponseTypes", []),
            )
        )
    return Physical(resource.logical_id, {"Id": resource.logical_id})


def _unlimited(number: float) -> float:
    return math.inf if float(number) < 0 else float(number)


@makes("AWS::StepFunctions::StateMachine")
def state_machine(loading: Loading, resource: Resource, properties: Properties) -> Physical:
    name = properties.get("StateMachineName") or loading.physical_name(resource, 80)
    definition = properties.get("DefinitionString") or json.dumps(properties["Definition"])
    for key, value in properties.get("DefinitionSubstitutions", {}).items():
        definition = definition.replace("${" + key + "}", str(value))
    made = client("stepfunctions").create_state_machine(name=name, definition=definition, roleArn=_role(loading))
    return Physical(made["stateMachineArn"], {"Arn": made["stateMachineArn"], "Name": name})
