"""The request units that a message may cost (DESIGN, section 3), by DynamoDB's published rules."""

from datetime import datetime, timedelta

import pytest

from bench.scenarios import (
    CONNECT,
    DISCONNECT,
    MORE_16,
    NOW,
    SESSION_2X,
    SESSION_16,
    STATION_ID,
    TAG,
    Scenario,
    each,
    prepare,
)
from bench.scenarios_2x import MORE_2X
from functions.connection import authorizer, connect, disconnect
from local.capacity import recording
from shared.aws import gateway
from shared.catalog import FROM_STATION
from shared.domain.authorization import IdToken
from shared.store import tokens
from tests.integration.api import call
from tests.integration.station import DirectStation

pytestmark = pytest.mark.usefixtures("table")

MESSAGES = each(*SESSION_16, *MORE_16, *SESSION_2X, *MORE_2X)


@pytest.fixture
def station() -> DirectStation:
    return station_of("1.6")


def station_of(version: str) -> DirectStation:
    """A station with an identity of usual length, and an id token that the operator knows."""
    tokens.save(IdToken(TAG, group_id="FLEET"))
    return DirectStation(STATION_ID, version=version, now=datetime.fromisoformat(NOW))


def test_every_action_of_a_station_has_a_budget_in_every_version() -> None:
    said = {(version, scenario.action) for version, scenario in MESSAGES}
    assert said == {(version, action.name) for action in FROM_STATION for version in action.versions}


@pytest.mark.parametrize(
    ("version", "scenario"), MESSAGES, ids=[f"{scenario.name} in {version}" for version, scenario in MESSAGES]
)
def test_a_message_costs_no_more_than_its_budget(version: str, scenario: Scenario) -> None:
    station = station_of(version)
    payload = prepare(scenario, lambda action, said: station.send(action, **said))
    with recording() as meter:
        answer = station.frame(scenario.action, payload)
    assert answer
    assert answer[0] == 3, answer
    assert meter.write_units <= scenario.write_units
    assert meter.read_units <= scenario.read_units


def test_a_reconnect_costs_no_more_than_its_budget(station: DirectStation) -> None:
    moment = int((station.now + timedelta(minutes=1)).timestamp() * 1000)
    context = {"connectionId": "new", "connectedAt": moment, "requestTimeEpoch": moment}
    headers = {"x-idlewatt-station": station.station_id, "sec-websocket-protocol": "ocpp1.6"}
    event = {"methodArn": "arn", "headers": headers, "requestContext": context}
    with recording() as meter:
        found = authorizer.handler(event, None)
        answer = connect.handler({**event, "requestContext": {**context, "authorizer": found["context"]}}, None)
    assert answer["statusCode"] == 200
    assert meter.write_units <= CONNECT.write_units
    assert meter.read_units <= CONNECT.read_units


def test_a_disconnect_costs_no_more_than_its_budget(station: DirectStation) -> None:
    context = {
        "connectionId": station.connection_id,
        "connectedAt": int(station.now.timestamp() * 1000),
        "authorizer": {"station_id": station.station_id},
    }
    with recording() as meter:
        disconnect.handler({"requestContext": context}, None)
    assert (meter.write_units, meter.read_units) == (DISCONNECT.write_units, DISCONNECT.read_units)


def test_a_call_costs_no_more_than_its_budget_before_it_is_sent(
    station: DirectStation, monkeypatch: pytest.MonkeyPatch
) -> None:
    spent: list[tuple[float, float]] = []

    def send(_connection_id: str, _text: str) -> str:
        spent.append((meter.write_units, meter.read_units))
        return "sent"

    monkeypatch.setattr(gateway, "send", send)
    with recording() as meter:
        path = f"/stations/{station.station_id}/calls"
        answer = call("POST", path, body={"action": "Reset", "payload": {"type": "Soft"}})
    assert answer.json["state"] == "sent"
    assert spent == [(2, 1)]
    assert (meter.write_units, meter.read_units) == (3, 1)
