"""SignedUpdateFirmware: a station is asked to fetch firmware, and to install it if its signature is right."""

import base64
import binascii

from shared.aws.command import Command, Message, Target
from shared.aws.orders import Names, Orders
from shared.domain.calls import Json, request_id_of
from shared.domain.errors import Invalid
from shared.domain.file_transfers import PROTOCOLS_KEY, check_location, check_order, check_retries
from shared.domain.firmware_attempts import FirmwareOrder
from shared.ocpp import certificates
from shared.ocpp.v16.signed_update_firmware import SignedUpdateFirmwareRequest
from shared.ocpp.words import time_16
from shared.store import configuration, requests

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
    supported = None if target.unchecked else configuration.find(target.station_id, PROTOCOLS_KEY)
    check_location(firmware.location, supported, "payload.firmware.location")
    check_order(firmware.retrieve_date_time, firmware.install_date_time, "payload.firmware.installDateTime")
    check_retries(request.retries, request.retry_interval)
    try:
        certificates.read(firmware.signing_certificate)
    except ValueError as error:
        raise Invalid(f"The signing certificate {error}", path="payload.firmware.signingCertificate") from error
    if not _is_base64(firmware.signature):
        raise Invalid("A signature is written in base64 (RFC 4648)", path="payload.firmware.signature")
    requests.claim(target.station_id, request.request_id, target.call_id)
    return Message(request)


def _is_base64(text: str) -> bool:
    try:
        return bool(base64.b64decode(text, validate=True))
    except (binascii.Error, ValueError):
        return False


NAMES = Names(
    {
        "location": "firmware.location",
        "retrieve_at": "firmware.retrieveDateTime",
        "install_at": "firmware.installDateTime",
        "signature": "firmware.signature",
        "signing_certificate": "firmware.signingCertificate",
        "retries": "retries",
        "retry_interval_s": "retryInterval",
    }
)


@orders.worded("1.6", names=NAMES)
def word(order: FirmwareOrder) -> Json:
    install_at = time_16(order.install_at, milliseconds=True) if order.install_at else None
    firmware = {
        "location": order.location,
        "retrieveDateTime": time_16(order.retrieve_at, milliseconds=True),
        "installDateTime": install_at,
        "signature": order.signature,
        "signingCertificate": order.signing_certificate,
    }
    numbers = {"retries": order.retries, "retryInterval": order.retry_interval_s}
    return {
        "firmware": {name: value for name, value in firmware.items() if value is not None},
        **{name: number for name, number in numbers.items() if number is not None},
    }
