"""Reset."""

from shared.aws.command import Command
from shared.ocpp.v16.reset import ResetRequest, ResetResponse

handler = Command("Reset")
handler.speaks("1.6", ResetRequest, ResetResponse)
