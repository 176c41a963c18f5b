"""GetDiagnostics: a station is asked to upload its diagnostics. It chooses the name of the file."""

from shared.aws.command import Command, Message, Target
from shared.domain.file_transfers import PROTOCOLS_KEY, check_location, check_order, check_retries
from shared.ocpp.v16.get_diagnostics import GetDiagnosticsRequest, GetDiagnosticsResponse
from shared.store import configuration

handler = Command("GetDiagnostics")
handler.speaks("1.6", GetDiagnosticsRequest, GetDiagnosticsResponse)


@handler.before("1.6")
def check(request: GetDiagnosticsRequest, target: Target) -> Message:
    """Section 5.9 of OCPP 1.6. The location is a directory."""
    supported = None if target.unchecked else configuration.find(target.station_id, PROTOCOLS_KEY)
    check_location(request.location, supported, "payload.location")
    check_order(request.start_time, request.stop_time, "payload.stopTime")
    check_retries(request.retries, request.retry_interval)
    return Message(request)
