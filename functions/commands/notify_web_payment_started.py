"""NotifyWebPaymentStarted: a station is told that a driver has begun to pay for an EVSE by its QR code (C25)."""

from shared.aws.command import Command

handler = Command("NotifyWebPaymentStarted", urgent=True, expires_in_s=60)
handler.speaks("2.1")
