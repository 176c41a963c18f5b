"""UnlockConnector: a station is asked to let go of a cable."""

from typing import TYPE_CHECKING

from shared.aws.command import Command, Message, Target
from shared.domain.errors import Invalid
from shared.ocpp.v16.unlock_connector import UnlockConnectorRequest

if TYPE_CHECKING:
    from shared.ocpp.v21.unlock_connector import UnlockConnectorRequest as UnlockConnectorRequest2x

handler = Command("UnlockConnector", urgent=True, expires_in_s=60)
handler.speaks("1.6", "2.0.1", "2.1")


@handler.before("1.6")
def check(request: UnlockConnectorRequest, _target: Target) -> Message:
    """Section 5.18 of OCPP 1.6. A transaction on the connector is ended first; for that there is a remote stop."""
    if request.connector_id <= 0:
        raise Invalid("A connector is named by its number, from 1", path="payload.connectorId")
    return Message(request)


@handler.before("2.0.1", "2.1")
def check_evse(request: "UnlockConnectorRequest2x", _target: Target) -> Message:
    """Use case F05. A connector with an authorised transaction stays locked (OngoingAuthorizedTransaction)."""
    for name, number in (("evseId", request.evse_id), ("connectorId", request.connector_id)):
        if number <= 0:
            raise Invalid("EVSEs and their connectors are named by their numbers, from 1", path=f"payload.{name}")
    return Message(request)
