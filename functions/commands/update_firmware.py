"""UpdateFirmware."""

from shared.aws.command import Command
from shared.ocpp.v16.update_firmware import UpdateFirmwareRequest, UpdateFirmwareResponse

handler = Command("UpdateFirmware")
handler.speaks("1.6", UpdateFirmwareRequest, UpdateFirmwareResponse)
