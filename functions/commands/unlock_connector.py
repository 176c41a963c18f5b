"""UnlockConnector."""

from shared.aws.command import Command
from shared.ocpp.v16.unlock_connector import UnlockConnectorRequest, UnlockConnectorResponse

handler = Command("UnlockConnector")
handler.speaks("1.6", UnlockConnectorRequest, UnlockConnectorResponse)
