"""DataTransfer: a station is sent what a vendor and an operator have agreed on. The data is text; JSON goes as text."""

from shared.aws.command import Command

handler = Command("DataTransfer")
handler.speaks("1.6", "2.0.1", "2.1")
