"""CancelReservation."""

from shared.aws.command import Command
from shared.ocpp.v16.cancel_reservation import CancelReservationRequest, CancelReservationResponse

handler = Command("CancelReservation")
handler.speaks("1.6", CancelReservationRequest, CancelReservationResponse)
