"""ExtendedTriggerMessage: a station is asked to send a message now, also those of the security extension."""

from shared.aws import triggers
from shared.aws.command import Command, Message, Target
from shared.domain.calls import Call, Order
from shared.domain.errors import Invalid
from shared.ocpp.v16.extended_trigger_message import ExtendedTriggerMessageRequest, ExtendedTriggerMessageResponse
from shared.ocpp.v16.trigger_message import TriggerMessageRequest

handler = Command("ExtendedTriggerMessage")
handler.speaks("1.6")

IN_THE_CORE = {"LogStatusNotification": "DiagnosticsStatusNotification"}
"""What the core calls otherwise. (A FirmwareStatusNotification is the plain one there, here the signed one.)"""
SIGNED = "SignedFirmwareStatusNotification"
ONLY_HERE = "SignChargePointCertificate"


@handler.before("1.6")
def check(request: ExtendedTriggerMessageRequest, _target: Target) -> Message:
    """Security extension of OCPP 1.6, ExtendedTriggerMessage.req. For connector 0 see TriggerMessage (quirk Q-42)."""
    if request.connector_id is not None and request.connector_id <= 0:
        raise Invalid("A connector is named by its number, from 1; left out, all are meant", path="payload.connectorId")
    return Message(request)


@handler.replaced("1.6")
def trigger_message(request: ExtendedTriggerMessageRequest) -> Order | None:
    """The core's TriggerMessage has all but the request for a certificate, which only the extension knows."""
    wanted = request.requested_message
    if wanted == ONLY_HERE:
        return None
    plain = TriggerMessageRequest.model_validate(
        request.to_wire() | {"requestedMessage": IN_THE_CORE.get(wanted, wanted)}
    )
    return Order("TriggerMessage", plain.to_wire())


@handler.answered("1.6")
def expect(request: ExtendedTriggerMessageRequest, response: ExtendedTriggerMessageResponse, call: Call) -> None:
    """A station that is pending may send it now."""
    if response.status == "Accepted":
        wanted = request.requested_message
        triggers.expect(call.station_id, SIGNED if wanted == "FirmwareStatusNotification" else wanted)
