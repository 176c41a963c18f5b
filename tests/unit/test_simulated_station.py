"""A simulated station on a connection that may end at any time, and what it does when it is asked to."""

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from ocpp.messages import Call, CallResult, validate_payload
from websockets.asyncio.server import ServerConnection, serve
from websockets.typing import Subprotocol

from local.simulation import fleet
from local.simulation.clock import Clock
from local.simulation.connector import Cards
from local.simulation.device import Model
from local.simulation.habits import USUAL, Habits
from local.simulation.station import Station
from local.simulation.transfers import version_in
from shared.ocpp.messages import V2X

DEADLINE_S = 60


class FakeSystem:
    """A central system that accepts everything, asks for what it is told to, and now and then hangs up instead of
    answering. What it asks and is answered must be valid by the schemas."""

    def __init__(self, version: str) -> None:
        self.url = ""
        self.received: list[list[Any]] = []
        self.hang_up_at: set[str] = set()
        """Actions at which it hangs up the next time."""
        self.seen = asyncio.Condition()
        self._version = version
        self._socket: ServerConnection | None = None
        self._answers: dict[str, asyncio.Future[list[Any]]] = {}

    async def converse(self, socket: ServerConnection) -> None:
        self._socket = socket
        async for text in socket:
            frame = json.loads(text)
            if frame[0] != 2:
                self._answers.pop(frame[1]).set_result(frame)
                continue
            _kind, message_id, action, payload = frame
            async with self.seen:
                self.received.append([action, payload])
                self.seen.notify_all()
            if action in self.hang_up_at:
                self.hang_up_at.discard(action)
                return
            await socket.send(json.dumps([3, message_id, self.answer(action)]))

    def answer(self, action: str) -> dict[str, Any]:
        accepted = {"status": "Accepted"}
        match action:
            case "BootNotification":
                return {**accepted, "interval": 300, "currentTime": "2026-11-01T12:00:00Z"}
            case "Heartbeat":
                return {"currentTime": "2026-11-01T12:00:00Z"}
            case "StartTransaction":
                return {"transactionId": 7, "idTagInfo": accepted}
            case "Authorize":
                return {"idTagInfo" if self._version == "1.6" else "idTokenInfo": accepted}
            case "TransactionEvent":
                return {"idTokenInfo": accepted}
            case _:
                return {}

    async def ask(self, action: str, **payload: Any) -> list[Any]:
        """The frame with which the station answers a request."""
        assert self._socket is not None
        message_id = f"{action}-{len(self.received)}"
        await validate_payload(Call(message_id, action, payload), self._version)
        self._answers[message_id] = answered = asyncio.get_running_loop().create_future()
        await self._socket.send(json.dumps([2, message_id, action, payload]))
        frame: list[Any] = await asyncio.wait_for(answered, DEADLINE_S)
        if frame[0] == 3:
            result = CallResult(message_id, frame[2])
            result.action = action
            await validate_payload(result, self._version)
        return frame

    async def status(self, action: str, **payload: Any) -> str:
        """What the station says to a request that it knows."""
        frame = await self.ask(action, **payload)
        assert frame[0] == 3, frame
        return str(frame[2]["status"])

    def of(self, action: str, **fields: Any) -> list[Any]:
        """The payloads of an action in which some fields say so."""
        named = [payload for name, payload in self.received if name == action]
        return [one for one in named if all(one.get(name) == value for name, value in fields.items())]

    def events(self) -> list[Any]:
        """What NotifyEvent told."""
        return [event for one in self.of("NotifyEvent") for event in one["eventData"]]

    async def wait_until(self, is_so: Callable[[], bool]) -> None:
        async with asyncio.timeout(DEADLINE_S):
            while not is_so():
                await asyncio.sleep(0.01)

    async def wait_for(self, action: str, count: int = 1, **fields: Any) -> list[Any]:
        async with asyncio.timeout(DEADLINE_S), self.seen:
            await self.seen.wait_for(lambda: len(self.of(action, **fields)) >= count)
        return self.of(action, **fields)


@asynccontextmanager
async def fake_system(version: str = "1.6") -> AsyncIterator[FakeSystem]:
    system = FakeSystem(version)
    async with serve(system.converse, "127.0.0.1", 0, subprotocols=[Subprotocol(f"ocpp{version}")]) as server:
        system.url = f"ws://127.0.0.1:{next(iter(server.sockets)).getsockname()[1]}/"
        yield system


LATE = 7
"""With this seed the first visitors come after some 14 minutes."""
MODELS = {"1.6": fleet.WALL_BOX, "2.0.1": fleet.STREET_STATION, "2.1": fleet.HIGHWAY_STATION}


@asynccontextmanager
async def living(
    system: FakeSystem,
    model: Model = fleet.WALL_BOX,
    *,
    speed: float = 20_000,
    seed: int = 1,
    habits: Habits = USUAL,
) -> AsyncIterator[tuple[Station, Clock]]:
    clock = Clock(speed, datetime.now(UTC) - timedelta(days=3650))
    cards = [Cards(["CARD1"], "CARD2")] * len(model.outlets)
    station = Station("S 1", system.url, model, cards, clock=clock, seed=seed, habits=habits)
    life = asyncio.create_task(station.run())
    try:
        yield station, clock
    finally:
        life.cancel()
        await asyncio.gather(life, return_exceptions=True)


@asynccontextmanager
async def ready(version: str) -> AsyncIterator[tuple[FakeSystem, Station]]:
    """A station that has booted, and whose visitors have not come yet."""
    async with (
        fake_system(version) as system,
        living(system, MODELS[version], speed=20, seed=LATE) as (station, _clock),
    ):
        told = "NotifyEvent" if version == "2.1" else "StatusNotification"
        await system.wait_for(told, len(station.connectors) + (version == "1.6"))
        yield system, station


async def test_a_station_boots_reports_and_beats() -> None:
    async with fake_system() as system, living(system):
        await system.wait_for("Heartbeat", 2)
        await system.wait_for("MeterValues", 2)
    assert system.received[0][0] == "BootNotification"
    assert system.received[0][1]["chargePointSerialNumber"] == "S 1"
    assert [one["connectorId"] for one in system.of("StatusNotification")[:2]] == [0, 1]


async def test_a_station_that_was_cut_off_dials_again_and_repeats_what_was_not_answered() -> None:
    async with fake_system() as system:
        system.hang_up_at = {"StartTransaction", "StopTransaction"}
        async with living(system):
            stops = await system.wait_for("StopTransaction", 2)
    starts = system.of("StartTransaction")
    assert starts[0] == starts[1]
    assert stops[0] == stops[1]
    assert len(system.of("BootNotification")) == 3


async def test_a_station_whose_clock_is_stopped_ends_its_charges() -> None:
    async with fake_system() as system, living(system, fleet.ODD_STATION) as (station, clock):
        await system.wait_for("MeterValues", 1)
        clock.stop()
        await asyncio.wait_for(station.wait_quiet(), DEADLINE_S)
        assert len(system.of("StartTransaction")) == len(system.of("StopTransaction"))


@pytest.mark.parametrize("version", V2X)
async def test_a_station_of_2x_boots_and_charges(version: str) -> None:
    async with fake_system(version) as system, living(system, MODELS[version]):
        await system.wait_for("TransactionEvent", eventType="Ended")
    assert system.of("BootNotification")[0]["chargingStation"]["serialNumber"] == "S 1"
    assert system.of("BootNotification")[0]["reason"] == "PowerUp"


# ---------------------------------------------------------------------- what it is asked


@pytest.mark.parametrize("version", MODELS)
async def test_a_remote_start_charges_with_the_given_card_and_a_remote_stop_ends_it(version: str) -> None:
    async with ready(version) as (system, _station):
        if version == "1.6":
            assert await system.status("RemoteStartTransaction", idTag="FAR", connectorId=1) == "Accepted"
            await system.wait_for("StartTransaction", idTag="FAR")
            assert await system.status("RemoteStopTransaction", transactionId=6) == "Rejected"
            assert await system.status("RemoteStopTransaction", transactionId=7) == "Accepted"
            assert await system.wait_for("StopTransaction", reason="Remote")
        else:
            token = {"idToken": "FAR", "type": "eMAID"}
            asked = {"idToken": token, "remoteStartId": 5, "evseId": 2}
            assert await system.status("RequestStartTransaction", **asked) == "Accepted"
            started = await system.wait_for("TransactionEvent", eventType="Started", idToken=token)
            assert started[0]["transactionInfo"]["remoteStartId"] == 5
            own_id = started[0]["transactionInfo"]["transactionId"]
            assert await system.status("RequestStartTransaction", **asked) == "Rejected"
            assert (await system.ask("GetTransactionStatus", transactionId=own_id))[2]["ongoingIndicator"] is True
            assert await system.status("RequestStopTransaction", transactionId="other") == "Rejected"
            assert await system.status("RequestStopTransaction", transactionId=own_id) == "Accepted"
            ended = await system.wait_for("TransactionEvent", eventType="Ended")
            assert ended[0]["transactionInfo"]["stoppedReason"] == "Remote"
    assert not system.of("Authorize")


@pytest.mark.parametrize("version", MODELS)
async def test_a_reset_is_followed_by_a_boot(version: str) -> None:
    async with ready(version) as (system, _station):
        assert await system.status("Reset", type="Hard" if version == "1.6" else "OnIdle") == "Accepted"
        boots = await system.wait_for("BootNotification", 2)
        assert boots[1].get("reason") == (None if version == "1.6" else "RemoteReset")


@pytest.mark.parametrize("version", MODELS)
async def test_out_of_service_and_back(version: str) -> None:
    async with ready(version) as (system, _station):
        told = "NotifyEvent" if version == "2.1" else "StatusNotification"
        for state in ("Inoperative", "Operative"):
            before = len(system.of(told))
            place: dict[str, Any] = {"connectorId": 1, "type": state}
            if version != "1.6":
                place = {"evse": {"id": 1}, "operationalStatus": state}
            assert await system.status("ChangeAvailability", **place) == "Accepted"
            payload = (await system.wait_for(told, before + 1))[-1]
            word = "Unavailable" if state == "Inoperative" else "Available"
            assert word in json.dumps(payload)


@pytest.mark.parametrize("version", V2X)
async def test_the_device_model_is_reported_and_set(version: str) -> None:
    async with ready(version) as (system, station):
        assert await system.status("GetBaseReport", requestId=3, reportBase="FullInventory") == "Accepted"
        await system.wait_for("NotifyReport", requestId=3, tbc=False)
        pages = system.of("NotifyReport")
        assert [one["seqNo"] for one in pages] == list(range(len(pages)))
        assert sum(len(one["reportData"]) for one in pages) == len(station.device.variables)
        of_heartbeat = {"component": {"name": "OCPPCommCtrlr"}, "variable": {"name": "heartbeatinterval"}}
        unknown = {"component": {"name": "OCPPCommCtrlr"}, "variable": {"name": "Nothing"}}
        values = [{**of_heartbeat, "attributeValue": text} for text in ("120", "often")]
        answer = (await system.ask("SetVariables", setVariableData=values))[2]["setVariableResult"]
        assert [one["attributeStatus"] for one in answer] == ["Accepted", "Rejected"]
        answer = (await system.ask("GetVariables", getVariableData=[of_heartbeat, unknown]))[2]["getVariableResult"]
        assert [one.get("attributeValue") for one in answer] == ["120", None]
        assert answer[1]["attributeStatus"] == "UnknownVariable"
        no_such = [{"component": {"name": "Nobody"}}]
        assert await system.status("GetReport", requestId=4, componentVariable=no_such) == "EmptyResultSet"


@pytest.mark.parametrize("version", V2X)
async def test_a_profile_limits_what_is_delivered(version: str) -> None:
    periods = [{"startPeriod": 0, "limit": 0}]
    schedule = {"id": 1, "chargingRateUnit": "W", "chargingSchedulePeriod": periods}
    profile = {"id": 9, "stackLevel": 0, "chargingProfileKind": "Relative", "chargingSchedule": [schedule]}
    default = {**profile, "chargingProfilePurpose": "TxDefaultProfile"}
    of_transaction = {**profile, "chargingProfilePurpose": "TxProfile"}
    async with ready(version) as (system, _station):
        assert await system.status("SetChargingProfile", evseId=1, chargingProfile=of_transaction) == "Rejected"
        assert await system.status("SetChargingProfile", evseId=1, chargingProfile=default) == "Accepted"
        token = {"idToken": "FAR", "type": "Central"}
        await system.status("RequestStartTransaction", idToken=token, remoteStartId=1, evseId=1)
        told = await system.wait_for("TransactionEvent", triggerReason="ChargingStateChanged")
        assert told[0]["transactionInfo"]["chargingState"] == "SuspendedEVSE"
        wanted = {"chargingProfilePurpose": "TxDefaultProfile"}
        assert await system.status("GetChargingProfiles", requestId=2, chargingProfile=wanted) == "Accepted"
        assert (await system.wait_for("ReportChargingProfiles"))[0]["chargingProfile"] == [default]
        assert await system.status("ClearChargingProfile", chargingProfileId=9) == "Accepted"
        assert await system.status("GetChargingProfiles", requestId=3, chargingProfile=wanted) == "NoProfiles"


@pytest.mark.parametrize("version", MODELS)
async def test_triggered_messages_come(version: str) -> None:
    async with ready(version) as (system, _station):
        for message in ("BootNotification", "FirmwareStatusNotification", "Heartbeat"):
            before = len(system.of(message))
            assert await system.status("TriggerMessage", requestedMessage=message) == "Accepted"
            await system.wait_for(message, before + 1)
        assert system.of("FirmwareStatusNotification") == [{"status": "Idle"}]


@pytest.mark.parametrize("version", V2X)
async def test_what_is_not_simulated_is_not_supported(version: str) -> None:
    async with ready(version) as (system, _station):
        frame = await system.ask("ClearDisplayMessage", id=1)
        assert (frame[0], frame[2]) == (4, "NotSupported")
        assert await system.status("ClearCache") == "Accepted"


FIRMWARE = {"location": "http://127.0.0.1:9/none", "retrieveDateTime": "2026-11-01T00:00:00Z"}


async def test_firmware_that_cannot_be_fetched_is_told_so_and_nothing_changes() -> None:
    async with ready("2.0.1") as (system, station):
        assert await system.status("UpdateFirmware", requestId=4, firmware=FIRMWARE) == "Accepted"
        assert await system.status("UpdateFirmware", requestId=5, firmware=FIRMWARE) == "Rejected"
        await system.wait_for("FirmwareStatusNotification", requestId=4, status="DownloadFailed")
        assert station.firmware_version == fleet.STREET_STATION.firmware_version


async def test_a_station_outlives_an_update_that_the_end_of_the_simulation_breaks_off() -> None:
    async with ready("2.1") as (system, station):
        await system.status("UpdateFirmware", requestId=4, firmware=FIRMWARE)
        await system.wait_for("FirmwareStatusNotification", status="Downloading")
        station.clock.stop()
        await station.wait_quiet()
        assert await system.status("ClearCache") == "Accepted"


async def test_configuration_keys_of_1_6_are_read_and_changed() -> None:
    async with ready("1.6") as (system, _station):
        assert await system.status("ChangeConfiguration", key="HeartbeatInterval", value="60") == "Accepted"
        assert await system.status("ChangeConfiguration", key="ChargeProfileMaxStackLevel", value="6") == "Rejected"
        assert await system.status("ChangeConfiguration", key="Nothing", value="60") == "NotSupported"
        answer = (await system.ask("GetConfiguration", key=["HeartbeatInterval", "Nothing"]))[2]
        assert answer["configurationKey"] == [{"key": "HeartbeatInterval", "readonly": False, "value": "60"}]
        assert answer["unknownKey"] == ["Nothing"]


def test_firmware_says_in_its_first_line_which_version_it_is() -> None:
    assert version_in(b"version 2.1.0\r\nrest", "Wall 7") == "2.1.0"
    assert version_in(b"version 3", "Wall 7") == "3"
    assert version_in(b"\x7fELF", "Wall 7") is None


def test_firmware_may_say_in_its_second_line_which_model_it_is_not_for() -> None:
    assert version_in(b"version 3\nnot for Wall 7\n", "Wall 7") is None
    assert version_in(b"version 3\nnot for Wall 7\n", "Wall 77") == "3"
