"""AFRRSignal: the signal of the grid's operator (automatic frequency restoration), relayed to a station.

Use case Q08. What the station makes of it says the v2x_signal_watt_curve of its charging profile.
"""

from shared.aws.command import Command

USEFUL_FOR_S = 10
"""It comes anew every few seconds; what was missed is of no use any more."""

handler = Command("AFRRSignal", urgent=True, expires_in_s=USEFUL_FOR_S)
handler.speaks("2.1")
