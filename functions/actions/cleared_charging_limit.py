"""ClearedChargingLimit: a limit that somebody else than we had set at a station is gone."""

from typing import TYPE_CHECKING, Any

from shared.aws.action import Action
from shared.aws.message import Call
from shared.domain.events import Event
from shared.store import charging_limits, events

if TYPE_CHECKING:
    from shared.ocpp.v21.cleared_charging_limit import ClearedChargingLimitRequest

handler = Action("ClearedChargingLimit")


@handler.on("2.0.1", "2.1")
def remove(request: "ClearedChargingLimitRequest", call: Call) -> dict[str, Any]:
    """Use case K13. Without an EVSE nothing that the source had set is left."""
    for gone in charging_limits.remove(call.station_id, request.charging_limit_source, request.evse_id):
        data = {"evse_id": gone.evse_id, "source": gone.source}
        events.record(Event("charging_limit.cleared", call.station_id, call.received_at, data), call.received_at)
    return {}
