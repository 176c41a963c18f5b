"""Domain events: what happened at a station, in a documented and versioned JSON shape (docs/events.md).

They make a station's history in the table and go to the EventBridge bus with source `idlewatt`, the type as
detail-type, and as detail `{"version", "type", "station_id", "at", "data"}`.
"""

import datetime as dt
from typing import Any, Literal, NamedTuple, get_args

EventType = Literal[
    "station.online",
    "station.offline",
    "station.booted",
    "station.registration_changed",
    "status.changed",
    "fault.raised",
    "fault.cleared",
    "transaction.started",
    "transaction.updated",
    "transaction.ended",
    "finding.new",
    "security.event",
    "connection.refused",
    "firmware.status",
    "firmware_campaign.changed",
    "firmware_update.changed",
    "firmware_update.ended",
    "diagnostics.status",
    "diagnostics.ended",
    "log.status",
    "certificate.requested",
    "certificate.rejected",
    "data_transfer.received",
    "call.ended",
    "call.answered_late",
]
EVENT_TYPES: tuple[str, ...] = get_args(EventType)
VERSION = 1


class Event(NamedTuple):
    """One thing that happened. `at` is the station's time where the station told it, else ours."""

    type: EventType
    station_id: str
    """Empty: it concerns no one station."""
    at: dt.datetime
    data: dict[str, Any]

    def detail(self) -> dict[str, Any]:
        """The JSON shape in which it is published."""
        return {
            "version": VERSION,
            "type": self.type,
            "station_id": self.station_id or None,
            "at": self.at.astimezone(dt.UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ"),
            "data": self.data,
        }


CRITICAL_SECURITY_EVENTS_16 = frozenset(
    {
        "FirmwareUpdated",
        "SettingSystemTime",
        "StartupOfTheDevice",
        "ResetOrReboot",
        "SecurityLogWasCleared",
        "MemoryExhaustion",
        "TamperDetectionActivated",
    }
)
"""The security events that the 1.6 security whitepaper calls critical (section 3.3 of our requirements)."""
