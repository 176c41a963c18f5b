"""Assumptions about what stands around messages: stream, rights, operator API, logs, package, life times."""

import base64
import json
import re
import secrets
import time

import boto3

from bench.smoke import accounts
from bench.smoke.check import Skipped, check, eventually, expect
from bench.smoke.station import connected
from bench.smoke.target import Target
from shared.fleet import HEARTBEAT_INTERVAL_S

INIT_MS = re.compile(r'(?:Init Duration: |"initDurationMs": ?)([\d.]+)')
"""How long an environment took to start, in a report of Lambda as text or as JSON."""


@check("U-40", "$disconnect comes, says whose connection it was, and the station is shown as offline")
async def goes_offline(target: Target) -> None:
    account = accounts.station(target)
    async with connected(account.url, account.headers) as station:
        await station.call("Heartbeat", {})

    async def is_offline() -> bool:
        return not target.api("GET", account.path).body["online"]

    expect(await eventually(is_offline, within_s=60), "still shown as online after a minute")


@check("U-41", "the stream reaches its functions: that the station came online is in its history")
async def stream_is_followed(target: Target) -> None:
    account = accounts.station(target)
    async with connected(account.url, account.headers) as station:
        await station.call("Heartbeat", {})

    async def is_told() -> bool:
        events = target.api("GET", f"{account.path}/events").body["items"]
        return any(event["type"] == "station.online" for event in events)

    expect(await eventually(is_told, within_s=60), "nothing after a minute")


@check("U-42", "rights by leading keys hold for indexes and for reading many items at once")
async def leading_keys(target: Target) -> None:
    account = accounts.station(target)
    async with connected(account.url, account.headers) as station:
        await station.call("Heartbeat", {})
        for path in (
            "/stations?online=true",
            "/transactions",
            "/id-tokens",
            f"/transactions?station_id={account.identity}",
        ):
            answer = target.api("GET", path)
            expect(answer.status == 200, f"GET {path} was answered {answer.status}: {answer.body}")


@check("U-43", "without a token there is documentation and nothing else")
async def tokens(target: Target) -> None:
    if target.is_local:
        raise Skipped("here a request without a token is the operator's")
    statuses = [target.api("GET", path, token="").status for path in ("/openapi.json", "/docs", "/stations")]
    expect(statuses == [200, 200, 401], statuses)
    forged = target.api("GET", "/stations", token="e30.e30.e30").status
    expect(forged == 401, f"a forged token was answered {forged}")


@check("U-44", "an encoded slash in the path of the operator API stays in its segment")
async def encoded_path(target: Target) -> None:
    account = accounts.station(target, "/x")
    answer = target.api("GET", account.path)
    expect(answer.status == 200 and answer.body["station_id"] == account.identity, answer)


@check("U-45", "log lines are JSON in the shared group, and Lambda's own lines are not among them")
async def log_lines(target: Target) -> None:
    if not target.log_group:
        raise Skipped("needs CloudWatch Logs")
    logs = boto3.client("logs")
    since = int(time.time() - 3600) * 1000
    events = logs.filter_log_events(logGroupName=target.log_group, startTime=since, limit=1000)["events"]
    others = [event["message"] for event in events if not event["message"].lstrip().startswith("{")]
    platform = [event["message"] for event in events if '"platform.start"' in event["message"]]
    expect(events, "there are none")
    expect(not others and not platform, (others + platform)[:3])


@check("U-46", "the byte code of the package is used: a cold start stays below a second")
async def cold_start(target: Target) -> str:
    if not target.stack:
        raise Skipped("needs Lambda")
    lambda_ = boto3.client("lambda")
    name = _physical_id(target, "AWS::Lambda::Function", "OcppMeterValues")
    variables = lambda_.get_function_configuration(FunctionName=name)["Environment"]["Variables"]
    # A change of the configuration, though of nothing, gives the next invocation a fresh environment.
    lambda_.update_function_configuration(FunctionName=name, Environment={"Variables": variables})
    lambda_.get_waiter("function_updated_v2").wait(FunctionName=name)
    nothing = json.dumps({"requestContext": {"eventType": "SMOKE"}})
    ran = lambda_.invoke(FunctionName=name, Payload=nothing, LogType="Tail")
    report = base64.b64decode(ran["LogResult"]).decode()
    init = INIT_MS.search(report)
    if not init:
        raise Skipped("Lambda reported no start of an environment")
    expect(float(init[1]) < 1000, init[0])
    return init[0]


@check("U-47", "nothing was given up on: no dead letters")
async def dead_letters(target: Target) -> None:
    if not target.stack:
        raise Skipped("needs SQS")
    queue = _physical_id(target, "AWS::SQS::Queue", "DataDeadLetters")
    shown = boto3.client("sqs").get_queue_attributes(QueueUrl=queue, AttributeNames=["ApproximateNumberOfMessages"])
    expect(shown["Attributes"]["ApproximateNumberOfMessages"] == "0", shown["Attributes"])


@check("U-48", "CloudFront keeps no error: what was missing is there as soon as it is created")
async def errors_not_kept(target: Target) -> None:
    token = f"smoke{secrets.token_hex(4)}"
    before = target.api("GET", f"/id-tokens/{token}").status
    target.create(f"/id-tokens/{token}", {"status": "Accepted"})
    after = target.api("GET", f"/id-tokens/{token}").status
    expect((before, after) == (404, 200), f"before {before}, after {after}")


@check("U-49", "what Lambda sets aside comes to the dead letters, and is done again from there")
async def set_aside(target: Target) -> None:
    """With a batch of no changes, so that nothing follows."""
    if not target.stack:
        raise Skipped("needs S3")
    name = _physical_id(target, "AWS::Lambda::Function", "FollowUp")
    bucket = _physical_id(target, "AWS::S3::Bucket", "DataFiles")
    key = f"aws/lambda/smoke/{secrets.token_hex(4)}"
    about = {"functionArn": f"arn:aws:lambda:::function:{name}", "condition": key}
    batch = {"requestContext": about, "payload": json.dumps({"Records": []})}
    boto3.client("s3").put_object(Bucket=bucket, Key=key, Body=json.dumps(batch).encode())
    found: list[str] = []

    async def is_there() -> bool:
        letters = target.api("GET", "/dead-letters?limit=200").body["items"]
        found[:] = [one["letter_id"] for one in letters if one["reason"] == key]
        return bool(found)

    expect(await eventually(is_there, within_s=60), "no dead letter after a minute")
    done = target.api("POST", "/dead-letters/redrive", {"letter_ids": found})
    expect(done.status == 200 and done.body["redriven"] == found, done)


@check("U-50", "a connection with a heartbeat every eight minutes outlives the idle limits", minutes=25)
async def not_idle(target: Target) -> None:
    account = accounts.station(target)
    async with connected(account.url, account.headers) as station:
        for _ in range(3):
            await station.call("Heartbeat", {})
            code = await station.closed(within_s=HEARTBEAT_INTERVAL_S)
            expect(code is None, f"closed with {code}")
        await station.call("Heartbeat", {})


@check("U-51", "pings alone do not keep a connection: it is closed after ten idle minutes", minutes=12, is_open=True)
async def idle_with_pings(target: Target) -> str:
    account = accounts.station(target)
    began = time.monotonic()
    async with connected(account.url, account.headers) as station:
        while station.socket.close_code is None and time.monotonic() - began < 12 * 60:
            await station.socket.ping()
            await station.closed(within_s=30)
        code = station.socket.close_code
    expect(code is not None, "pings do keep it: WebSocketPingInterval can replace heartbeats")
    return f"closed with {code} after {(time.monotonic() - began) / 60:.1f} minutes"


@check("U-52", "the planned reconnect comes after 90 to 118 minutes, before API Gateway's two hours", minutes=120)
async def planned_reconnect(target: Target) -> str:
    account = accounts.station(target)
    began = time.monotonic()
    async with connected(account.url, account.headers) as station:
        while station.socket.close_code is None:
            await station.call("Heartbeat", {})
            await station.closed(within_s=HEARTBEAT_INTERVAL_S)
        code = station.socket.close_code
    minutes = (time.monotonic() - began) / 60
    expect(90 <= minutes <= 119, f"closed with {code} after {minutes:.1f} minutes")
    return f"closed with {code} after {minutes:.1f} minutes"


def _physical_id(target: Target, kind: str, part: str) -> str:
    """What CloudFormation has made of the resource of the stage's own stack whose logical id begins so."""
    pages = boto3.client("cloudformation").get_paginator("list_stack_resources").paginate(StackName=target.stack)
    resources = (one for page in pages for one in page["StackResourceSummaries"])
    return next(
        str(one["PhysicalResourceId"])
        for one in resources
        if one["ResourceType"] == kind and one["LogicalResourceId"].startswith(part)
    )
