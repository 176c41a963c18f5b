"""UnpublishFirmware: a local controller is asked not to offer firmware any more."""

import re
from typing import TYPE_CHECKING

from shared.aws.command import Command, Message, Target
from shared.domain.errors import Invalid
from shared.domain.file_transfers import MD5

if TYPE_CHECKING:
    from shared.ocpp.v21.unpublish_firmware import UnpublishFirmwareRequest

handler = Command("UnpublishFirmware")
handler.speaks("2.0.1", "2.1")


@handler.before("2.0.1", "2.1")
def check(request: "UnpublishFirmwareRequest", _target: Target) -> Message:
    """Use case L04. Firmware is named by the checksum with which it was published."""
    if not re.fullmatch(MD5, request.checksum):
        raise Invalid("A checksum is an MD5: 32 hex digits", path="payload.checksum")
    return Message(request)
