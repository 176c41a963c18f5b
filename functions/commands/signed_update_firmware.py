"""SignedUpdateFirmware."""

from shared.aws.command import Command
from shared.ocpp.v16.signed_update_firmware import SignedUpdateFirmwareRequest, SignedUpdateFirmwareResponse

handler = Command("SignedUpdateFirmware")
handler.speaks("1.6", SignedUpdateFirmwareRequest, SignedUpdateFirmwareResponse)
