"""GetLog: a station is asked to upload its diagnostics, its log of security events or, in 2.1, what it collects."""

from typing import TYPE_CHECKING

from shared.aws.command import Command, Message, Target
from shared.aws.file_transfers import check_location
from shared.aws.orders import Names, Orders
from shared.domain.calls import Json, Order, request_id_of
from shared.domain.file_transfers import check_order, check_retries
from shared.domain.log_retrievals import LogOrder
from shared.ocpp.times import wire_time
from shared.ocpp.v16.get_diagnostics import GetDiagnosticsRequest
from shared.ocpp.v16.get_log import GetLogRequest
from shared.store import requests

if TYPE_CHECKING:
    from shared.ocpp.v21.get_log import GetLogRequest as GetLogRequest2x

handler = Command("GetLog")
orders = Orders(handler, LogOrder)
handler.speaks("1.6", "2.0.1", "2.1")


@handler.completed("1.6", "2.0.1", "2.1")
def number(payload: Json, call_id: str) -> Json:
    return {"requestId": request_id_of(call_id), **payload}


@handler.before("1.6", "2.0.1", "2.1")
def check(request: "GetLogRequest | GetLogRequest2x", target: Target) -> Message:
    """Use case N01. The station's reports name the request id, so no other call of the station has it."""
    log = request.log
    check_location(log.remote_location, target, "payload.log.remoteLocation")
    check_order(log.oldest_timestamp, log.latest_timestamp, "payload.log.latestTimestamp")
    check_retries(request.retries, request.retry_interval)
    requests.claim(target.station_id, request.request_id, target.call_id)
    return Message(request)


@handler.replaced("1.6")
def get_diagnostics(request: GetLogRequest) -> Order | None:
    """The core's GetDiagnostics brings the same diagnostics; a log of security events the core does not know."""
    if request.log_type == "SecurityLog":
        return None
    plain = GetDiagnosticsRequest(
        location=request.log.remote_location,
        start_time=request.log.oldest_timestamp,
        stop_time=request.log.latest_timestamp,
        retries=request.retries,
        retry_interval=request.retry_interval,
    )
    return Order("GetDiagnostics", plain.to_wire())


NAMES = Names(
    {
        "location": "log.remoteLocation",
        "log_type": "logType",
        "oldest_at": "log.oldestTimestamp",
        "latest_at": "log.latestTimestamp",
        "retries": "retries",
        "retry_interval_s": "retryInterval",
    }
)


@orders.worded("1.6", "2.0.1", "2.1", names=NAMES)
def word(order: LogOrder) -> Json:
    log = {
        "remoteLocation": order.location,
        "oldestTimestamp": order.oldest_at and wire_time(order.oldest_at, milliseconds=True),
        "latestTimestamp": order.latest_at and wire_time(order.latest_at, milliseconds=True),
    }
    fields = {"retries": order.retries, "retryInterval": order.retry_interval_s}
    return {"logType": order.log_type, "log": _given(log), **_given(fields)}


def _given(fields: Json) -> Json:
    return {name: value for name, value in fields.items() if value is not None}
