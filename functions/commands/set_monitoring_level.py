"""SetMonitoringLevel: a station is to tell only of what is at least so severe."""

from typing import TYPE_CHECKING

from shared.aws.command import Command, Message, Target
from shared.domain.calls import Call
from shared.domain.errors import Invalid
from shared.domain.monitoring import LEAST_SEVERE
from shared.store import monitors

if TYPE_CHECKING:
    from shared.ocpp.v21.set_monitoring_level import SetMonitoringLevelRequest, SetMonitoringLevelResponse

handler = Command("SetMonitoringLevel")
handler.speaks("2.0.1", "2.1")


@handler.before("2.0.1", "2.1")
def check(request: "SetMonitoringLevelRequest", target: Target) -> Message:
    """Use case N05."""
    if not 0 <= request.severity <= LEAST_SEVERE and not target.unchecked:
        raise Invalid(f"A severity is 0 to {LEAST_SEVERE}", path="payload.severity")
    return Message(request)


@handler.answered("2.0.1", "2.1")
def keep(request: "SetMonitoringLevelRequest", response: "SetMonitoringLevelResponse", call: Call) -> None:
    if response.status == "Accepted":
        monitors.set_level(call.station_id, request.severity)
