"""Transactions of the operator API, through their function, on a table."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from shared.domain.metering import MeterValue, SampledValue
from shared.domain.transactions import Transaction
from shared.store import meter_values
from shared.store.meter_values import MeterReport
from tests.integration.api import call, get, pages
from tests.integration.sessions import began, ended, iso
from tests.integration.station import DirectStation

pytestmark = pytest.mark.usefixtures("table")

NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)


def reported(at: datetime, value_wh: int, *, number: int | None, evse_id: int = 1, inferred: bool = False) -> None:
    values = [MeterValue(at, (SampledValue(str(value_wh), unit="Wh"),))]
    meter_values.record(MeterReport("CP1", evse_id, number, values, at, inferred))


ONLY_2X: dict[str, Any] = {
    **dict.fromkeys(("id_token_type", "charging_state", "trigger_reason", "remote_start_id", "time_spent_charging_s")),
    **dict.fromkeys(("number_of_phases", "cable_max_current_a", "operation_mode", "tariff_id", "transaction_limit")),
    **dict.fromkeys(("total_cost", "currency", "station_cost", "cost", "complete")),
    "missing_seq_nos": [],
}
"""What only the later versions tell."""


@pytest.mark.requirement("M16-044", "M16-055")
def test_a_session_of_a_station_is_shown_from_its_start_to_its_end() -> None:
    call("PUT", "/id-tokens/TAG", body={"group_id": "FLEET"})
    station = DirectStation("CP1")
    started = station.send(
        "StartTransaction", connectorId=2, idTag="tag", meterStart=1000, timestamp="2026-11-20T12:00:00Z"
    )
    assert started["idTagInfo"]["status"] == "Accepted"
    assert started["transactionId"] > 0
    path = f"/transactions/{started['transactionId']}"
    running = {
        "transaction_id": str(started["transactionId"]),
        "number": started["transactionId"],
        "station_id": "CP1",
        "evse_id": 2,
        "connector_id": 1,
        "id_token": "tag",
        "group_id": "FLEET",
        "authorization_status": "Accepted",
        "state": "active",
        "started_at": "2026-11-20T12:00:00Z",
        "ended_at": None,
        "meter_start_wh": 1000,
        "meter_stop_wh": None,
        "energy_wh": None,
        "stopped_reason": None,
        "stop_id_token": None,
        "reservation_id": None,
        "remote_call_id": None,
        "flags": [],
    }
    assert get(path) == running | ONLY_2X
    stop = {"transactionId": started["transactionId"], "meterStop": 8500, "timestamp": "2026-11-20T13:00:00Z"}
    assert station.send("StopTransaction", **stop, idTag="TAG", reason="EVDisconnected") == {
        "idTagInfo": {"status": "Accepted", "parentIdTag": "FLEET"}
    }
    assert get(path) == running | ONLY_2X | {
        "state": "ended",
        "ended_at": "2026-11-20T13:00:00Z",
        "meter_stop_wh": 8500,
        "energy_wh": 7500,
        "stopped_reason": "EVDisconnected",
        "stop_id_token": "TAG",
    }


@pytest.mark.parametrize("path", ["/transactions/4711", "/transactions/days", "/transactions/a%2Fb/meter-values"])
def test_an_unknown_transaction_is_not_found(path: str) -> None:
    ended(began(NOON))
    assert call("GET", path).status == 404


def test_an_active_transaction_has_the_energy_of_its_latest_meter_values() -> None:
    running = began(NOON)
    reported(NOON + timedelta(minutes=10), 2500, number=running.number)
    reported(NOON + timedelta(minutes=20), 4200, number=running.number)
    assert get(f"/transactions/{running.transaction_id}")["energy_wh"] == 3200
    assert get("/transactions")["items"][0]["energy_wh"] is None


def shown_wh(transaction: Transaction, **query: object) -> list[tuple[str, bool]]:
    """Value and inference of each meter value of a transaction."""
    listed = pages(f"/transactions/{transaction.transaction_id}/meter-values", **query)
    return [(item["sampled_values"][0]["value"], item["inferred"]) for page in listed for item in page]


def test_meter_values_of_the_evse_that_name_no_transaction_are_inferred_to_be_its() -> None:
    transaction = began(NOON)
    minutes = [NOON + timedelta(minutes=number) for number in range(60)]
    reported(NOON - timedelta(seconds=1), 900, number=None)
    reported(minutes[0], 1000, number=None)
    reported(minutes[5], 2000, number=transaction.number)
    reported(minutes[10], 3000, number=None)
    reported(minutes[10], 3333, number=None, evse_id=2)
    reported(minutes[15], 4000, number=transaction.number, inferred=True)
    reported(minutes[30], 5000, number=None)
    reported(minutes[30] + timedelta(seconds=1), 5001, number=None)
    expected = [("1000", True), ("2000", False), ("3000", True), ("4000", True), ("5000", True)]
    assert shown_wh(transaction) == [*expected, ("5001", True)]
    assert shown_wh(ended(transaction, after=timedelta(minutes=30))) == expected


@pytest.mark.parametrize("limit", [1, 2, 3, 50])
def test_meter_values_come_in_pages(limit: int) -> None:
    transaction = began(NOON)
    for number in range(5):
        at = NOON + timedelta(minutes=number // 2, milliseconds=number % 2)
        reported(at, number, number=transaction.number if number % 3 else None)
    assert shown_wh(transaction, limit=limit) == [(str(number), number % 3 == 0) for number in range(5)]


def test_an_orphan_does_not_collect_what_names_no_transaction_at_all() -> None:
    station = DirectStation("CP1")
    data = [{"timestamp": iso(NOON), "sampledValue": [{"value": "5"}]}]
    station.send("MeterValues", connectorId=1, transactionId=-1, meterValue=data)
    stop = {"transactionId": -1, "meterStop": 5000, "timestamp": iso(NOON), "transactionData": data}
    station.send("StopTransaction", **stop)
    (orphan,) = get("/transactions", station_id="CP1")["items"]
    assert (orphan["flags"], orphan["started_at"]) == (["orphan"], None)
    assert [item["inferred"] for item in get(f"/transactions/{orphan['transaction_id']}/meter-values")["items"]] == [
        False
    ]


def measured(measurand: str, value: str, **more: str) -> dict[str, str]:
    return {"measurand": measurand, "value": value, **more}


@pytest.mark.requirement("M16-050")
def test_measurands_and_phases_of_a_transaction_can_be_read_again() -> None:
    station = DirectStation("CP1")
    number = station.send("StartTransaction", connectorId=1, idTag="TAG", meterStart=0, timestamp=iso(NOON))
    sent = [
        measured("Energy.Active.Import.Register", "1.5", unit="kWh"),
        measured("Current.Import", "16.0", unit="A", phase="L1"),
        measured("Current.Import", "15.8", unit="A", phase="L2"),
        measured("Voltage", "230", unit="V", phase="L1-N", location="Inlet", context="Sample.Clock"),
    ]
    station.send(
        "MeterValues",
        connectorId=1,
        transactionId=number["transactionId"],
        meterValue=[{"timestamp": iso(NOON + timedelta(minutes=1)), "sampledValue": sent}],
    )
    path = f"/transactions/{number['transactionId']}/meter-values"
    (shown,) = get(path)["items"]
    plain: dict[str, str | None] = dict.fromkeys(("multiplier", "normalized_value", "normalized_unit", "signed"))
    defaults = {**plain, "context": "Sample.Periodic", "location": "Outlet", "phase": None, "format": "Raw"}
    in_wh = {"normalized_value": "1500", "normalized_unit": "Wh"}
    assert shown["sampled_values"] == [{**defaults, **sent[0], **in_wh}, *({**defaults, **one} for one in sent[1:])]
    (currents,) = get(path, measurand="Current.Import")["items"]
    assert [one["phase"] for one in currents["sampled_values"]] == ["L1", "L2"]
    assert get(path, measurand="SoC")["items"] == []


@pytest.mark.requirement("M16-054")
def test_signed_data_is_kept_to_the_byte() -> None:
    station = DirectStation("CP1")
    signed = "T0NNRnx7IkZWIjoiMS4wIiwgICJHSSI6IsOkIn18eyJTRCI6IjMwNDQifQ==\n"
    sample = {"value": signed, "format": "SignedData", "context": "Transaction.Begin"}
    station.send("MeterValues", connectorId=1, meterValue=[{"timestamp": iso(NOON), "sampledValue": [sample]}])
    (shown,) = get("/stations/CP1/meter-values")["items"]
    assert shown["meter_values"][0]["sampled_values"][0]["value"] == signed


@pytest.mark.requirement("M16-062")
def test_transaction_data_that_repeats_meter_values_is_shown_once() -> None:
    station = DirectStation("CP1")
    number = station.send("StartTransaction", connectorId=1, idTag="TAG", meterStart=0, timestamp=iso(NOON))
    values = [
        {"timestamp": iso(NOON + timedelta(seconds=second)), "sampledValue": [{"value": str(second), "unit": "Wh"}]}
        for second in range(100)
    ]
    for value in values[::2]:
        station.send("MeterValues", connectorId=1, transactionId=number["transactionId"], meterValue=[value])
    stop = {"transactionId": number["transactionId"], "meterStop": 99, "timestamp": iso(NOON + timedelta(minutes=2))}
    station.send("StopTransaction", **stop, transactionData=values)
    listed = pages(f"/transactions/{number['transactionId']}/meter-values", limit=30)
    shown = [item["sampled_values"] for page in listed for item in page]
    assert [[one["value"] for one in samples] for samples in shown] == [[str(second)] for second in range(100)]
