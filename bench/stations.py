"""Stations that make load: raw WebSocket clients, as light as can be, each with one call outstanding at a time."""

import asyncio
import json
import time
from datetime import UTC, datetime
from typing import Any

from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed, InvalidHandshake
from websockets.protocol import State
from websockets.typing import Subprotocol

ANSWER_WITHIN_S = 30
CONNECTING_AT_ONCE = 50
"""How many handshakes are under way at a time."""
CARD = "BENCH"
SUBPROTOCOL = Subprotocol("ocpp1.6")

CALL, CALLRESULT = 2, 3


class CallFailed(Exception):
    """There was no CALLRESULT; the message is why, in one word."""


class LoadStation:
    """A station that is charging: its meter values belong to a transaction of its own."""

    def __init__(self, station_id: str, url: str) -> None:
        self.station_id = station_id
        self._url = url + station_id
        self._socket: ClientConnection | None = None
        self._speaking = asyncio.Lock()
        self._sent = 0
        self._transaction_id: int | None = None
        self._register_wh = 0

    @property
    def is_connected(self) -> bool:
        return self._socket is not None and self._socket.state is State.OPEN

    @property
    def socket(self) -> ClientConnection:
        """The connection. Raises CallFailed before there is one."""
        if self._socket is None:
            raise CallFailed("unconnected")
        return self._socket

    async def connect(self) -> None:
        """Dial. Raises OSError, TimeoutError or InvalidHandshake."""
        # No pings of ours: they would be load that no station makes.
        self._socket = await connect(
            self._url, subprotocols=[SUBPROTOCOL], compression=None, ping_interval=None, open_timeout=ANSWER_WITHIN_S
        )

    async def close(self) -> None:
        if self._socket is not None:
            await self._socket.close()

    async def boot(self) -> None:
        await self.call("BootNotification", {"chargePointVendor": "Bench", "chargePointModel": "Load"})

    async def start(self) -> None:
        """Begin the transaction that the meter values belong to."""
        began = {"connectorId": 1, "idTag": CARD, "meterStart": 0, "timestamp": _now()}
        self._transaction_id = (await self.call("StartTransaction", began)).get("transactionId")

    async def stop(self) -> None:
        if self._transaction_id is not None:
            ended = {"transactionId": self._transaction_id, "meterStop": self._register_wh, "timestamp": _now()}
            await self.call("StopTransaction", ended)

    async def send(self, action: str) -> None:
        """Send one message of the mix and wait for its answer. Raises CallFailed."""
        await self.call(action, self._payload(action))

    async def call(self, action: str, payload: dict[str, Any]) -> dict[str, Any]:
        """The answer to a CALL, which waits while another one is outstanding. Raises CallFailed."""
        async with self._speaking:
            socket = self.socket
            self._sent += 1
            message_id = str(self._sent)
            try:
                async with asyncio.timeout(ANSWER_WITHIN_S):
                    await socket.send(json.dumps([CALL, message_id, action, payload], separators=(",", ":")))
                    return await self._answer(socket, message_id)
            except TimeoutError as error:
                raise CallFailed("timeout") from error
            except ConnectionClosed as error:
                raise CallFailed("closed") from error

    @staticmethod
    async def _answer(socket: ClientConnection, message_id: str) -> dict[str, Any]:
        while True:
            kind, answered_id, *content = json.loads(await socket.recv())
            if kind == CALLRESULT and answered_id == message_id:
                answer: dict[str, Any] = content[0]
                return answer
            if answered_id == message_id:
                raise CallFailed(str(content[0]))

    def _payload(self, action: str) -> dict[str, Any]:
        match action:
            case "Heartbeat":
                return {}
            case "StatusNotification":
                status = "SuspendedEV" if self._sent % 2 else "Charging"
                return {"connectorId": 1, "errorCode": "NoError", "status": status, "timestamp": _now()}
            case "MeterValues":
                self._register_wh += 180
                meter_value = {"timestamp": _now(), "sampledValue": _samples(self._register_wh)}
                named = {} if self._transaction_id is None else {"transactionId": self._transaction_id}
                return {"connectorId": 1, **named, "meterValue": [meter_value]}
            case _:
                raise ValueError(f"{action} is not in the mix")


def _samples(register_wh: int) -> list[dict[str, str]]:
    """What a station of 11 kW reports."""
    phases = [
        sample
        for phase in ("L1", "L2", "L3")
        for sample in (
            {"value": "16.0", "measurand": "Current.Import", "unit": "A", "phase": phase},
            {"value": "229.8", "measurand": "Voltage", "unit": "V", "phase": f"{phase}-N"},
        )
    ]
    return [
        {"value": str(register_wh), "measurand": "Energy.Active.Import.Register", "unit": "Wh"},
        {"value": "11030", "measurand": "Power.Active.Import", "unit": "W"},
        *phases,
    ]


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


class Crowd:
    """Many stations."""

    def __init__(self, count: int, url: str, name: str = "LOAD") -> None:
        """`url` is the system's, such as `ws://127.0.0.1:9000/ocpp/`; the stations add their identities."""
        self.stations = [LoadStation(f"{name}-{number:05}", url) for number in range(count)]
        self.handshakes_ms: list[float] = []
        self.failures: dict[str, int] = {}
        """How often something else than an answer came while they were made ready, by what it was."""

    @property
    def connected(self) -> int:
        return sum(station.is_connected for station in self.stations)

    async def connect(self, *, charging: bool) -> None:
        """Connect and boot all, some at a time; if `charging`, with a transaction each."""
        turn = asyncio.Semaphore(CONNECTING_AT_ONCE)
        await asyncio.gather(*(self._make_ready(station, turn, charging=charging) for station in self.stations))

    async def leave(self) -> None:
        """Stop the transactions and hang up."""
        turn = asyncio.Semaphore(CONNECTING_AT_ONCE)

        async def leave(station: LoadStation) -> None:
            async with turn:
                try:
                    await station.stop()
                except CallFailed as failure:
                    self._note(failure)
                await station.close()

        await asyncio.gather(*map(leave, self.stations))

    async def _make_ready(self, station: LoadStation, turn: asyncio.Semaphore, *, charging: bool) -> None:
        async with turn:
            began = time.perf_counter()
            try:
                await station.connect()
                self.handshakes_ms.append((time.perf_counter() - began) * 1000)
                await station.boot()
                if charging:
                    await station.start()
            except (CallFailed, InvalidHandshake, OSError, TimeoutError) as failure:
                self._note(failure)

    def _note(self, failure: Exception) -> None:
        name = str(failure) if isinstance(failure, CallFailed) else type(failure).__name__
        self.failures[name] = self.failures.get(name, 0) + 1
