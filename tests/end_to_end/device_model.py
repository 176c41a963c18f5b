"""The device model of a station of OCPP 2.x: what a test has it tell, and what the API then shows."""

from typing import Any

from tests.end_to_end.answering import seen
from tests.end_to_end.clients import Api, Station

NOW = "2026-11-23T08:00:00Z"


def named(component: str, variable: str, evse: dict[str, int] | None = None, instance: str = "") -> dict[str, Any]:
    return {
        "component": {"name": component} | ({"evse": evse} if evse else {}),
        "variable": {"name": variable} | ({"instance": instance} if instance else {}),
    }


def told(name: dict[str, Any], value: str | None, *, kind: str = "string", **attribute: Any) -> dict[str, Any]:
    """An entry of a report."""
    values = {} if value is None else {"value": value}
    limits = {"unit": "s", "minLimit": 0, "maxLimit": 86400.5} if kind == "integer" else {}
    return {
        **name,
        "variableAttribute": [{"type": "Actual", "mutability": "ReadWrite", **values, **attribute}],
        "variableCharacteristics": {"dataType": kind, "supportsMonitoring": False, **limits},
    }


async def page(station: Station, request_id: int, seq_no: int, *entries: dict[str, Any], more: bool = False) -> None:
    """A page of a report."""
    held = {"reportData": list(entries)} if entries else {}
    assert (
        await station.call("NotifyReport", requestId=request_id, generatedAt=NOW, seqNo=seq_no, tbc=more, **held) == {}
    )


async def report(station: Station, *entries: dict[str, Any]) -> None:
    """A report of the station, of one page, of its own accord."""
    await page(station, 0, 0, *entries)


async def known(api: Api, station: Station, **query: Any) -> dict[str, Any]:
    """The station's variables by their names."""
    items = (await seen(api, "stations", station.station_id, "variables", **query))["items"]
    return {one["variable"]: one for one in items}
