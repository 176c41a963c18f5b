"""CostUpdated: a station is told what a transaction costs so far, to show it (I02)."""

from shared.aws.command import Command

handler = Command("CostUpdated", expires_in_s=60)
handler.speaks("2.0.1", "2.1")
