"""UpdateFirmware: a station is asked to fetch firmware and to install it. Its empty answer promises nothing."""

from shared.aws.command import Command, Message, Target
from shared.domain.file_transfers import PROTOCOLS_KEY, check_location, check_retries
from shared.ocpp.v16.update_firmware import UpdateFirmwareRequest, UpdateFirmwareResponse
from shared.store import configuration

handler = Command("UpdateFirmware")
handler.speaks("1.6", UpdateFirmwareRequest, UpdateFirmwareResponse)


@handler.before("1.6")
def check(request: UpdateFirmwareRequest, target: Target) -> Message:
    """Section 5.19 of OCPP 1.6. A station that wants signed firmware answers NotSupported (rule W-08); the signature is
    not known here, so nothing stands in for it."""
    supported = None if target.unchecked else configuration.find(target.station_id, PROTOCOLS_KEY)
    check_location(request.location, supported, "payload.location")
    check_retries(request.retries, request.retry_interval)
    return Message(request)
