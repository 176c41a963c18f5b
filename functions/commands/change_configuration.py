"""ChangeConfiguration."""

from shared.aws.command import Command
from shared.ocpp.v16.change_configuration import ChangeConfigurationRequest, ChangeConfigurationResponse

handler = Command("ChangeConfiguration")
handler.speaks("1.6", ChangeConfigurationRequest, ChangeConfigurationResponse)
