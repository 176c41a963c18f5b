"""Sessions of stations of OCPP 2.x, event by event."""

import asyncio
from typing import Any

from tests.end_to_end.clients import Api, Station

TAG = {"idToken": "TAG", "type": "ISO14443"}
EVSE = {"id": 1, "connectorId": 1}


def at(minute: int) -> str:
    return f"2026-11-20T{8 + minute // 60:02}:{minute % 60:02}:00Z"


def reading(wh: float, minute: int, context: str = "Sample.Periodic", **more: Any) -> dict[str, Any]:
    return {"timestamp": at(minute), "sampledValue": [{"value": wh, "context": context, **more}]}


def event(kind: str, seq_no: int, transaction_id: str, trigger: str, **more: Any) -> dict[str, Any]:
    """A TransactionEvent, a minute for each seqNo; `info` is what its transactionInfo says beyond the id."""
    info = {"transactionId": transaction_id, **more.pop("info", {})}
    said = {"eventType": kind, "seqNo": seq_no, "timestamp": at(seq_no), "triggerReason": trigger}
    return {**said, "transactionInfo": info, **more}


def session(transaction_id: str) -> list[dict[str, Any]]:
    """Cable first, token then, 3.5 kWh."""
    return [
        event(
            "Started",
            0,
            transaction_id,
            "CablePluggedIn",
            evse=EVSE,
            info={"chargingState": "EVConnected"},
            meterValue=[reading(1000, 0, "Transaction.Begin")],
        ),
        event("Updated", 1, transaction_id, "Authorized", idToken=TAG),
        event("Updated", 2, transaction_id, "ChargingStateChanged", info={"chargingState": "Charging"}),
        event("Updated", 3, transaction_id, "MeterValuePeriodic", meterValue=[reading(2000, 3)]),
        event(
            "Ended",
            4,
            transaction_id,
            "EVDeparted",
            info={"chargingState": "Idle", "stoppedReason": "EVDisconnected", "timeSpentCharging": 180},
            meterValue=[reading(4500, 4, "Transaction.End")],
        ),
    ]


async def tell(station: Station, *events: dict[str, Any]) -> list[dict[str, Any]]:
    return [await station.call("TransactionEvent", **one) for one in events]


async def shown(api: Api, transaction_id: str) -> dict[str, Any]:
    found: dict[str, Any] = await asyncio.to_thread(api.get, "transactions", transaction_id)
    return found
