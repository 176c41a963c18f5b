"""GetLog."""

from shared.aws.command import Command
from shared.ocpp.v16.get_log import GetLogRequest, GetLogResponse

handler = Command("GetLog")
handler.speaks("1.6", GetLogRequest, GetLogResponse)
