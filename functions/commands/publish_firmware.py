"""PublishFirmware: a local controller is asked to fetch firmware, and to offer it to the stations behind it."""

import re
from typing import TYPE_CHECKING

from shared.aws import outcomes
from shared.aws.command import Command, Message, Settled, Target
from shared.aws.file_transfers import check_location
from shared.domain.calls import Call, Json, request_id_of
from shared.domain.errors import Invalid
from shared.domain.file_transfers import MD5, check_retries
from shared.store import requests

if TYPE_CHECKING:
    from shared.ocpp.v21.publish_firmware import PublishFirmwareRequest, PublishFirmwareResponse

PUBLISHES_WITHIN_S = 86_400
"""The controller may have to try more than once."""

handler = Command("PublishFirmware")
handler.speaks("2.0.1", "2.1")


@handler.completed("2.0.1", "2.1")
def number(payload: Json, call_id: str) -> Json:
    return {"requestId": request_id_of(call_id), **payload}


@handler.before("2.0.1", "2.1")
def check(request: "PublishFirmwareRequest", target: Target) -> Message:
    """Use case L03. The checksum is the MD5 of the whole file, in hex digits."""
    check_location(request.location, target, "payload.location")
    check_retries(request.retries, request.retry_interval)
    if not re.fullmatch(MD5, request.checksum):
        raise Invalid("A checksum is an MD5: 32 hex digits", path="payload.checksum")
    requests.claim(target.station_id, request.request_id, target.call_id)
    return Message(request)


@handler.answered("2.0.1", "2.1")
def await_publication(
    _request: "PublishFirmwareRequest", response: "PublishFirmwareResponse", _call: Call
) -> Settled | None:
    """The controller tells by PublishFirmwareStatusNotification what becomes of it."""
    return Settled(outcomes.pending(PUBLISHES_WITHIN_S)) if response.status == "Accepted" else None
