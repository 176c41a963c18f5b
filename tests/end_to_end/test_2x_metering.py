"""What stations of OCPP 2.x measure, in transactions and outside."""

import asyncio
import itertools
from typing import Any

import pytest

from local.system import LocalSystem
from shared.ocpp.messages import V2X
from tests.end_to_end.clients import Api, dial_2x

both = pytest.mark.parametrize("version", V2X)
_numbers = itertools.count(1)
OCMF = 'OCMF|{"FV":"1.0","RD":[{"RV":1.000,"RU":"kWh"}]}|{"SD":"3045\u00e9 AB=="}'
SIGNED = {
    "signedMeterData": OCMF,
    "signingMethod": "ECDSA-secp256r1-SHA256",
    "encodingMethod": "OCMF",
    "publicKey": "3059301306072A8648CE3D0201",
}


def new_id() -> str:
    return f"m-{next(_numbers)}"


def at(minute: int) -> str:
    return f"2026-11-20T08:{minute:02}:00Z"


def event(kind: str, seq_no: int, transaction_id: str, *samples: dict[str, Any], **more: Any) -> dict[str, Any]:
    said = {"eventType": kind, "seqNo": seq_no, "timestamp": at(seq_no), "triggerReason": "MeterValuePeriodic"}
    values = {"meterValue": [{"timestamp": at(seq_no), "sampledValue": list(samples)}]} if samples else {}
    return {**said, "transactionInfo": {"transactionId": transaction_id}, **values, **more}


@pytest.mark.requirement("M20-101", "J01")
@both
async def test_readings_outside_of_transactions_are_kept_by_evse(system: LocalSystem, api: Api, version: str) -> None:
    station_id = new_id()
    async with dial_2x(system, station_id, version) as station:
        for evse_id in (0, 1):
            sample = {"value": 7.5, "context": "Sample.Clock", "measurand": "Power.Active.Import"}
            value = {"timestamp": at(evse_id), "sampledValue": [sample]}
            assert await station.call("MeterValues", evseId=evse_id, meterValue=[value]) == {}
    found = await asyncio.to_thread(api.items, "stations", station_id, "meter-values")
    assert [(one["evse_id"], one["meter_values"][0]["sampled_values"][0]["value"]) for one in found] == [
        (0, "7.5"),
        (1, "7.5"),
    ]
    assert found[0]["meter_values"][0]["sampled_values"][0]["context"] == "Sample.Clock"


@pytest.mark.requirement("M20-103", "J02")
@both
async def test_readings_of_a_transaction_are_kept_with_their_contexts(
    system: LocalSystem, api: Api, version: str
) -> None:
    name = new_id()
    contexts = ("Transaction.Begin", "Sample.Periodic", "Interruption.Begin", "Sample.Clock", "Trigger")
    async with dial_2x(system, f"S-{name}", version) as station:
        for number, context in enumerate(contexts):
            sample = {"value": 100 * number + 5, "context": context}
            kind = "Updated" if number else "Started"
            await station.call("TransactionEvent", **event(kind, number, name, sample, evse={"id": 1}))
        running = await asyncio.to_thread(api.get, "transactions", name)
        assert (running["state"], running["energy_wh"]) == ("active", 400)
        phases = [{"value": 300, "phase": phase, "context": "Transaction.End"} for phase in ("L1", "L2", "L3")]
        await station.call("TransactionEvent", **event("Ended", 5, name, *phases))
    values = await asyncio.to_thread(api.items, "transactions", name, "meter-values")
    seen = [sample["context"] for value in values for sample in value["sampled_values"]]
    assert seen == [*contexts, *["Transaction.End"] * 3]
    found = await asyncio.to_thread(api.get, "transactions", name)
    assert (found["meter_start_wh"], found["meter_stop_wh"], found["energy_wh"]) == (5, 900, 895)


@pytest.mark.requirement("M20-104", "J02", "J03")
@both
async def test_signed_data_come_out_as_they_went_in(system: LocalSystem, api: Api, version: str) -> None:
    name = new_id()
    async with dial_2x(system, f"S-{name}", version) as station:
        sample = {"value": 1000, "context": "Transaction.Begin", "signedMeterValue": SIGNED}
        await station.call("TransactionEvent", **event("Started", 0, name, sample))
        await station.call("TransactionEvent", **event("Ended", 1, name, sample | {"context": "Transaction.End"}))
    values = await asyncio.to_thread(api.items, "transactions", name, "meter-values")
    signed = [sample["signed"] for value in values for sample in value["sampled_values"]]
    assert (
        signed
        == [
            {
                "signed_data": OCMF,
                "signing_method": "ECDSA-secp256r1-SHA256",
                "encoding_method": "OCMF",
                "public_key": SIGNED["publicKey"],
            }
        ]
        * 2
    )


@pytest.mark.requirement("M20-104")
async def test_signed_data_longer_than_the_schema_allows_lose_nothing(system: LocalSystem, api: Api) -> None:
    name, long = new_id(), "x" * 4000
    async with dial_2x(system, f"S-{name}", "2.0.1") as station:
        sample = {"value": 1000, "signedMeterValue": SIGNED | {"signedMeterData": long}}
        frame = await station.frame("TransactionEvent", event("Started", 0, name, sample))
        assert frame[0] == 3
    (value,) = await asyncio.to_thread(api.items, "transactions", name, "meter-values")
    assert value["sampled_values"][0]["signed"]["signed_data"] == long


@pytest.mark.requirement("M20-105")
@both
async def test_units_and_multipliers_are_counted_in_and_kept(system: LocalSystem, api: Api, version: str) -> None:
    name = new_id()
    async with dial_2x(system, f"S-{name}", version) as station:
        first = {"value": 1.25, "unitOfMeasure": {"unit": "kWh", "multiplier": 3}, "context": "Transaction.Begin"}
        last = {"value": 1250.5, "unitOfMeasure": {"unit": "kWh"}, "context": "Transaction.End"}
        power = {"value": 11.04, "unitOfMeasure": {"unit": "kW"}, "measurand": "Power.Active.Import"}
        await station.call("TransactionEvent", **event("Started", 0, name, first, evse={"id": 1}))
        await station.call("TransactionEvent", **event("Ended", 1, name, last, power))
    found = await asyncio.to_thread(api.get, "transactions", name)
    assert (found["meter_start_wh"], found["meter_stop_wh"], found["energy_wh"]) == (1_250_000, 1_250_500, 500)
    values = await asyncio.to_thread(api.items, "transactions", name, "meter-values")
    shown = [
        (one["value"], one["unit"], one["multiplier"], one["normalized_value"], one["normalized_unit"])
        for value in values
        for one in value["sampled_values"]
    ]
    assert shown == [
        ("1.25", "kWh", 3, "1250000", "Wh"),
        ("1250.5", "kWh", None, "1250500", "Wh"),
        ("11.04", "kW", None, "11040", "W"),
    ]
