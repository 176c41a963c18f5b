"""ChangeAvailability."""

from shared.aws.command import Command
from shared.ocpp.v16.change_availability import ChangeAvailabilityRequest, ChangeAvailabilityResponse

handler = Command("ChangeAvailability")
handler.speaks("1.6", ChangeAvailabilityRequest, ChangeAvailabilityResponse)
