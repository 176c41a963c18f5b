"""Services beside the table fail: what is tried again, what is put back, what is told."""

import io
import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import boto3
import pytest
from botocore.awsrequest import AWSResponse
from botocore.exceptions import ClientError, ConnectTimeoutError, ReadTimeoutError

from functions.queue import watch_calls
from functions.schedule import sweep_connections
from functions.stream import publish_events
from shared.aws import bus, clients, gateway, timers, workflow
from shared.aws.bus import NotPublished
from shared.domain.events import Event
from shared.store import connections, patience, transactions
from tests.integration.station import DirectStation

pytestmark = pytest.mark.usefixtures("table")

AT = datetime(2026, 11, 20, 8, tzinfo=UTC)
EVENTS = [Event("station.booted", f"CP{number}", AT, {}) for number in range(3)]


class Service:
    """Answers the requests of clients, in order; the last answer again and again."""

    def __init__(self) -> None:
        self.answers: list[tuple[int, Any] | Exception] = []
        self.requests: list[Any] = []

    def client(self, service: str, **options: Any) -> Any:
        made = boto3.client(service, region_name="us-east-1", **options)
        made.meta.events.register("before-send", self._answer)
        return made

    def _answer(self, request: Any, **_: Any) -> AWSResponse:
        self.requests.append(request.body)
        answer = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
        if isinstance(answer, Exception):
            raise answer
        status, told = answer
        headers = {"x-amzn-ErrorType": told.get("__type", "")} if status >= 400 else {}
        return AWSResponse(request.url, status, headers, _Raw(json.dumps(told).encode()))


class _Raw(io.BytesIO):
    def stream(self, **_: Any) -> Iterator[bytes]:
        yield self.read()


@pytest.fixture
def service(monkeypatch: pytest.MonkeyPatch) -> Iterator[Service]:
    made = Service()
    monkeypatch.setattr(clients, "boto3", made)
    monkeypatch.setattr(patience, "BACKOFF_S", 0)
    monkeypatch.setattr("botocore.retries.standard.ExponentialBackoff.delay_amount", lambda *_: 0)
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "test")
    patience.forget()
    cached = (bus._client, gateway._client, gateway._sender, timers._client, workflow._client)
    for one in cached:
        one.cache_clear()
    yield made
    for one in cached:
        one.cache_clear()


def put_answer(*codes: str | None) -> tuple[int, Any]:
    """What EventBridge says of as many entries; a code for each that it refuses."""
    entries = [{"ErrorCode": code, "ErrorMessage": "no"} if code else {"EventId": "e"} for code in codes]
    return 200, {"FailedEntryCount": sum(map(bool, codes)), "Entries": entries}


# ---------------------------------------------------------------------- the bus


def test_events_that_the_bus_refuses_for_the_moment_go_again_alone(service: Service) -> None:
    service.answers = [put_answer(None, "ThrottlingException", None), put_answer("InternalFailure"), put_answer(None)]
    bus.publish(EVENTS)
    sent = [
        [json.loads(entry["Detail"])["station_id"] for entry in json.loads(one)["Entries"]] for one in service.requests
    ]
    assert sent == [["CP0", "CP1", "CP2"], ["CP1"], ["CP1"]]


def test_an_event_that_the_bus_never_takes_fails_the_batch(service: Service) -> None:
    service.answers = [put_answer(None, "InvalidArgument", None)]
    with pytest.raises(NotPublished, match="InvalidArgument"):
        bus.publish(EVENTS)
    assert len(service.requests) == 1


@pytest.mark.parametrize(
    "fault",
    [
        (400, {"__type": "ThrottlingException", "message": "slow down"}),
        (500, {"__type": "InternalFailure", "message": "x"}),
        ConnectTimeoutError(endpoint_url="https://x"),
        ReadTimeoutError(endpoint_url="https://x"),
    ],
)
def test_a_bus_that_fails_is_asked_again(service: Service, fault: Any) -> None:
    service.answers = [fault, fault, put_answer(None, None, None)]
    bus.publish(EVENTS)
    assert len(service.requests) == 3


def test_a_bus_that_keeps_failing_makes_the_stream_deliver_again(service: Service) -> None:
    service.answers = [(500, {"__type": "InternalFailure", "message": "x"})]
    keys = {"pk": {"S": "CONNECTION#CP1"}, "sk": {"S": "CONNECTION"}}
    new = {
        **keys,
        "connection_id": {"S": "c1"},
        "connected_at": {"S": "2026-11-20T08:00:00.000000Z"},
        "last_seen_at": {"S": "2026-11-20T08:00:00.000000Z"},
        "ocpp_version": {"S": "1.6"},
    }
    record = {"eventName": "INSERT", "dynamodb": {"Keys": keys, "NewImage": new, "SequenceNumber": "1"}}
    with pytest.raises(ClientError):
        publish_events.handler({"Records": [record]}, None)


# ---------------------------------------------------------------------- connections and timers


@pytest.mark.parametrize(
    ("fault", "outcome"),
    [
        ((429, {"__type": "LimitExceededException"}), "throttled"),
        ((410, {"__type": "GoneException"}), "gone"),
        ((500, {"__type": "InternalServerError"}), "unknown"),
        (ReadTimeoutError(endpoint_url="https://x"), "unknown"),
    ],
)
def test_a_frame_is_never_sent_twice(service: Service, fault: Any, outcome: str) -> None:
    service.answers = [fault]
    assert gateway.send("c1", "[2]") == outcome
    assert len(service.requests) == 1


def test_a_lost_disconnect_is_found_although_connections_throttles(service: Service) -> None:
    long_ago = datetime.now(UTC) - timedelta(minutes=30)
    DirectStation(now=long_ago)
    service.answers = [(429, {"__type": "LimitExceededException"}), (410, {"__type": "GoneException"})]
    assert sweep_connections.handler({}, None) == {"swept": 1}
    found = connections.find("CP1")
    assert found is not None
    assert not found.online


def test_a_timer_that_cannot_be_read_keeps_no_others_from_coming(service: Service) -> None:
    later = {"station_id": "CP1", "call_id": None, "at": "2099-01-01T00:00:00Z"}
    records = [
        {"messageId": "poison", "body": "no JSON"},
        {"messageId": "sound", "body": json.dumps(later)},
    ]
    service.answers = [(200, {"MessageId": "m", "MD5OfMessageBody": ""})]
    answer = watch_calls.handler({"Records": records}, None)
    assert answer == {"batchItemFailures": [{"itemIdentifier": "poison"}]}


# ---------------------------------------------------------------------- state machines


def test_an_execution_whose_start_is_throttled_is_started(service: Service) -> None:
    throttled = (400, {"__type": "ThrottlingException", "message": "slow down"})
    service.answers = [throttled, throttled, (200, {"executionArn": "arn", "startDate": 0})]
    workflow.start("UpdateFirmware", "once", {})
    assert len(service.requests) == 3


def test_an_execution_whose_start_was_not_answered_is_started_once(service: Service) -> None:
    already = (400, {"__type": "ExecutionAlreadyExists", "message": "x"})
    service.answers = [ReadTimeoutError(endpoint_url="https://x"), already]
    workflow.start("UpdateFirmware", "once", {})
    assert len(service.requests) == 2


# ---------------------------------------------------------------------- our own code


def test_a_message_that_crashes_our_code_is_answered(monkeypatch: pytest.MonkeyPatch) -> None:
    def crash(*_: Any) -> None:
        raise RecursionError("a fault of ours")

    station = DirectStation()
    monkeypatch.setattr(transactions, "begin", crash)
    start = {"connectorId": 1, "idTag": "T", "meterStart": 0, "timestamp": "2026-11-20T08:00:00Z"}
    answer = station.frame("StartTransaction", start, "m1")
    assert answer is not None
    assert answer[:3] == [4, "m1", "InternalError"]
    assert station.frame("Heartbeat", {}) is not None


@pytest.mark.parametrize("nested", [2000, 60_000])
def test_a_frame_that_is_deeper_than_our_reader_goes_is_answered(nested: int) -> None:
    station = DirectStation()
    deep = "[" * nested + "]" * nested
    answer = station.text(
        f'[2, "m1", "DataTransfer", {{"vendorId": "x", "data": {deep}}}]', "functions.actions.data_transfer"
    )
    assert answer is None or answer[0] in (3, 4)
