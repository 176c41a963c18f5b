"""TriggerMessage."""

from shared.aws.command import Command
from shared.ocpp.v16.trigger_message import TriggerMessageRequest, TriggerMessageResponse

handler = Command("TriggerMessage")
handler.speaks("1.6", TriggerMessageRequest, TriggerMessageResponse)
