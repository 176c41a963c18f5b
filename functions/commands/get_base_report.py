"""GetBaseReport: a station is asked for its whole device model, or for a summary of it."""

from typing import TYPE_CHECKING

from shared.aws.command import Command, Message, Target
from shared.aws.orders import Names, Orders
from shared.domain.calls import Call, CallError, Json, request_id_of
from shared.store import reports

if TYPE_CHECKING:
    from shared.ocpp.v21.get_base_report import GetBaseReportRequest, GetBaseReportResponse

PAGES = "NotifyReport"
"""The action that brings them."""

handler = Command("GetBaseReport")
handler.speaks("2.0.1", "2.1")

orders = Orders(handler)
"""The name of a report base."""


@orders.worded("2.0.1", "2.1", names=Names({"report_base": "reportBase"}))
def word(report_base: str) -> Json:
    return {"reportBase": report_base}


@handler.completed("2.0.1", "2.1")
def number(payload: Json, call_id: str) -> Json:
    return {"requestId": request_id_of(call_id), **payload}


@handler.before("2.0.1", "2.1")
def expect(request: "GetBaseReportRequest", target: Target) -> Message:
    """Use case B07. Its pages name the request id, so no other report of the station has it."""
    asked = {"report_base": request.report_base}
    reports.expect(target.station_id, request.request_id, PAGES, target.call_id, asked)
    return Message(request)


@handler.answered("2.0.1", "2.1")
def settle(request: "GetBaseReportRequest", response: "GetBaseReportResponse", call: Call) -> None:
    reports.settle(call.station_id, request.request_id, response.status, PAGES)


@handler.refused("2.0.1", "2.1")
def give_up(request: "GetBaseReportRequest", error: CallError, call: Call) -> None:
    reports.settle(call.station_id, request.request_id, error.code, PAGES)
