"""The table does not answer for as long as an invocation lasts: what stations and operators are told, and in time."""

import importlib
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from functions.connection import authorizer, connect, disconnect
from local import openapi
from shared import catalog
from shared.resources import API_ROOT
from shared.settings import settings
from shared.store import dynamodb
from shared.store.dynamodb import Unavailable
from tests.integration import api
from tests.integration.clock import Clock, Context, silence
from tests.integration.letter_queue import LetterQueue
from tests.integration.log_group import LogGroup
from tests.integration.seed import seed
from tests.integration.station import DirectStation

ACTION_S, API_S = 15, 29
"""The time-outs of the functions (infra/action_function.py, infra/api.py)."""
GOLDEN = Path(__file__).parent.parent / "contract" / "golden" / "v16_station.jsonl"
AT = "2026-11-20T08:00:00Z"
NAMED = {"component": {"name": "EVSE"}, "variable": {"name": "Temperature"}}
OF_2X: list[tuple[str, Any]] = [
    ("Heartbeat", {}),
    ("BootNotification", {"reason": "PowerUp", "chargingStation": {"model": "M", "vendorName": "V"}}),
    ("Authorize", {"idToken": {"idToken": "TAG", "type": "ISO14443"}}),
    ("StatusNotification", {"timestamp": AT, "connectorStatus": "Occupied", "evseId": 1, "connectorId": 1}),
    ("MeterValues", {"evseId": 1, "meterValue": [{"timestamp": AT, "sampledValue": [{"value": 1}]}]}),
    (
        "TransactionEvent",
        {
            "eventType": "Started",
            "timestamp": AT,
            "triggerReason": "Authorized",
            "seqNo": 0,
            "transactionInfo": {"transactionId": "tx"},
            "offline": True,
        },
    ),
    ("SecurityEventNotification", {"type": "InvalidMessages", "timestamp": AT}),
    (
        "NotifyEvent",
        {
            "generatedAt": AT,
            "seqNo": 0,
            "eventData": [
                {
                    "eventId": 1,
                    "timestamp": AT,
                    "trigger": "Delta",
                    "actualValue": "1",
                    "eventNotificationType": "HardWiredNotification",
                    **NAMED,
                }
            ],
        },
    ),
    ("FirmwareStatusNotification", {"status": "Downloading", "requestId": 1}),
]
OF_16 = [(frame[2], frame[3]) for frame in map(json.loads, GOLDEN.read_text("utf-8").splitlines()) if frame[0] == 2]
MESSAGES = [("1.6", *one) for one in OF_16] + [("2.0.1", *one) for one in OF_2X]


@pytest.fixture(autouse=True)
def answering_again() -> Iterator[None]:
    before = dynamodb._transport
    yield
    dynamodb.set_transport(before)


@pytest.mark.parametrize("registration", ["Accepted", "Pending"])
@pytest.mark.parametrize(("version", "action", "payload"), MESSAGES, ids=lambda one: one if one != "" else None)
def test_a_station_is_told_of_an_internal_error_in_time(
    clock: Clock,
    version: str,
    action: str,
    payload: Any,
    registration: str,
) -> None:
    station = DirectStation(version=version, registration=registration)
    silence(clock)
    context = Context(clock, ACTION_S)
    module = importlib.import_module(f"functions.actions.{catalog.BY_NAME[action].module}")
    result = module.handler(station.event(json.dumps([2, "m1", action, payload])), context)
    answer = json.loads(result["body"])
    assert answer[:3] == [4, "m1", "InternalError"]
    assert context.get_remaining_time_in_millis() > 500


def test_an_answer_to_a_call_of_ours_that_cannot_be_kept_is_no_foreign_frame(clock: Clock) -> None:
    station = DirectStation()
    silence(clock)
    context = Context(clock, ACTION_S)
    module = importlib.import_module("functions.connection.default")
    result = module.handler(station.event('[3,"c1",{"status":"Accepted"}]'), context)
    assert result == {"statusCode": 200}
    assert context.get_remaining_time_in_millis() > 500


def handshake(**more: Any) -> dict[str, Any]:
    headers = {
        "x-idlewatt-origin": settings().origin_secret,
        "x-idlewatt-station": "CP1",
        "sec-websocket-protocol": "ocpp1.6",
    }
    context = {"connectionId": "c9", "connectedAt": 1_795_420_800_000, **more}
    return {"methodArn": "arn:x", "headers": headers, "requestContext": context}


def test_a_handshake_is_refused_as_our_fault_and_not_as_the_stations(clock: Clock) -> None:
    """API Gateway makes 401 of an exception with the text "Unauthorized", and 500 of any other."""
    silence(clock)
    context = Context(clock, ACTION_S)
    with pytest.raises(Unavailable) as refused:
        authorizer.handler(handshake(), context)
    assert "Unauthorized" not in str(refused.value)
    assert context.get_remaining_time_in_millis() > 500


def test_a_connection_that_cannot_be_kept_is_refused(clock: Clock) -> None:
    silence(clock)
    context = Context(clock, ACTION_S)
    found = {"station_id": "CP1", "ocpp_version": "1.6", "subprotocol": "ocpp1.6", "registration": "Accepted"}
    with pytest.raises(Unavailable):
        connect.handler(handshake(authorizer=found | {"outcome": "connect"}), context)
    assert context.get_remaining_time_in_millis() > 500


def test_an_end_that_cannot_be_kept_is_told_to_lambda(clock: Clock) -> None:
    """Nobody waits for the answer; the sweep finds the connection."""
    silence(clock)
    context = Context(clock, ACTION_S)
    with pytest.raises(Unavailable):
        disconnect.handler(handshake(authorizer={"station_id": "CP1"}, eventType="DISCONNECT"), context)
    assert context.get_remaining_time_in_millis() > 500


LISTS = [(path, operation["get"]) for path, operation in openapi.written()["paths"].items() if "get" in operation]
ELSEWHERE = ("cloud-costs", "dead-letters", "docs", "me", "openapi.json", "messages", "system")
"""What is not in the table."""


@pytest.mark.parametrize("path", [path for path, _ in LISTS if not {*ELSEWHERE} & {*path.split("/")}])
def test_an_operator_is_told_to_try_again(
    clock: Clock,
    letters: LetterQueue,
    log: LogGroup,
    path: str,
) -> None:
    where = path.format_map(seed())
    silence(clock)
    context = Context(clock, API_S)
    made = api.event("GET", where)
    route = api.route_of("GET", where)
    result = importlib.import_module(f"functions.api.{route.resource}").handler(made, context)
    assert result["statusCode"] == 503, result
    assert int(result["headers"]["Retry-After"]) > 0
    assert result["headers"]["Content-Type"] == "application/problem+json"
    assert context.get_remaining_time_in_millis() > 500
    assert made["rawPath"].startswith(API_ROOT)
