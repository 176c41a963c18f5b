"""Where things are kept: tables, buckets, queues, secrets."""

import hashlib
import json
from typing import Any

from local.identity import REGION, arn, client
from local.resources.loading import Loading, Properties, accepted, makes
from local.template import Physical, Resource, TemplateError


@makes("AWS::DynamoDB::Table")
def table(loading: Loading, resource: Resource, properties: Properties) -> Physical:
    name = properties.get("TableName") or loading.physical_name(resource, 255)
    given = accepted("dynamodb", "CreateTable", properties) | {"TableName": name}
    # What protects a table in the cloud would only be in the way of a system that makes it anew each time.
    given.pop("DeletionProtectionEnabled", None)
    given.pop("SSESpecification", None)
    given.setdefault("BillingMode", "PAY_PER_REQUEST")
    if "StreamSpecification" in given:
        given["StreamSpecification"] = {"StreamEnabled": True, **given["StreamSpecification"]}
    dynamodb = client("dynamodb")
    description = dynamodb.create_table(**given)["TableDescription"]
    if "TimeToLiveSpecification" in properties:
        dynamodb.update_time_to_live(TableName=name, TimeToLiveSpecification=properties["TimeToLiveSpecification"])
    loading.tables[resource.logical_id] = name
    stream = {"StreamArn": description["LatestStreamArn"]} if "LatestStreamArn" in description else {}
    return Physical(name, {"Arn": description["TableArn"], **stream})


@makes("AWS::Logs::LogGroup")
def log_group(loading: Loading, resource: Resource, properties: Properties) -> Physical:
    name = properties.get("LogGroupName") or loading.physical_name(resource, 512)
    client("logs").create_log_group(logGroupName=name)
    if "RetentionInDays" in properties:
        client("logs").put_retention_policy(logGroupName=name, retentionInDays=properties["RetentionInDays"])
    return Physical(name, {"Arn": arn("logs", f"log-group:{name}:*")})


@makes("AWS::S3::Bucket")
def bucket(loading: Loading, resource: Resource, properties: Properties) -> Physical:
    name = properties.get("BucketName") or loading.physical_name(resource, 63).lower()
    elsewhere = {} if REGION == "us-east-1" else {"CreateBucketConfiguration": {"LocationConstraint": REGION}}
    s3 = client("s3")
    s3.create_bucket(Bucket=name, **elsewhere)
    told = properties.get("NotificationConfiguration", {})
    if others := sorted(told.keys() - {"EventBridgeConfiguration"}):
        raise TemplateError(f"{resource.logical_id}: only EventBridge is told of files here, not {', '.join(others)}")
    if told.get("EventBridgeConfiguration", {}).get("EventBridgeEnabled"):
        s3.put_bucket_notification_configuration(
            Bucket=name, NotificationConfiguration={"EventBridgeConfiguration": {}}
        )
    loading.buckets[resource.logical_id] = name
    domain = f"{name}.s3.amazonaws.com"
    return Physical(name, {"Arn": f"arn:aws:s3:::{name}", "DomainName": domain, "RegionalDomainName": domain})


@makes("AWS::SQS::Queue")
def queue(loading: Loading, resource: Resource, properties: Properties) -> Physical:
    fifo = bool(properties.get("FifoQueue"))
    name = properties.get("QueueName") or loading.physical_name(resource, 75) + (".fifo" if fifo else "")
    attributes = {
        key: json.dumps(value) if isinstance(value, dict | bool) else str(value)
        for key, value in properties.items()
        if key not in ("QueueName", "Tags")
    }
    url = client("sqs").create_queue(QueueName=name, Attributes=attributes)["QueueUrl"]
    return Physical(url, {"Arn": arn("sqs", name), "QueueName": name, "QueueUrl": url})


@makes("AWS::SecretsManager::Secret")
def secret(loading: Loading, resource: Resource, properties: Properties) -> Physical:
    name = properties.get("Name") or loading.physical_name(resource)
    text = properties.get("SecretString") or _generated(resource, properties.get("GenerateSecretString", {}))
    made = client("secretsmanager").create_secret(Name=name, SecretString=text)
    return Physical(made["ARN"], {"Id": made["ARN"]})


def _generated(resource: Resource, rules: dict[str, Any]) -> str:
    """The same text at every start: what it guards is on this machine's loopback only."""
    length = int(rules.get("PasswordLength", 32))
    text = hashlib.shake_256(resource.logical_id.encode()).hexdigest(length)[:length]
    if "GenerateStringKey" not in rules:
        return text
    return json.dumps({**json.loads(rules["SecretStringTemplate"]), rules["GenerateStringKey"]: text})


def secret_value(reference: str) -> str:
    """The value behind `{{resolve:secretsmanager:<id>:SecretString:<key>:…}}`."""
    identity, _, rest = reference.partition(":SecretString")
    text = str(client("secretsmanager").get_secret_value(SecretId=identity)["SecretString"])
    key = rest.removeprefix(":").split(":")[0]
    return str(json.loads(text)[key]) if key else text
