"""What stations say: charging sessions, one after the other, in the words of OCPP 1.6 and of 2.0.1.

A session is a Heartbeat, an Authorize, the start of a transaction, some reports of eight meter values, and its end.
What was said is kept, so that it can be held against the system's books.
"""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from itertools import cycle
from typing import Any, Protocol

Json = dict[str, Any]
Message = tuple[str, Json]
"""Action and payload."""

REPORTS = 5
"""How often a session reports its meter."""
WH_PER_REPORT = 180
"""A station of 11 kW that reports once a minute."""
VERSIONS = ("1.6", "2.0.1")
ANSWERS: dict[str, Json] = {"ClearCache": {"status": "Accepted"}, "TriggerMessage": {"status": "NotImplemented"}}
"""What a station says to calls of the system, in either version."""


class Sessions(Protocol):
    """The sessions of one station, one after the other."""

    subprotocol: str
    boot: Message
    ended_wh: list[int]
    """The energy of every session whose end was answered."""

    @property
    def is_charging(self) -> bool:
        """Whether a transaction has begun and not ended."""

    def next(self) -> Message:
        """What comes next."""

    def take(self, action: str, answer: Json, /) -> None:
        """The answer to what came last."""

    def change_status(self) -> tuple[Message, str]:
        """A status of its connector that it did not have before, and its name."""

    def answer(self, action: str) -> Json | None:
        """What the station says when it is asked; None: it knows no such action."""


def sessions(version: str, station_id: str) -> Sessions:
    """The sessions of a station that speaks a version."""
    return Sessions16(station_id) if version == "1.6" else Sessions201(station_id)


def card(station_id: str) -> str:
    """The id token of the driver who charges there; at most 20 characters of it count in 1.6."""
    return f"CARD-{station_id}"[:20]


class Sessions16:
    """In OCPP 1.6."""

    subprotocol = "ocpp1.6"
    boot: Message = ("BootNotification", {"chargePointVendor": "Bench", "chargePointModel": "Load"})

    def __init__(self, station_id: str) -> None:
        self.ended_wh: list[int] = []
        self._card = card(station_id)
        self._transaction_id: int | None = None
        self._register_wh = self._began_at_wh = 0
        self._statuses = cycle(("SuspendedEVSE", "Finishing"))
        self._script = self._messages()

    @property
    def is_charging(self) -> bool:
        return self._transaction_id is not None

    def next(self) -> Message:
        return next(self._script)

    def take(self, action: str, answer: Json, /) -> None:
        if action == "StartTransaction":
            self._transaction_id = answer["transactionId"]
        elif action == "StopTransaction":
            self._transaction_id = None
            self.ended_wh.append(self._register_wh - self._began_at_wh)

    def change_status(self) -> tuple[Message, str]:
        status = next(self._statuses)
        return ("StatusNotification", {"connectorId": 1, "errorCode": "NoError", "status": status}), status

    def answer(self, action: str) -> Json | None:
        return ANSWERS.get(action)

    def _messages(self) -> Iterator[Message]:
        place: Json = {"connectorId": 1}
        while True:
            yield "Heartbeat", {}
            yield "Authorize", {"idTag": self._card}
            self._began_at_wh = self._register_wh
            yield (
                "StartTransaction",
                place | {"idTag": self._card, "meterStart": self._register_wh, "timestamp": _now()},
            )
            charge: Json = {"transactionId": self._transaction_id}
            for _ in range(REPORTS):
                self._register_wh += WH_PER_REPORT
                value = {"timestamp": _now(), "sampledValue": _samples(self._register_wh, _sample_16)}
                yield "MeterValues", place | charge | {"meterValue": [value]}
            yield "StopTransaction", charge | {"meterStop": self._register_wh, "timestamp": _now(), "idTag": self._card}


class Sessions201:
    """In OCPP 2.0.1."""

    subprotocol = "ocpp2.0.1"
    boot: Message = (
        "BootNotification",
        {"reason": "PowerUp", "chargingStation": {"vendorName": "Bench", "model": "Load"}},
    )

    def __init__(self, station_id: str) -> None:
        self.ended_wh: list[int] = []
        self.is_charging = False
        self._station_id = station_id
        self._register_wh = self._began_at_wh = self._seq_no = 0
        self._event_type = ""
        self._statuses = cycle(("Reserved", "Unavailable"))
        self._script = self._messages()

    def next(self) -> Message:
        return next(self._script)

    def take(self, action: str, _answer: Json, /) -> None:
        if action != "TransactionEvent":
            return
        self.is_charging = self._event_type != "Ended"
        if not self.is_charging:
            self.ended_wh.append(self._register_wh - self._began_at_wh)

    def change_status(self) -> tuple[Message, str]:
        status = next(self._statuses)
        place = {"evseId": 1, "connectorId": 1}
        return ("StatusNotification", {"timestamp": _now(), "connectorStatus": status, **place}), status

    def answer(self, action: str) -> Json | None:
        if action == "GetTransactionStatus":
            return {"messagesInQueue": False, "ongoingIndicator": self.is_charging}
        return ANSWERS.get(action)

    def _messages(self) -> Iterator[Message]:
        token: Json = {"idToken": {"idToken": card(self._station_id), "type": "ISO14443"}}
        while True:
            yield "Heartbeat", {}
            yield "Authorize", token
            self._began_at_wh, self._seq_no = self._register_wh, 0
            yield self._event("Started", "Authorized", token | {"evse": {"id": 1, "connectorId": 1}})
            for _ in range(REPORTS):
                self._register_wh += WH_PER_REPORT
                yield self._event("Updated", "MeterValuePeriodic", {})
            yield self._event("Ended", "StopAuthorized", token)

    def _event(self, event_type: str, trigger: str, more: Json) -> Message:
        self._event_type = event_type
        at = _now()
        event = {
            "eventType": event_type,
            "timestamp": at,
            "triggerReason": trigger,
            "seqNo": self._seq_no,
            "transactionInfo": {
                "transactionId": f"{self._station_id}-{len(self.ended_wh)}",
                "chargingState": "Idle" if event_type == "Ended" else "Charging",
            },
            "meterValue": [{"timestamp": at, "sampledValue": _samples(self._register_wh, _sample_201)}],
        }
        self._seq_no += 1
        return "TransactionEvent", event | more


def _samples(register_wh: int, sample: Callable[[float, str, str, str], Json]) -> list[Json]:
    """The eight values that a station of 11 kW reports."""
    phases = [
        one
        for phase in ("L1", "L2", "L3")
        for one in (
            sample(16.0, "Current.Import", "A", phase),
            sample(229.8, "Voltage", "V", f"{phase}-N"),
        )
    ]
    return [
        sample(register_wh, "Energy.Active.Import.Register", "Wh", ""),
        sample(11030, "Power.Active.Import", "W", ""),
        *phases,
    ]


def _sample_16(value: float, measurand: str, unit: str, phase: str) -> Json:
    return {"value": str(value), "measurand": measurand, "unit": unit} | ({"phase": phase} if phase else {})


def _sample_201(value: float, measurand: str, unit: str, phase: str) -> Json:
    unit_of_measure = {"unitOfMeasure": {"unit": unit}}
    return {"value": value, "measurand": measurand} | unit_of_measure | ({"phase": phase} if phase else {})


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
