"""A payment whose transaction does not begin although the station has said that it would."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from functions.queue import watch_calls
from local.dynamodb.storage import Store
from shared.aws import gateway, timers
from shared.aws.timers import Timer
from shared.domain.tariffs import Tariff
from shared.store import stations, tariffs, tokens
from tests.integration.api import call, get
from tests.integration.station import DirectStation
from tests.integration.stream import Stream, watched

pytestmark = pytest.mark.usefixtures("table")


@pytest.fixture
def stream(table: Store, monkeypatch: pytest.MonkeyPatch) -> Stream:
    monkeypatch.setattr(gateway, "send", lambda _connection_id, _text: "sent")
    return watched(table, monkeypatch)


@pytest.fixture
def waiting(monkeypatch: pytest.MonkeyPatch) -> list[Timer]:
    set_: list[Timer] = []
    monkeypatch.setattr(timers, "set", set_.append)
    return set_


def paid(station: DirectStation, stream: Stream) -> dict[str, Any]:
    """A payment for which the station has promised to start."""
    tariffs.save(Tariff("T", "EUR"))
    stations.replace(stations.existing("CP1")._replace(tariff_id="T"))
    order = {"station_id": "CP1", "evse_id": 1, "currency": "EUR", "limit": {"max_cost": 5}, "psp_ref": "PSP"}
    made = call("POST", "/payments", body=order)
    assert made.status == 202, made.json
    payment: dict[str, Any] = made.json
    stream.flow()
    station.text(json.dumps([3, payment["call"]["call_id"], {"status": "Accepted"}]))
    stream.flow()
    return payment


def pass_by(timer: Timer) -> None:
    body = {"station_id": timer.station_id, "call_id": timer.call_id, "awaits_start": timer.awaits_start}
    past = (datetime.now(UTC) - timedelta(seconds=1)).isoformat()
    assert watch_calls.handler({"Records": [{"messageId": "1", "body": json.dumps(body | {"at": past})}]}, None) == {
        "batchItemFailures": []
    }


def test_it_is_cancelled_when_its_time_is_over(stream: Stream, waiting: list[Timer]) -> None:
    payment = paid(DirectStation(version="2.1"), stream)
    (timer,) = [one for one in waiting if one.awaits_start]
    assert get(f"/payments/{payment['payment_id']}")["state"] == "authorized"
    for _ in range(2):
        pass_by(timer)
        stream.flow()
    shown = get(f"/payments/{payment['payment_id']}")
    assert (shown["state"], shown["reason"]) == ("cancelled", "the transaction did not begin: not in time")
    token = tokens.find("PSP")
    assert token is not None
    assert token.status == "Blocked"


@pytest.mark.parametrize("said", [{}, {"remoteStartId": True}])
def test_it_stands_where_the_transaction_has_begun(said: dict[str, Any], stream: Stream, waiting: list[Timer]) -> None:
    station = DirectStation(version="2.1")
    payment = paid(station, stream)
    info = {"transactionId": "TX"} | ({"remoteStartId": payment["call"]["payload"]["remoteStartId"]} if said else {})
    started = {"eventType": "Started", "seqNo": 0, "triggerReason": "RemoteStart", "evse": {"id": 1}}
    token = {"idToken": "PSP", "type": "DirectPayment"}
    at = datetime.now(UTC).isoformat()
    station.send("TransactionEvent", **started, timestamp=at, transactionInfo=info, idToken=token)
    stream.flow()
    (timer,) = [one for one in waiting if one.awaits_start]
    pass_by(timer)
    stream.flow()
    assert get(f"/payments/{payment['payment_id']}")["state"] == "authorized"
