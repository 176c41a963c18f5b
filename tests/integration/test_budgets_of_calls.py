"""What calls to stations cost in DynamoDB's request units. What stations send is in test_budgets.py."""

import json
from typing import Any, NamedTuple

import pytest

from bench.scenarios_2x import PROFILE, TRANSACTION
from local.capacity import recording
from tests.integration.called_station import CalledStation

pytestmark = pytest.mark.usefixtures("table")

HEARTBEAT_INTERVAL = {"component": {"name": "OCPPCommCtrlr"}, "variable": {"name": "HeartbeatInterval"}}
ACCEPTED = {"status": "Accepted"}


class CallBudget(NamedTuple):
    """Of a call of ours, from its request to what follows from the answer. One without checks and consequences costs 5
    and 2."""

    payload: dict[str, Any]
    answer: dict[str, Any]
    write_units: float
    read_units: float


CALLS = {
    "ChangeAvailability": CallBudget({"operationalStatus": "Inoperative"}, ACCEPTED, 6, 2),
    "CostUpdated": CallBudget({"transactionId": TRANSACTION, "totalCost": 1.5}, {}, 5, 2),
    "GetVariables": CallBudget(
        {"getVariableData": [HEARTBEAT_INTERVAL]},
        {"getVariableResult": [HEARTBEAT_INTERVAL | {"attributeStatus": "Accepted", "attributeValue": "300"}]},
        6,
        3.5,
    ),
    "RequestStartTransaction": CallBudget(
        {"idToken": {"idToken": "TAG", "type": "Central"}, "remoteStartId": 7, "evseId": 1}, ACCEPTED, 6, 2.5
    ),
    "RequestStopTransaction": CallBudget({"transactionId": TRANSACTION}, ACCEPTED, 5, 4),
    # The profile, of more than 1 KB, stands in the call, and by itself before it goes out and after it is accepted.
    "SetChargingProfile": CallBudget({"evseId": 0, "chargingProfile": PROFILE}, ACCEPTED, 12, 9),
    "TriggerMessage": CallBudget({"requestedMessage": "Heartbeat"}, ACCEPTED, 6, 2),
    "UnlockConnector": CallBudget({"evseId": 1, "connectorId": 1}, {"status": "Unlocked"}, 5, 2),
}


@pytest.mark.parametrize("name", sorted(CALLS))
def test_a_call_costs_no_more_than_its_budget(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    budget = CALLS[name]
    station = CalledStation(monkeypatch, "DE*IDL*E0123456", version="2.1")
    with recording() as meter:
        call = station.order(name, budget.payload)
        station.text(json.dumps([3, call.call_id, budget.answer]))
    assert station.call(call.call_id).state == "answered"
    assert meter.write_units <= budget.write_units
    assert meter.read_units <= budget.read_units
