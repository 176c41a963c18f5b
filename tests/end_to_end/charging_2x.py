"""Stations of OCPP 2.0.1 and 2.1 that charge, with profiles: what they tell, and what they are sent."""

import itertools
from datetime import UTC, datetime
from typing import Any

from tests.end_to_end.answering import answer, ask, made, receive, seen
from tests.end_to_end.clients import Api, Station

PERIODS = [{"start_s": 0, "limit": 16}, {"start_s": 3600, "limit": 6.5, "phases": 1}]
WANTED: dict[str, Any] = {
    "evse_id": 0,
    "purpose": "TxDefaultProfile",
    "kind": "Relative",
    "schedules": [{"unit": "A", "periods": PERIODS}],
}
SMART = "SmartChargingCtrlr"

_numbers = itertools.count(1)


def now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")


async def put(api: Api, station: Station, **changed: Any) -> Any:
    return await made(api, "PUT", "stations", station.station_id, "charging-profiles", body=WANTED | changed)


async def install(api: Api, station: Station, **changed: Any) -> Any:
    """The request by which a profile went out to the station, which has accepted it."""
    await put(api, station, **changed)
    frame = await receive(station, "SetChargingProfile")
    await answer(api, station, frame)
    return frame[3]


async def profiles(api: Api, station: Station, **query: Any) -> Any:
    return (await seen(api, "stations", station.station_id, "charging-profiles", **query))["items"]


async def states(api: Api, station: Station) -> dict[int, str]:
    return {one["profile_id"]: one["state"] for one in await profiles(api, station)}


async def charge(station: Station, transaction_id: str, evse_id: int = 1, **more: Any) -> None:
    """A transaction begins."""
    await event(station, transaction_id, "Started", 0, evse={"id": evse_id, "connectorId": 1}, **more)


async def event(station: Station, transaction_id: str, event_type: str, seq_no: int, **more: Any) -> Any:
    told = {
        "eventType": event_type,
        "timestamp": now(),
        "triggerReason": "CablePluggedIn" if event_type == "Started" else "EVDeparted",
        "seqNo": seq_no,
        "transactionInfo": {"transactionId": transaction_id},
    }
    return await station.call("TransactionEvent", **told | more)


async def reports(station: Station, **values: str) -> None:
    """Variables of the station's smart charging, as it tells them: `Entries` by the most that it takes."""
    data = []
    for name, value in values.items():
        variable: dict[str, Any] = {"name": name}
        characteristics: dict[str, Any] = {"dataType": "string", "supportsMonitoring": False}
        if name == "Entries":
            variable["instance"] = "ChargingProfiles"
            characteristics = {"dataType": "integer", "supportsMonitoring": False, "maxLimit": int(value)}
        data.append(
            {
                "component": {"name": SMART},
                "variable": variable,
                "variableAttribute": [
                    {"type": "Actual", "value": "0" if name == "Entries" else value, "mutability": "ReadOnly"}
                ],
                "variableCharacteristics": characteristics,
            }
        )
    number = next(_numbers)
    await station.call("NotifyReport", requestId=number, generatedAt=now(), seqNo=0, tbc=False, reportData=data)


async def report_page(station: Station, request_id: int, profile: Any, **more: Any) -> None:
    page = {"requestId": request_id, "chargingLimitSource": "CSO", "evseId": 0, "chargingProfile": [profile]}
    assert await station.call("ReportChargingProfiles", **page | more) == {}


def profile_2x(profile_id: int, **changed: Any) -> dict[str, Any]:
    """A profile in the station's words."""
    schedule = {"id": 1, "chargingRateUnit": "A", "chargingSchedulePeriod": [{"startPeriod": 0, "limit": 16}]}
    return {
        "id": profile_id,
        "stackLevel": 0,
        "chargingProfilePurpose": "TxDefaultProfile",
        "chargingProfileKind": "Relative",
        "chargingSchedule": [schedule],
    } | changed


async def refused(api: Api, station: Station, action: str, payload: Any) -> Any:
    """What is wrong with a call that is not sent, as `(status, paths)`."""
    body = {"action": action, "payload": payload}
    response = await ask(api, "POST", "stations", station.station_id, "calls", body=body)
    found = response.json()
    return response.status_code, sorted(one["path"] for one in found.get("errors", []))
