"""BootNotification: a station introduces itself and learns whether it is accepted, our time, its heartbeat interval."""

from typing import TYPE_CHECKING, Any

from shared.aws.action import Action
from shared.aws.message import Call
from shared.ocpp.v16.boot_notification import BootNotificationRequest, BootNotificationResponse
from shared.settings import settings
from shared.store import stations

if TYPE_CHECKING:
    from shared.ocpp.v21.boot_notification import BootNotificationRequest as BootNotificationRequest2x

handler = Action("BootNotification")

SAID = {
    "vendor": "chargePointVendor",
    "model": "chargePointModel",
    "serial_number": "chargePointSerialNumber",
    "charge_box_serial_number": "chargeBoxSerialNumber",
    "firmware_version": "firmwareVersion",
    "iccid": "iccid",
    "imsi": "imsi",
    "meter_type": "meterType",
    "meter_serial_number": "meterSerialNumber",
}
"""What a station says of itself: our word, 1.6's property."""


@handler.on("1.6")
def boot(_request: BootNotificationRequest, call: Call) -> BootNotificationResponse:
    """Section 4.2 of OCPP 1.6. A boot keeps the registration, which is the operator's, and ends no transaction:
    its StopTransaction may still wait in the station."""
    # Texts that the standard would have shorter (quirk Q-10) are kept whole.
    said = {field: call.kept.get(name) or call.payload.get(name) for field, name in SAID.items()}
    station = stations.boot(call.station_id, said, call.received_at)
    return BootNotificationResponse(
        status=station.registration if station else "Rejected",
        current_time=call.received_at,
        interval=settings().heartbeat_interval_s,
    )


@handler.on("2.0.1", "2.1")
def boot_2x(request: "BootNotificationRequest2x", call: Call) -> dict[str, Any]:
    """Use cases B01 to B03. A boot that we have triggered tells of a station that has not restarted."""
    told = request.charging_station
    said = {
        "vendor": told.vendor_name,
        "model": told.model,
        "serial_number": told.serial_number,
        "firmware_version": told.firmware_version,
        "iccid": told.modem.iccid if told.modem else None,
        "imsi": told.modem.imsi if told.modem else None,
        "boot_reason": request.reason,
    }
    station = stations.boot(call.station_id, said, None if request.reason == "Triggered" else call.received_at)
    return {
        "status": station.registration if station else "Rejected",
        "currentTime": call.received_at,
        "interval": settings().heartbeat_interval_s,
    }
