"""NotifyChargingLimit: somebody else than we has limited the charging at a station."""

from typing import TYPE_CHECKING, Any

from shared.aws.action import Action
from shared.aws.message import Call
from shared.domain.charging_limits import ChargingLimit
from shared.domain.events import Event
from shared.ocpp.charging import schedule_of
from shared.store import charging_limits, events

if TYPE_CHECKING:
    from shared.ocpp.v21.notify_charging_limit import NotifyChargingLimitRequest

handler = Action("NotifyChargingLimit")


@handler.on("2.0.1", "2.1")
def note(request: "NotifyChargingLimitRequest", call: Call) -> dict[str, Any]:
    """Use cases K11, K12 and K14. Without an EVSE the limit is for the station as a whole."""
    said = request.charging_limit
    limit = ChargingLimit(
        evse_id=request.evse_id or 0,
        source=said.charging_limit_source,
        noted_at=call.received_at,
        is_grid_critical=said.is_grid_critical,
        is_local_generation=getattr(said, "is_local_generation", None),
        schedules=tuple(schedule_of(one) for one in request.charging_schedule or ()),
    )
    if charging_limits.note(call.station_id, limit):
        data = {
            "evse_id": limit.evse_id,
            "source": limit.source,
            "is_grid_critical": limit.is_grid_critical,
            "is_local_generation": limit.is_local_generation,
        }
        events.record(Event("charging_limit.changed", call.station_id, call.received_at, data), call.received_at)
    return {}
