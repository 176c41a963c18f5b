"""ClearChargingProfile."""

from shared.aws.command import Command
from shared.ocpp.v16.clear_charging_profile import ClearChargingProfileRequest, ClearChargingProfileResponse

handler = Command("ClearChargingProfile")
handler.speaks("1.6", ClearChargingProfileRequest, ClearChargingProfileResponse)
