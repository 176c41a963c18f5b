"""What AWS meters of a stage: the free metrics of CloudWatch that say how much was used of what has a price.

Each meter leads to a price of shared/cloud_prices.json. The dashboard multiplies them (infra/bill.py), and what a
deployment really costs is read from them. CloudWatch has no metric, and so neither has this list, of: what is stored,
the starts of Lambda environments (billed since August 2025), CloudFront's requests (its metrics are in us-east-1 only;
a handshake is 0.000001 USD), and what has a price a month whether it is used or not.
"""

from typing import Literal, NamedTuple

Of = Literal["socket_api", "http_api", "functions", "table", "indexes", "log", "queues", "stage", "account"]
"""Whose metric it is. functions, indexes, queues: one for each that the stage has, to be added up. account: of the
whole account and region, since AWS does not say it of less; other stages and systems are in it."""

NAMESPACE = "Idlewatt"
"""Of the metrics of our own."""
OWN_DIMENSIONS = ("service", "stage")
"""What every metric of our own has: `idlewatt`, and the stage's name. It may have more."""

BYTES_PER_GB = 1024**3
MS_PER_S = 1000


class Meter(NamedTuple):
    """How much of one thing with a price was used, by one metric."""

    id: str
    """Its name here; more than one meter may lead to the same price."""
    price_id: str
    of: Of
    namespace: str
    metric: str
    statistic: str
    dimensions: tuple[str, ...]
    """Names of the dimensions whose values are those of what it is of; without those in `fixed`."""
    factor: float = 1
    """What one of the metric is in units of the price."""
    fixed: tuple[tuple[str, str], ...] = ()
    """Dimensions that have the same value everywhere."""
    per_gb: bool = False
    """Whether the unit is also times the memory of the function, in GB."""


METERS = (
    Meter("messages", "websocket_message", "socket_api", "AWS/ApiGateway", "MessageCount", "Sum", ("ApiId",)),
    Meter("connection_minutes", "connection_minute", "stage", NAMESPACE, "ConnectionMinutes", "Sum", OWN_DIMENSIONS),
    Meter("api_requests", "http_request", "http_api", "AWS/ApiGateway", "Count", "Sum", ("ApiId",)),
    Meter("invocations", "lambda_request", "functions", "AWS/Lambda", "Invocations", "Sum", ("FunctionName",)),
    Meter(
        *("compute", "lambda_gb_second", "functions", "AWS/Lambda", "Duration", "Sum", ("FunctionName",)),
        factor=1 / MS_PER_S,
        per_gb=True,
    ),
    Meter("writes", "write_unit", "table", "AWS/DynamoDB", "ConsumedWriteCapacityUnits", "Sum", ("TableName",)),
    Meter("reads", "read_unit", "table", "AWS/DynamoDB", "ConsumedReadCapacityUnits", "Sum", ("TableName",)),
    Meter(
        *("index_writes", "write_unit", "indexes", "AWS/DynamoDB", "ConsumedWriteCapacityUnits", "Sum"),
        ("TableName", "GlobalSecondaryIndexName"),
    ),
    Meter(
        *("index_reads", "read_unit", "indexes", "AWS/DynamoDB", "ConsumedReadCapacityUnits", "Sum"),
        ("TableName", "GlobalSecondaryIndexName"),
    ),
    Meter(
        *("log", "log_gb", "log", "AWS/Logs", "IncomingBytes", "Sum", ("LogGroupName",)),
        factor=1 / BYTES_PER_GB,
    ),
    Meter("events", "event", "account", "AWS/Events", "PutEventsEntriesCount", "Sum", ()),
    Meter("queue_sends", "queue_request", "queues", "AWS/SQS", "NumberOfMessagesSent", "Sum", ("QueueName",)),
    Meter("queue_receives", "queue_request", "queues", "AWS/SQS", "NumberOfMessagesReceived", "Sum", ("QueueName",)),
    Meter("queue_deletes", "queue_request", "queues", "AWS/SQS", "NumberOfMessagesDeleted", "Sum", ("QueueName",)),
    Meter("queue_polls", "queue_request", "queues", "AWS/SQS", "NumberOfEmptyReceives", "Sum", ("QueueName",)),
    Meter(
        *("transitions", "workflow_transition", "account", "AWS/States", "ConsumedCapacity", "Sum", ()),
        fixed=(("ServiceMetric", "StateTransition"),),
    ),
)
"""What a stage's use is made of. A message of a queue may travel with nine others in one request, so what the queues
cost is at most this."""
