"""Handlers for tests of the local system: what each does is in its name; what they saw is in `SEEN`."""

import json
import os
import queue
import threading
import time
from typing import Any

import boto3

SEEN: "queue.Queue[tuple[str, Any]]" = queue.Queue()
"""Events in the order in which the handlers got them, each with a word for its kind."""
RELEASE = threading.Event()
"""What `blocking` waits for."""


def authorizer(event: dict[str, Any], context: Any) -> dict[str, Any]:
    """Does what the user name says; the station id goes into the context."""
    SEEN.put(("authorize", event))
    wanted = event["headers"].get("x-test", "allow")
    if wanted == "unauthorized":
        raise Exception("Unauthorized")  # this very text is what API Gateway looks for
    if wanted == "broken":
        raise RuntimeError("broken")
    if wanted == "nonsense":
        return {"isAuthorized": True}
    effect = "Deny" if wanted == "deny" else "Allow"
    statement = {"Action": "execute-api:Invoke", "Effect": effect, "Resource": event["methodArn"]}
    return {
        "principalId": "station",
        "policyDocument": {"Version": "2012-10-17", "Statement": [statement]},
        "context": {"station_id": event["headers"]["x-idlewatt-station"], "number": 7, "flag": True},
    }


def connect(event: dict[str, Any], context: Any) -> dict[str, Any]:
    """Answers with the status that the query names and the first subprotocol that is offered and not `none`."""
    SEEN.put(("connect", event))
    query = event.get("queryStringParameters", {})
    if "throw" in query:
        raise RuntimeError("no connection today")
    if "post" in query:
        status = post(event["requestContext"]["connectionId"], "too early")
        return {"statusCode": 400, "body": str(status)}
    offered = [name.strip() for name in event["headers"].get("Sec-WebSocket-Protocol", "").split(",")]
    chosen = next((name for name in offered if name.startswith("ocpp")), "")
    return {
        "statusCode": int(query.get("status", 200)),
        "headers": {"sec-websocket-protocol": chosen} if chosen else {},
        "body": query.get("body"),
    }


def disconnect(event: dict[str, Any], context: Any) -> None:
    SEEN.put(("disconnect", event))


def message(event: dict[str, Any], context: Any) -> dict[str, Any]:
    """Gives the message back."""
    SEEN.put(("message", event))
    return {"statusCode": 200, "body": event["body"]}


def with_object(event: dict[str, Any], context: Any) -> dict[str, Any]:
    """A body that is no text."""
    return {"statusCode": 200, "body": {"not": "text"}}


def failing(event: dict[str, Any], context: Any) -> None:
    raise RuntimeError("this handler fails")


def slow(event: dict[str, Any], context: Any) -> dict[str, Any]:
    """Takes longer than its time limit; says how much it had."""
    SEEN.put(("slow", context.get_remaining_time_in_millis()))
    time.sleep(1.5)
    return {"statusCode": 200, "body": "too late"}


def blocking(event: dict[str, Any], context: Any) -> dict[str, Any]:
    """Waits until the test releases it."""
    SEEN.put(("blocking", event))
    RELEASE.wait(10)
    return {"statusCode": 200, "body": event["body"]}


def environment(event: dict[str, Any], context: Any) -> dict[str, Any]:
    """Tells its environment variables."""
    return {"statusCode": 200, "body": json.dumps(dict(os.environ))}


def stream(event: dict[str, Any], context: Any) -> dict[str, Any]:
    SEEN.put(("stream", event))
    return {"batchItemFailures": []}


def queue_batch(event: dict[str, Any], context: Any) -> dict[str, Any]:
    """Fails with the messages that say `bad`."""
    SEEN.put(("queue", event))
    bad = [record["messageId"] for record in event["Records"] if record["body"] == "bad"]
    return {"batchItemFailures": [{"itemIdentifier": message_id} for message_id in bad]}


def http(event: dict[str, Any], context: Any) -> dict[str, Any]:
    """Gives the event back."""
    SEEN.put(("http", event))
    return {"statusCode": 200, "headers": {"Content-Type": "application/json"}, "body": json.dumps(event)}


def event(event: dict[str, Any], context: Any) -> None:
    SEEN.put(("event", event))


def post(connection_id: str, data: str) -> int:
    """Post to a connection as a function does; the HTTP status."""
    client = boto3.client("apigatewaymanagementapi", endpoint_url=os.environ["CONNECTIONS_URL"])
    try:
        answer = client.post_to_connection(ConnectionId=connection_id, Data=data.encode())
    except client.exceptions.ClientError as error:
        answer = error.response
    return int(answer["ResponseMetadata"]["HTTPStatusCode"])
