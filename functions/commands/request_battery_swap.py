"""RequestBatterySwap: a station is asked to give a driver charged batteries for his own."""

import datetime as dt
from typing import TYPE_CHECKING

from shared.aws.command import Command, Message, Target
from shared.domain.calls import Call, CallError, Json, request_id_of
from shared.store import battery_swaps, requests

if TYPE_CHECKING:
    from shared.ocpp.v21.request_battery_swap import RequestBatterySwapRequest, RequestBatterySwapResponse

handler = Command("RequestBatterySwap", urgent=True, expires_in_s=60)
handler.speaks("2.1")


@handler.completed("2.1")
def number(payload: Json, call_id: str) -> Json:
    return {"requestId": request_id_of(call_id), **payload}


@handler.before("2.1")
def expect(request: "RequestBatterySwapRequest", target: Target) -> Message:
    """Use case S02. The events of the swap name the request id."""
    requests.claim(target.station_id, request.request_id, target.call_id)
    token = (request.id_token.id_token, request.id_token.type)
    now = dt.datetime.now(dt.UTC)
    battery_swaps.note_request(target.station_id, request.request_id, now, target.call_id, token)
    return Message(request)


@handler.answered("2.1")
def keep(request: "RequestBatterySwapRequest", response: "RequestBatterySwapResponse", call: Call) -> None:
    reason_code = response.status_info.reason_code if response.status_info else None
    battery_swaps.note_answer(call.station_id, request.request_id, call.created_at, response.status, reason_code)


@handler.refused("2.1")
def give_up(request: "RequestBatterySwapRequest", error: CallError, call: Call) -> None:
    battery_swaps.note_answer(call.station_id, request.request_id, call.created_at, error.code, None)
