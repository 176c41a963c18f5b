"""PullDynamicScheduleUpdate: a station asks what holds now in a Dynamic charging profile."""

from typing import TYPE_CHECKING, Any

from shared.aws.action import Action
from shared.aws.message import Call
from shared.domain.known_profiles import setpoints_of
from shared.ocpp.charging import setpoint_words
from shared.store import charging_profiles

if TYPE_CHECKING:
    from shared.ocpp.v21.pull_dynamic_schedule_update import PullDynamicScheduleUpdateRequest

handler = Action("PullDynamicScheduleUpdate")


@handler.on("2.1")
def tell(request: "PullDynamicScheduleUpdateRequest", call: Call) -> dict[str, Any]:
    """Use case K28: the setpoint as it is wished now. What we have not set, or is not Dynamic, has none."""
    known = charging_profiles.find(call.station_id, request.charging_profile_id)
    if known is None or known.state not in ("sent", "accepted") or known.profile.kind != "Dynamic":
        return {"status": "Rejected"}
    return {"status": "Accepted", "scheduleUpdate": setpoint_words(setpoints_of(known))}
