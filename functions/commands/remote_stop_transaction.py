"""RemoteStopTransaction."""

from shared.aws.command import Command
from shared.ocpp.v16.remote_stop_transaction import RemoteStopTransactionRequest, RemoteStopTransactionResponse

handler = Command("RemoteStopTransaction")
handler.speaks("1.6", RemoteStopTransactionRequest, RemoteStopTransactionResponse)
