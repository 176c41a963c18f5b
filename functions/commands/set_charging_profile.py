"""SetChargingProfile."""

from shared.aws.command import Command
from shared.ocpp.v16.set_charging_profile import SetChargingProfileRequest, SetChargingProfileResponse

handler = Command("SetChargingProfile")
handler.speaks("1.6", SetChargingProfileRequest, SetChargingProfileResponse)
