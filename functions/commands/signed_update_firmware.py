"""SignedUpdateFirmware: a station is asked to fetch firmware, and to install it if its signature is right."""

from shared.aws.command import Command, Message, Target
from shared.aws.file_transfers import check_location
from shared.aws.orders import Names, Orders
from shared.aws.signing import check_signature
from shared.domain.calls import Json, request_id_of
from shared.domain.file_transfers import check_order, check_retries
from shared.domain.firmware_attempts import FirmwareOrder
from shared.ocpp.v16.signed_update_firmware import SignedUpdateFirmwareRequest
from shared.ocpp.words_security import FIRMWARE_NAMES, firmware_words
from shared.store import requests

handler = Command("SignedUpdateFirmware")
orders = Orders(handler, FirmwareOrder)
handler.speaks("1.6")


@handler.completed("1.6")
def number(payload: Json, call_id: str) -> Json:
    return {"requestId": request_id_of(call_id), **payload}


@handler.before("1.6")
def check(request: SignedUpdateFirmwareRequest, target: Target) -> Message:
    """Use case L01. Nothing stands in for it at a station that does not know it: the plain UpdateFirmware would install
    what nobody has checked, and whoever gives a signature wants it checked."""
    firmware = request.firmware
    check_location(firmware.location, target, "payload.firmware.location")
    check_order(firmware.retrieve_date_time, firmware.install_date_time, "payload.firmware.installDateTime")
    check_retries(request.retries, request.retry_interval)
    check_signature(firmware.signature, firmware.signing_certificate, "payload.firmware")
    requests.claim(target.station_id, request.request_id, target.call_id)
    return Message(request)


@orders.worded("1.6", names=Names(FIRMWARE_NAMES))
def word(order: FirmwareOrder) -> Json:
    return firmware_words(order)
