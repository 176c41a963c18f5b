"""UpdateFirmware: a station is asked to fetch firmware and to install it. 1.6's empty answer promises nothing."""

from typing import TYPE_CHECKING

from shared.aws.command import Command, Message, Target
from shared.aws.file_transfers import check_location
from shared.aws.orders import Names, Orders
from shared.aws.signing import check_signature
from shared.domain.calls import Json, request_id_of
from shared.domain.errors import Invalid
from shared.domain.file_transfers import check_order, check_retries
from shared.domain.firmware_attempts import FirmwareOrder
from shared.ocpp.times import wire_time
from shared.ocpp.v16.update_firmware import UpdateFirmwareRequest
from shared.ocpp.words_security import FIRMWARE_NAMES, firmware_words
from shared.store import requests

if TYPE_CHECKING:
    from shared.ocpp.v21.update_firmware import UpdateFirmwareRequest as UpdateFirmwareRequest2x

handler = Command("UpdateFirmware")
orders = Orders(handler, FirmwareOrder)
handler.speaks("1.6", "2.0.1", "2.1")


@handler.before("1.6")
def check(request: UpdateFirmwareRequest, target: Target) -> Message:
    """Section 5.19 of OCPP 1.6. A station that wants signed firmware answers NotSupported (rule W-08); the signature is
    not known here, so nothing stands in for it."""
    check_location(request.location, target, "payload.location")
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
        "retrieveDate": wire_time(order.retrieve_at, milliseconds=True),
        **{name: number for name, number in numbers.items() if number is not None},
    }


# ---------------------------------------------------------------------- 2.0.1 and 2.1


@handler.completed("2.0.1", "2.1")
def number(payload: Json, call_id: str) -> Json:
    return {"requestId": request_id_of(call_id), **payload}


@handler.before("2.0.1", "2.1")
def check_firmware(request: "UpdateFirmwareRequest2x", target: Target) -> Message:
    """Use cases L01 and L02. Signed firmware carries its signature and the certificate (L01.FR.11), other firmware
    neither. The station's reports name the request id, so no other call of the station has it."""
    firmware = request.firmware
    check_location(firmware.location, target, "payload.firmware.location")
    check_order(firmware.retrieve_date_time, firmware.install_date_time, "payload.firmware.installDateTime")
    check_retries(request.retries, request.retry_interval)
    if (firmware.signature is None) != (firmware.signing_certificate is None):
        lacking = "signature" if firmware.signature is None else "signingCertificate"
        raise Invalid("A signature and the certificate to check it by go together", path=f"payload.firmware.{lacking}")
    if firmware.signature is not None and firmware.signing_certificate is not None:
        check_signature(firmware.signature, firmware.signing_certificate, "payload.firmware")
    requests.claim(target.station_id, request.request_id, target.call_id)
    return Message(request)


@orders.worded("2.0.1", "2.1", names=Names(FIRMWARE_NAMES))
def word_firmware(order: FirmwareOrder) -> Json:
    return firmware_words(order)
