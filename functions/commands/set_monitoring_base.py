"""SetMonitoringBase: a station is to go back to a set of monitors: all that are preconfigured, those of its factory, or
none but what it has by construction."""

from typing import TYPE_CHECKING

from shared.aws.command import Command
from shared.domain.calls import Call
from shared.domain.monitoring import dropped_with
from shared.store import alarms, monitors

if TYPE_CHECKING:
    from shared.ocpp.v21.set_monitoring_base import SetMonitoringBaseRequest, SetMonitoringBaseResponse

handler = Command("SetMonitoringBase")
handler.speaks("2.0.1", "2.1")


@handler.answered("2.0.1", "2.1")
def keep(request: "SetMonitoringBaseRequest", response: "SetMonitoringBaseResponse", call: Call) -> None:
    """Use case N03. What is dropped is known of the monitors whose kind is; of the others GetMonitoringReport tells."""
    if response.status != "Accepted":
        return
    monitors.set_base(call.station_id, request.monitoring_base)
    for one in dropped_with(request.monitoring_base, monitors.of_station(call.station_id)):
        # A late answer says nothing of monitors that were set since.
        if one.noted_at <= call.created_at or call.is_open:
            monitors.remove(call.station_id, one.monitor_id)
            alarms.drop(call.station_id, one.monitor_id)
