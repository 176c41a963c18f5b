"""BootNotification: a station introduces itself and learns whether it is accepted, our time, its heartbeat interval."""

from shared.aws.action import Action
from shared.aws.message import Call
from shared.ocpp.v16.boot_notification import BootNotificationRequest, BootNotificationResponse
from shared.settings import settings
from shared.store import stations

handler = Action("BootNotification")


@handler.on("1.6", BootNotificationRequest)
def boot(request: BootNotificationRequest, call: Call) -> BootNotificationResponse:
    """Section 4.2 of OCPP 1.6. A boot keeps the registration, which is the operator's, and ends no transaction:
    its StopTransaction may still wait in the station."""
    station = stations.boot(
        call.station_id,
        {
            "vendor": request.charge_point_vendor,
            "model": request.charge_point_model,
            "serial_number": request.charge_point_serial_number,
            "charge_box_serial_number": request.charge_box_serial_number,
            "firmware_version": request.firmware_version,
            "iccid": request.iccid,
            "imsi": request.imsi,
            "meter_type": request.meter_type,
            "meter_serial_number": request.meter_serial_number,
        },
        call.received_at,
    )
    return BootNotificationResponse(
        status=station.registration if station else "Rejected",
        current_time=call.received_at,
        interval=settings().heartbeat_interval_s,
    )
