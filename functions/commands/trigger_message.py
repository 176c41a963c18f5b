"""TriggerMessage: a station is asked to send a message now. It comes after the answer, and is handled as any other."""

from shared.aws.command import Command, Message, Target
from shared.domain.errors import Invalid
from shared.ocpp.v16.trigger_message import TriggerMessageRequest

handler = Command("TriggerMessage")
handler.speaks("1.6")


@handler.before("1.6")
def check(request: TriggerMessageRequest, _target: Target) -> Message:
    """Section 5.17 of OCPP 1.6. Connector 0 is refused by some stations (quirk Q-42); left out, it is all of them."""
    if request.connector_id is not None and request.connector_id <= 0:
        raise Invalid("A connector is named by its number, from 1; left out, all are meant", path="payload.connectorId")
    return Message(request)
