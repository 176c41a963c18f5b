"""RemoteStartTransaction."""

from shared.aws.command import Command
from shared.ocpp.v16.remote_start_transaction import RemoteStartTransactionRequest, RemoteStartTransactionResponse

handler = Command("RemoteStartTransaction")
handler.speaks("1.6", RemoteStartTransactionRequest, RemoteStartTransactionResponse)
