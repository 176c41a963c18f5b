"""ExtendedTriggerMessage."""

from shared.aws.command import Command
from shared.ocpp.v16.extended_trigger_message import ExtendedTriggerMessageRequest, ExtendedTriggerMessageResponse

handler = Command("ExtendedTriggerMessage")
handler.speaks("1.6", ExtendedTriggerMessageRequest, ExtendedTriggerMessageResponse)
