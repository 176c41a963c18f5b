"""GetCompositeSchedule."""

from shared.aws.command import Command
from shared.ocpp.v16.get_composite_schedule import GetCompositeScheduleRequest, GetCompositeScheduleResponse

handler = Command("GetCompositeSchedule")
handler.speaks("1.6", GetCompositeScheduleRequest, GetCompositeScheduleResponse)
