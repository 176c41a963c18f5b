"""TriggerMessage: a station is asked to send a message now. It comes after the answer, and is handled as any other."""

from typing import TYPE_CHECKING

from shared.aws import triggers
from shared.aws.command import Command, Message, Target
from shared.domain.calls import Call
from shared.domain.errors import Invalid
from shared.ocpp.v16.trigger_message import TriggerMessageRequest

if TYPE_CHECKING:
    from shared.ocpp.v21.trigger_message import TriggerMessageRequest as TriggerMessageRequest2x
    from shared.ocpp.v21.trigger_message import TriggerMessageResponse as TriggerMessageResponse2x

handler = Command("TriggerMessage")
handler.speaks("1.6", "2.0.1", "2.1")

OF_ONE_CONNECTOR = "StatusNotification"
OF_A_VENDOR = "CustomTrigger"


@handler.before("1.6")
def check(request: TriggerMessageRequest, _target: Target) -> Message:
    """Section 5.17 of OCPP 1.6. Connector 0 is refused by some stations (quirk Q-42); left out, it is all of them."""
    if request.connector_id is not None and request.connector_id <= 0:
        raise Invalid("A connector is named by its number, from 1; left out, all are meant", path="payload.connectorId")
    return Message(request)


@handler.before("2.0.1", "2.1")
def check_evse(request: "TriggerMessageRequest2x", _target: Target) -> Message:
    """Use case F06. Statuses are asked for connector by connector (F06.FR.13). EVSE 0 is the station's own meter."""
    evse = request.evse
    if evse and evse.id < 0:
        raise Invalid("An EVSE is named by its number; left out, all are meant", path="payload.evse.id")
    if evse and evse.connector_id is not None and evse.connector_id <= 0:
        raise Invalid("A connector is named by its number, from 1", path="payload.evse.connectorId")
    if request.requested_message == OF_ONE_CONNECTOR and (not evse or evse.id == 0 or evse.connector_id is None):
        path = "payload.evse" if not evse else "payload.evse.connectorId" if evse.id else "payload.evse.id"
        raise Invalid("A StatusNotification is of one connector: name its EVSE and its number there", path=path)
    custom = getattr(request, "custom_trigger", None)
    if (request.requested_message == OF_A_VENDOR) != (custom is not None):
        raise Invalid(f"It goes with {OF_A_VENDOR}, and with nothing else", path="payload.customTrigger")
    return Message(request)


@handler.answered("1.6", "2.0.1", "2.1")
def expect(
    request: "TriggerMessageRequest | TriggerMessageRequest2x", response: "TriggerMessageResponse2x", call: Call
) -> None:
    """A station that is pending may send it now (B02.FR.09)."""
    if response.status == "Accepted":
        triggers.expect(call.station_id, request.requested_message)
