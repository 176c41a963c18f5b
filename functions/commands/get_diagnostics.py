"""GetDiagnostics: a station is asked to upload its diagnostics. It chooses the name of the file."""

from shared.aws.command import Command, Message, Target
from shared.aws.file_transfers import check_location
from shared.aws.orders import Names, Orders
from shared.domain.calls import Json
from shared.domain.errors import Invalid
from shared.domain.file_transfers import check_order, check_retries
from shared.domain.log_retrievals import LogOrder
from shared.ocpp.times import wire_time
from shared.ocpp.v16.get_diagnostics import GetDiagnosticsRequest

handler = Command("GetDiagnostics")
orders = Orders(handler, LogOrder)
handler.speaks("1.6")


@handler.before("1.6")
def check(request: GetDiagnosticsRequest, target: Target) -> Message:
    """Section 5.9 of OCPP 1.6. The location is a directory."""
    check_location(request.location, target, "payload.location")
    check_order(request.start_time, request.stop_time, "payload.stopTime")
    check_retries(request.retries, request.retry_interval)
    return Message(request)


NAMES = Names(
    {
        "location": "location",
        "oldest_at": "startTime",
        "latest_at": "stopTime",
        "retries": "retries",
        "retry_interval_s": "retryInterval",
    }
)


@orders.worded("1.6", names=NAMES)
def word(order: LogOrder) -> Json:
    if order.log_type != "DiagnosticsLog":
        raise Invalid("GetDiagnostics brings diagnostics only", path="payload.log_type")
    fields = {
        "location": order.location,
        "startTime": order.oldest_at and wire_time(order.oldest_at, milliseconds=True),
        "stopTime": order.latest_at and wire_time(order.latest_at, milliseconds=True),
        "retries": order.retries,
        "retryInterval": order.retry_interval_s,
    }
    return {name: value for name, value in fields.items() if value is not None}
