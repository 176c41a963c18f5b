"""GetLocalListVersion."""

from shared.aws.command import Command
from shared.ocpp.v16.get_local_list_version import GetLocalListVersionRequest, GetLocalListVersionResponse

handler = Command("GetLocalListVersion")
handler.speaks("1.6", GetLocalListVersionRequest, GetLocalListVersionResponse)
