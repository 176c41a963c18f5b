"""GetMonitoringReport: a station is asked for its monitors, all of them or by criteria and variables."""

from typing import TYPE_CHECKING

from shared.aws.command import Command, Message, Target
from shared.aws.orders import Names, Orders
from shared.domain.calls import Call, CallError, Json, request_id_of
from shared.store import monitors, reports

if TYPE_CHECKING:
    from shared.ocpp.v21.get_monitoring_report import GetMonitoringReportRequest, GetMonitoringReportResponse

PAGES = "NotifyMonitoringReport"
"""The action that brings them."""

handler = Command("GetMonitoringReport")
handler.speaks("2.0.1", "2.1")

orders = Orders(handler)
"""Kinds of monitors; none means every kind."""


@orders.worded("2.0.1", "2.1", names=Names({"criteria": "monitoringCriteria"}))
def word(criteria: list[str]) -> Json:
    return {"monitoringCriteria": criteria} if criteria else {}


@handler.completed("2.0.1", "2.1")
def number(payload: Json, call_id: str) -> Json:
    return {"requestId": request_id_of(call_id), **payload}


@handler.before("2.0.1", "2.1")
def expect(request: "GetMonitoringReportRequest", target: Target) -> Message:
    """Use case N02. Its pages name the request id, so no other report of the station has it."""
    asked = request.to_wire()
    del asked["requestId"]
    reports.expect(target.station_id, request.request_id, PAGES, target.call_id, {"all": not asked, **asked})
    return Message(request)


@handler.answered("2.0.1", "2.1")
def settle(request: "GetMonitoringReportRequest", response: "GetMonitoringReportResponse", call: Call) -> None:
    """A station that has nothing to report although it was asked for everything has no monitors."""
    reports.settle(call.station_id, request.request_id, response.status, PAGES)
    is_all = not (request.component_variable or request.monitoring_criteria)
    if response.status == "EmptyResultSet" and is_all:
        for one in monitors.of_station(call.station_id):
            if one.noted_at <= call.created_at:
                monitors.remove(call.station_id, one.monitor_id)


@handler.refused("2.0.1", "2.1")
def give_up(request: "GetMonitoringReportRequest", error: CallError, call: Call) -> None:
    reports.settle(call.station_id, request.request_id, error.code, PAGES)
