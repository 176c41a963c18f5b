"""GetConfiguration."""

from shared.aws.command import Command
from shared.ocpp.v16.get_configuration import GetConfigurationRequest, GetConfigurationResponse

handler = Command("GetConfiguration")
handler.speaks("1.6", GetConfigurationRequest, GetConfigurationResponse)
