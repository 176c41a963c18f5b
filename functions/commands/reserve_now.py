"""ReserveNow."""

from shared.aws.command import Command
from shared.ocpp.v16.reserve_now import ReserveNowRequest, ReserveNowResponse

handler = Command("ReserveNow")
handler.speaks("1.6", ReserveNowRequest, ReserveNowResponse)
