"""BatterySwap: batteries were put into a station, or taken out of it, or were not taken in time."""

from typing import TYPE_CHECKING, Any

from shared.aws.action import Action
from shared.aws.message import Call
from shared.domain.battery_swaps import Battery
from shared.store import battery_swaps

if TYPE_CHECKING:
    from shared.ocpp.v21.battery_swap import BatterySwapRequest

handler = Action("BatterySwap")


@handler.on("2.1")
def keep(request: "BatterySwapRequest", call: Call) -> dict[str, Any]:
    """Use cases S01 to S03. All messages with a request id are of one swap, in whatever order they come."""
    batteries = tuple(
        Battery(one.evse_id, one.serial_number, one.so_c, one.so_h, one.production_date, one.vendor_info)
        for one in request.battery_data
    )
    battery_swaps.note_event(
        call.station_id,
        request.request_id,
        request.event_type,
        call.received_at,
        batteries=batteries,
        id_token=(request.id_token.id_token, request.id_token.type),
    )
    return {}
