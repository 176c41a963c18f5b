"""A whole session as the PyPI package `ocpp` speaks 2.0.1 and 2.1: boot, the device model, a token, a transaction."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from types import ModuleType
from typing import Any

import pytest
from ocpp import v21, v201
from ocpp.routing import after, on
from websockets.asyncio.client import connect

from local.system import LocalSystem
from shared.ocpp.messages import V2X
from tests.end_to_end.answering import call as ask
from tests.end_to_end.answering import ended, seen
from tests.end_to_end.clients import Api
from tests.end_to_end.test_session import charge as charge_16
from tests.end_to_end.test_session import charge_point as charge_point_16

LIBRARIES: dict[str, ModuleType] = {"2.0.1": v201, "2.1": v21}
TOKEN = {"id_token": "CARD", "type": "ISO14443"}
EVSE = {"id": 1, "connector_id": 1}
PAGES = 3


def charge_point(version: str) -> type:
    library = LIBRARIES[version]

    class Station(library.ChargePoint):  # type: ignore[name-defined,misc]  # one of two classes of the same shape
        """A station that reports a device model of three variables, one a page."""

        @on("GetBaseReport")  # type: ignore[untyped-decorator]  # the package says nothing of its types
        async def accept(self, request_id: int, report_base: str, **_: Any) -> Any:
            return library.call_result.GetBaseReport(status="Accepted")

        @after("GetBaseReport")  # type: ignore[untyped-decorator]  # as above
        async def report(self, request_id: int, report_base: str, **_: Any) -> None:
            for page in range(PAGES):
                told = {
                    "component": {"name": "OCPPCommCtrlr"},
                    "variable": {"name": f"Variable{page}"},
                    "variable_attribute": [{"value": str(page), "mutability": "ReadWrite"}],
                    "variable_characteristics": {"data_type": "integer", "supports_monitoring": False},
                }
                await self.call(
                    library.call.NotifyReport(
                        request_id=request_id,
                        generated_at="2026-11-20T08:00:00Z",
                        seq_no=page,
                        tbc=page < PAGES - 1,
                        report_data=[told],
                    )
                )

    return Station


@asynccontextmanager
async def connected(system: LocalSystem, station_id: str, version: str) -> AsyncIterator[Any]:
    async with connect(system.ws_url + station_id, subprotocols=[f"ocpp{version}"]) as socket:  # type: ignore[list-item]  # text is a subprotocol
        station = charge_point(version)(station_id, socket)
        listening = asyncio.create_task(station.start())
        yield station
        listening.cancel()


async def charge(station: Any, version: str, minutes: int = 10) -> str:
    """One session of 4,200 Wh in ten readings; returns the transaction's id."""
    call = LIBRARIES[version].call
    authorized = await station.call(call.Authorize(id_token=TOKEN))
    assert authorized.id_token_info["status"] == "Accepted"
    transaction_id = f"session-{version}"

    async def tell(kind: str, seq_no: int, trigger: str, register_wh: int, state: str, **more: Any) -> Any:
        context = {"Started": "Transaction.Begin", "Ended": "Transaction.End"}.get(kind, "Sample.Periodic")
        sample = {"value": register_wh, "context": context, "measurand": "Energy.Active.Import.Register"}
        at = f"2026-11-20T08:{seq_no:02}:00Z"
        info = {"transaction_id": transaction_id, "charging_state": state, **more.pop("info", {})}
        return await station.call(
            call.TransactionEvent(
                event_type=kind,
                timestamp=at,
                trigger_reason=trigger,
                seq_no=seq_no,
                transaction_info=info,
                meter_value=[{"timestamp": at, "sampled_value": [sample]}],
                **more,
            )
        )

    started = await tell("Started", 0, "Authorized", 1000, "Charging", id_token=TOKEN, evse=EVSE)
    assert started.id_token_info["status"] == "Accepted"
    for minute in range(1, minutes + 1):
        await tell("Updated", minute, "MeterValuePeriodic", 1000 + 420 * minute, "Charging")
    stop = {"stopped_reason": "Local"}
    stopped = await tell("Ended", minutes + 1, "StopAuthorized", 5200, "EVConnected", id_token=TOKEN, info=stop)
    assert stopped.id_token_info["status"] == "Accepted"
    return transaction_id


@pytest.mark.requirement("M21-003", "E02", "B07")
@pytest.mark.parametrize("version", V2X)
async def test_a_session_from_boot_to_stop(system: LocalSystem, api: Api, version: str) -> None:
    api.put("id-tokens", "CARD")
    station_id = f"S-{version}"
    library = LIBRARIES[version]
    async with connected(system, station_id, version) as station:
        told = {"model": "Duo", "vendor_name": "Acme"}
        booted = await station.call(library.call.BootNotification(charging_station=told, reason="PowerUp"))
        assert booted.status == "Accepted"
        status = {"connector_status": "Available", "evse_id": 1, "connector_id": 1}
        await station.call(library.call.StatusNotification(timestamp="2026-11-20T07:59:00Z", **status))

        class Target:  # what `ask` wants to know of a station
            pass

        target: Any = Target()
        target.station_id = station_id
        made = await ask(api, target, "GetBaseReport", {"reportBase": "FullInventory"})
        assert (await ended(api, target, made["call_id"]))["answer"] == {"status": "Accepted"}
        for _ in range(100):
            variables = (await seen(api, "stations", station_id, "variables"))["items"]
            if len(variables) == PAGES:
                break
        assert [one["variable"] for one in variables] == ["Variable0", "Variable1", "Variable2"]
        transaction_id = await charge(station, version)
    found = api.get("transactions", transaction_id)
    assert (found["state"], found["energy_wh"], found["stopped_reason"]) == ("ended", 4200, "Local")
    assert found["number"] is None
    assert len(api.items("transactions", transaction_id, "meter-values")) == 12


async def test_a_transaction_looks_the_same_whichever_version_made_it(system: LocalSystem, api: Api) -> None:
    api.put("id-tokens", "CARD")
    async with charge_point_16(system, "L-1.6") as station:
        number = await charge_16(station)
    looks = [api.get("transactions", str(number))]
    for version in V2X:
        async with connected(system, f"L-{version}", version) as station:
            booted = LIBRARIES[version].call.BootNotification({"model": "Duo", "vendor_name": "Acme"}, "PowerUp")
            await station.call(booted)
            looks.append(api.get("transactions", await charge(station, version)))
    same = ("evse_id", "connector_id", "id_token", "state", "started_at", "ended_at", "energy_wh", "stopped_reason")
    registers = ("meter_start_wh", "meter_stop_wh", "flags")
    for look in looks:
        assert set(look) == set(looks[0])
        assert {name: look[name] for name in (*same, *registers)} == {
            name: looks[0][name] for name in (*same, *registers)
        }
