"""UpdateFirmware: a station is asked to fetch firmware and to install it. Its empty answer promises nothing."""

from shared.aws.command import Command, Message, Target
from shared.aws.orders import Names, Orders
from shared.domain.calls import Json
from shared.domain.file_transfers import PROTOCOLS_KEY, check_location, check_retries
from shared.domain.firmware_attempts import FirmwareOrder
from shared.ocpp.v16.update_firmware import UpdateFirmwareRequest
from shared.ocpp.words import time_16
from shared.store import configuration

handler = Command("UpdateFirmware")
orders = Orders(handler, FirmwareOrder)
handler.speaks("1.6")


@handler.before("1.6")
def check(request: UpdateFirmwareRequest, target: Target) -> Message:
    """Section 5.19 of OCPP 1.6. A station that wants signed firmware answers NotSupported (rule W-08); the signature is
    not known here, so nothing stands in for it."""
    supported = None if target.unchecked else configuration.find(target.station_id, PROTOCOLS_KEY)
    check_location(request.location, supported, "payload.location")
    check_retries(request.retries, request.retry_interval)
    return Message(request)


NAMES = Names(
    {
        "location": "location",
        "retrieve_at": "retrieveDate",
        "retries": "retries",
        "retry_interval_s": "retryInterval",
    }
)


@orders.worded("1.6", names=NAMES)
def word(order: FirmwareOrder) -> Json:
    """Without a time to install: 1.6 has no word for it here, and the station installs once it has downloaded."""
    numbers = {"retries": order.retries, "retryInterval": order.retry_interval_s}
    return {
        "location": order.location,
        "retrieveDate": time_16(order.retrieve_at, milliseconds=True),
        **{name: number for name, number in numbers.items() if number is not None},
    }
