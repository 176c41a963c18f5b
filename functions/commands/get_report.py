"""GetReport: a station is asked for a part of its device model, by components, variables or criteria."""

from typing import TYPE_CHECKING

from shared.aws.command import Command, Message, Target
from shared.aws.device_model import batches
from shared.domain.calls import Call, CallError, Json, follow_up_id, request_id_of
from shared.store import reports

if TYPE_CHECKING:
    from shared.ocpp.v21.get_report import GetReportRequest, GetReportResponse

PAGES = "NotifyReport"
"""The action that brings them."""

handler = Command("GetReport")
handler.speaks("2.0.1", "2.1")


@handler.completed("2.0.1", "2.1")
def number(payload: Json, call_id: str) -> Json:
    return {"requestId": request_id_of(call_id), **payload}


@handler.before("2.0.1", "2.1")
def split(request: "GetReportRequest", target: Target) -> list[Message]:
    """Use case B08. More components than the station takes at once become several calls, each with a report of its
    own."""
    components = request.component_variable or []
    if not components:
        parts = [request]
    else:
        named = batches(target.station_id, handler.name, components, [one.to_wire() for one in components])
        parts = [request.model_copy(update={"component_variable": part}) for part in named]
    made = []
    for which, part in enumerate(parts):
        call_id = follow_up_id(target.call_id, which) if which else target.call_id
        if which:
            part = part.model_copy(update={"request_id": request_id_of(call_id)})  # noqa: PLW2901  # a part of its own
        asked = part.to_wire()
        del asked["requestId"]
        reports.expect(target.station_id, part.request_id, PAGES, call_id, asked)
        made.append(Message(part))
    return made


@handler.answered("2.0.1", "2.1")
def settle(request: "GetReportRequest", response: "GetReportResponse", call: Call) -> None:
    reports.settle(call.station_id, request.request_id, response.status, PAGES)


@handler.refused("2.0.1", "2.1")
def give_up(request: "GetReportRequest", error: CallError, call: Call) -> None:
    reports.settle(call.station_id, request.request_id, error.code, PAGES)
