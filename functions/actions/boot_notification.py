"""BootNotification: a station introduces itself and learns whether it is accepted, our time, its heartbeat interval."""

from shared.aws.action import Action
from shared.aws.message import Call
from shared.ocpp.v16.boot_notification import BootNotificationRequest, BootNotificationResponse
from shared.settings import settings
from shared.store import stations

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
