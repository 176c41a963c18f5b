"""DataTransfer: a station is sent what a vendor and an operator have agreed on. The data is text; JSON goes as text."""

from shared.aws.command import Command
from shared.ocpp.v16.data_transfer import DataTransferRequest, DataTransferResponse

handler = Command("DataTransfer")
handler.speaks("1.6", DataTransferRequest, DataTransferResponse)
