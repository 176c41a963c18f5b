"""ClearCache: a station is asked to forget which id tokens it has seen. Rejected may mean that it has no cache."""

from shared.aws.command import Command

handler = Command("ClearCache")
handler.speaks("1.6", "2.0.1", "2.1")
