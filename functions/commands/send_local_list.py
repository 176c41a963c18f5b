"""SendLocalList."""

from shared.aws.command import Command
from shared.ocpp.v16.send_local_list import SendLocalListRequest, SendLocalListResponse

handler = Command("SendLocalList")
handler.speaks("1.6", SendLocalListRequest, SendLocalListResponse)
