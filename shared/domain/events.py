"""Domain events: what happened at a station, in a documented and versioned JSON shape (docs/events.md).

They make a station's history in the table and go to the EventBridge bus with source `idlewatt`, the type as
detail-type, and as detail `{"version", "type", "station_id", "at", "data"}`.
"""

import datetime as dt
from collections.abc import Mapping
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
    "diagnostics.changed",
    "diagnostics.ended",
    "log.status",
    "certificate.expiring",
    "certificate.failed",
    "charging_limit.changed",
    "charging_limit.cleared",
    "charging_needs.changed",
    "der.alarm",
    "der.control",
    "certificate.requested",
    "certificate.rejected",
    "data_transfer.received",
    "event.notified",
    "alarm.raised",
    "alarm.cleared",
    "reservation.status",
    "firmware_publication.status",
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


_CRITICAL_EVERYWHERE = {
    "FirmwareUpdated",
    "MemoryExhaustion",
    "ResetOrReboot",
    "SecurityLogWasCleared",
    "SettingSystemTime",
    "StartupOfTheDevice",
    "TamperDetectionActivated",
}
_CRITICAL_SINCE_2_0_1 = {
    "InvalidChargingStationCertificate",
    "InvalidCsmsCertificate",
    "InvalidFirmwareSignature",
    "InvalidFirmwareSigningCertificate",
    "InvalidTLSCipherSuite",
    "InvalidTLSVersion",
    "MaintenanceLoginAccepted",
    "MaintenanceLoginFailed",
}
CRITICAL_SECURITY_EVENTS: Mapping[str, frozenset[str]] = {
    "1.6": frozenset(_CRITICAL_EVERYWHERE),
    "2.0.1": frozenset(_CRITICAL_EVERYWHERE | _CRITICAL_SINCE_2_0_1),
    "2.1": frozenset(_CRITICAL_EVERYWHERE | _CRITICAL_SINCE_2_0_1 | {"DiscardedRenewedClientCertificate"}),
}
"""The security events that each version calls critical: the 1.6 security whitepaper, the appendices of 2.0.1 with its
errata of December 2023, those of 2.1."""
