"""The metrics of AWS that dashboards and alarms name, with the dimensions in which AWS publishes them.

Each from the page of its service in AWS's documentation, read in November 2026. A name that is not here does not exist,
or has to be looked up there first: CloudWatch shows an empty graph for a name that is wrong.
"""

from collections.abc import Mapping

SOURCES: Mapping[str, str] = {
    "AWS/ApiGateway": "https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-websocket-api-logging.html"
    " and http-api-metrics.html",
    "AWS/Lambda": "https://docs.aws.amazon.com/lambda/latest/dg/monitoring-metrics-types.html",
    "AWS/DynamoDB": "https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/metrics-dimensions.html",
    "AWS/States": "https://docs.aws.amazon.com/step-functions/latest/dg/procedure-cw-metrics.html",
    "AWS/SQS": "https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-available-cloudwatch-metrics.html",
    "AWS/Events": "https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-monitoring.html",
    "AWS/Logs": "https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/CloudWatch-Logs-Monitoring-CloudWatch-Metrics.html",
}

Dimensions = frozenset[str]
NONE: Dimensions = frozenset()
OF_API = frozenset({"ApiId"})
OF_FUNCTION = frozenset({"FunctionName"})
OF_TABLE = frozenset({"TableName"})
OF_INDEX = frozenset({"TableName", "GlobalSecondaryIndexName"})
OF_MACHINE = frozenset({"StateMachineArn"})
OF_QUEUE = frozenset({"QueueName"})
OF_OURS = frozenset({"service", "stage"})

KNOWN: Mapping[str, Mapping[str, frozenset[Dimensions]]] = {
    "AWS/ApiGateway": {
        name: frozenset({OF_API})
        for name in (
            *("ConnectCount", "MessageCount", "IntegrationError", "ClientError", "ExecutionError"),
            *("IntegrationLatency", "Count", "4xx", "5xx", "Latency"),
        )
    },
    "AWS/Lambda": {
        **{name: frozenset({NONE, OF_FUNCTION}) for name in ("Invocations", "Errors", "Duration", "Throttles")},
        "ConcurrentExecutions": frozenset({NONE, OF_FUNCTION}),
        "IteratorAge": frozenset({OF_FUNCTION}),
    },
    "AWS/DynamoDB": {
        name: frozenset({OF_TABLE, OF_INDEX})
        for name in (
            *("ConsumedReadCapacityUnits", "ConsumedWriteCapacityUnits"),
            *("ReadThrottleEvents", "WriteThrottleEvents"),
        )
    },
    "AWS/States": {
        **{
            name: frozenset({OF_MACHINE})
            for name in ("ExecutionsStarted", "ExecutionsFailed", "ExecutionsTimedOut", "ExecutionsSucceeded")
        },
        "ConsumedCapacity": frozenset({frozenset({"ServiceMetric"})}),
    },
    "AWS/SQS": {
        name: frozenset({OF_QUEUE})
        for name in (
            *("ApproximateNumberOfMessagesVisible", "NumberOfMessagesSent", "NumberOfMessagesReceived"),
            *("NumberOfMessagesDeleted", "NumberOfEmptyReceives"),
        )
    },
    "AWS/Events": {"PutEventsEntriesCount": frozenset({NONE})},
    "AWS/Logs": {"IncomingBytes": frozenset({frozenset({"LogGroupName"})})},
    "Idlewatt": {name: frozenset({OF_OURS}) for name in ("Connections", "CallWaitSeconds", "ConnectionMinutes")},
}
"""Namespace, name, and the sets of dimensions that it comes with."""
