"""UnlockConnector: a station is asked to let go of a cable."""

from shared.aws.command import Command, Message, Target
from shared.domain.errors import Invalid
from shared.ocpp.v16.unlock_connector import UnlockConnectorRequest

handler = Command("UnlockConnector", urgent=True, expires_in_s=60)
handler.speaks("1.6")


@handler.before("1.6")
def check(request: UnlockConnectorRequest, _target: Target) -> Message:
    """Section 5.18 of OCPP 1.6. A transaction on the connector is ended first; for that there is a remote stop."""
    if request.connector_id <= 0:
        raise Invalid("A connector is named by its number, from 1", path="payload.connectorId")
    return Message(request)
