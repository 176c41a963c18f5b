"""Stations that lose their connection again and again, and keep a book of what they have told.

They do what real ones do: a transaction message that was not answered is sent again, word for word and under another
message id, before any later one. What happens while a station is offline is told when it is back, in order; in 2.0.1
such events say so. A CALLERROR or a missing answer counts as an attempt, of which there are three (OCPP's
TransactionMessageAttempts); a lost connection does not.
"""

import asyncio
import itertools
import json
import random
from collections import Counter
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Literal

from bench.load_socket import Socket, open_socket

Json = dict[str, Any]
Version = Literal["1.6", "2.0.1"]

ANSWER_WITHIN_S = 30.0
ATTEMPTS = 3
PAUSE_S = 0.1
"""Between attempts, times the number of those before; a minute in the field."""
STATUSES = 2
"""Statuses that a session brings."""
OFFLINE_EVERY = 3
"""Each third session happens while the station is offline."""
CUT_AFTER_S = 0.05
"""Within this time after a message its connection may be cut: before it is handled, meanwhile, or after its answer."""


class Unanswered(Exception):
    """A message got no answer in time, or a CALLERROR; the message says which."""


class Cut(Exception):
    """The connection ended."""


@dataclass
class Session:
    """What a station has told of one transaction."""

    station_id: str
    version: Version
    id_token: str
    start_wh: int
    stop_wh: int = 0
    readings: list[tuple[str, int]] = field(default_factory=list)
    """Time and register of each reading, in Wh."""
    seq_nos: list[int] = field(default_factory=list)
    numbers: set[int] = field(default_factory=set)
    """What the system has called it in its answers (1.6); more than one means that it was doubled."""


class FaultyStation:
    """One station. `reports` meter values come between the start and the end of a session, and one message of each of
    the first `cuts` sessions has its connection cut."""

    def __init__(self, station_id: str, version: Version, url: str, *, reports: int, cuts: int, seed: int) -> None:
        self.station_id = station_id
        self.version: Version = version
        self.sessions: list[Session] = []
        self.messages = 0
        """Told, repeated ones counted once."""
        self.done: Counter[str] = Counter()
        """What became of attempts that got no answer, and how often it dialled."""
        self.told_offline = 0
        """Messages of sessions that happened while it was offline."""
        self.given_up: list[str] = []
        """Messages that were not answered in three attempts."""
        self._url = url + station_id
        self._reports = reports
        self._cuts = cuts
        self._random = random.Random(f"{seed} {station_id}")
        self._ids = itertools.count(1)
        self._socket: Socket | None = None
        self._waits: tuple[str, asyncio.Future[Json]] | None = None
        self._register_wh = self._random.randrange(100_000)
        self._cut_at = -1
        self._is_offline = False
        self._place = 0
        """Of a message in its session."""

    @property
    def messages_per_session(self) -> int:
        return self._reports + 2 + STATUSES

    async def run(self, sessions: int) -> None:
        """Charge so many times."""
        await self._boot()
        for number in range(sessions):
            self._place = 0
            self._cut_at = self._random.randrange(self.messages_per_session) if number < self._cuts else -1
            self._is_offline = number % OFFLINE_EVERY == OFFLINE_EVERY - 1
            if self._is_offline and self._socket:
                self._socket.drop()
                self._socket = None
            await (self._charge_16 if self.version == "1.6" else self._charge_201)(number)
        if self._socket:
            self._socket.close()

    # ------------------------------------------------------------------ sessions

    async def _boot(self) -> None:
        place = {"vendorName": "Bench", "model": "Faulty"}
        told: Json = {"chargingStation": place, "reason": "PowerUp"}
        if self.version == "1.6":
            told = {"chargePointVendor": "Bench", "chargePointModel": "Faulty"}
        await self._tell("BootNotification", told, may_cut=False)

    async def _charge_16(self, number: int) -> None:
        session = self._begun(number)
        await self._status_16("Charging")
        started = {"connectorId": 1, "idTag": session.id_token, "meterStart": session.start_wh, "timestamp": _now()}
        answer = await self._tell("StartTransaction", started)
        transaction_id = answer.get("transactionId", 0)
        for _ in range(self._reports):
            at, register_wh = self._read(session)
            value = {"timestamp": at, "sampledValue": [{"value": str(register_wh), "unit": "Wh"}]}
            told = {"connectorId": 1, "transactionId": transaction_id, "meterValue": [value]}
            await self._tell("MeterValues", told)
        session.stop_wh = self._register_wh
        stopped = {"transactionId": transaction_id, "meterStop": session.stop_wh, "timestamp": _now()}
        await self._tell("StopTransaction", stopped | {"reason": "Local", "idTag": session.id_token})
        await self._status_16("Available")

    async def _status_16(self, status: str) -> None:
        told = {"connectorId": 1, "errorCode": "NoError", "status": status, "timestamp": _now()}
        await self._tell("StatusNotification", told)

    async def _charge_201(self, number: int) -> None:
        session = self._begun(number)
        await self._status_201("Occupied")
        token = {"idToken": {"idToken": session.id_token, "type": "ISO14443"}, "evse": {"id": 1, "connectorId": 1}}
        await self._event(session, "Started", "Authorized", token, {})
        for _ in range(self._reports):
            await self._event(session, "Updated", "MeterValuePeriodic", {}, {})
        session.stop_wh = self._register_wh
        await self._event(session, "Ended", "StopAuthorized", {}, {"stoppedReason": "Local"})
        await self._status_201("Available")

    async def _status_201(self, status: str) -> None:
        told = {"timestamp": _now(), "connectorStatus": status, "evseId": 1, "connectorId": 1}
        await self._tell("StatusNotification", told)

    async def _event(self, session: Session, kind: str, trigger: str, more: Json, info: Json) -> None:
        at, register_wh = self._read(session) if kind == "Updated" else (_now(), self._register_wh)
        if kind != "Updated":
            session.readings.append((at, register_wh))
        contexts = {"Started": "Transaction.Begin", "Ended": "Transaction.End"}
        sample = {"value": register_wh, "context": contexts.get(kind, "Sample.Periodic")}
        told = {
            "eventType": kind,
            "timestamp": at,
            "triggerReason": trigger,
            "seqNo": len(session.seq_nos),
            "transactionInfo": {"transactionId": session.id_token, **info},
            "meterValue": [{"timestamp": at, "sampledValue": [sample]}],
        }
        if self._is_offline:
            told["offline"] = True
        session.seq_nos.append(len(session.seq_nos))
        await self._tell("TransactionEvent", told | more)

    def _begun(self, number: int) -> Session:
        session = Session(self.station_id, self.version, f"{self.station_id}-{number}"[-20:], self._register_wh)
        self.sessions.append(session)
        return session

    def _read(self, session: Session) -> tuple[str, int]:
        self._register_wh += self._random.randrange(1, 400)
        session.readings.append((_now(), self._register_wh))
        return session.readings[-1]

    # ------------------------------------------------------------------ messages

    async def _tell(self, action: str, payload: Json, *, may_cut: bool = True) -> Json:
        """Send a message until it is answered; empty if it is given up."""
        is_to_be_cut = may_cut and self._place == self._cut_at
        self._place += may_cut
        self.messages += may_cut
        self.told_offline += self._is_offline
        failed = 0
        while failed < ATTEMPTS:
            try:
                socket = await self._connected()
                message_id = f"{next(self._ids)}"
                if is_to_be_cut:
                    is_to_be_cut = False
                    await self._cut(socket, message_id, action, payload)
                answer = await self._asked(socket, message_id, action, payload)
            except Cut:
                self.done["cut"] += 1
            except Unanswered as failure:
                failed += 1
                self.done[str(failure)] += 1
                await asyncio.sleep(PAUSE_S * failed)
            else:
                if action == "StartTransaction":
                    self.sessions[-1].numbers.add(answer["transactionId"])
                return answer
        self.given_up.append(action)
        return {}

    async def _cut(self, socket: Socket, message_id: str, action: str, payload: Json) -> None:
        """The connection ends: before the message, or some time after it. What has been answered by then was not
        received. Raises Cut."""
        if self._random.random() < 0.75:
            socket.send(_frame(message_id, action, payload))
            await asyncio.sleep(self._random.uniform(0, CUT_AFTER_S))
        socket.drop()
        self._socket = None
        raise Cut

    async def _asked(self, socket: Socket, message_id: str, action: str, payload: Json) -> Json:
        self._waits = (message_id, asyncio.get_running_loop().create_future())
        try:
            socket.send(_frame(message_id, action, payload))
            return await asyncio.wait_for(self._waits[1], ANSWER_WITHIN_S)
        except TimeoutError:
            raise Unanswered("no answer") from None
        finally:
            self._waits = None

    async def _connected(self) -> Socket:
        while self._socket is None or not self._socket.is_open:
            subprotocol = f"ocpp{self.version}"
            try:
                self._socket = await open_socket(self._url, subprotocol, self._received, self._ended)
                self.done["connected"] += 1
            except (OSError, TimeoutError):
                self.done["handshake refused"] += 1
                await asyncio.sleep(PAUSE_S)
        return self._socket

    def _ended(self) -> None:
        if self._waits and not self._waits[1].done():
            self._waits[1].set_exception(Cut())

    def _received(self, text: str) -> None:
        frame = json.loads(text)
        if not isinstance(frame, list):
            self.done["frames that are not OCPP"] += 1
            self._answered(Unanswered("frames that are not OCPP"))
        elif frame[0] == 2 and self._socket:
            self._socket.send(json.dumps([4, frame[1], "NotSupported", "", {}]))
        elif self._waits and frame[1] == self._waits[0]:
            self._answered(frame[2] if frame[0] == 3 else Unanswered(f"CALLERROR {frame[2]}"))

    def _answered(self, answer: Json | Unanswered) -> None:
        if self._waits is None or self._waits[1].done():
            return
        if isinstance(answer, Unanswered):
            self._waits[1].set_exception(answer)
        else:
            self._waits[1].set_result(answer)


def _frame(message_id: str, action: str, payload: Json) -> str:
    return json.dumps([2, message_id, action, payload], separators=(",", ":"))


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")
