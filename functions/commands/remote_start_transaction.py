"""RemoteStartTransaction: a station is asked to begin a transaction, here and now."""

from shared.aws import outcomes
from shared.aws.command import Command, Message, Settled, Target
from shared.domain.authorization import normalize
from shared.domain.calls import Call, Json
from shared.domain.configuration import CONNECTION_TIMEOUT_KEY
from shared.domain.errors import Invalid
from shared.ocpp.v16.remote_start_transaction import RemoteStartTransactionRequest, RemoteStartTransactionResponse
from shared.store import configuration

MARGIN_S = 30
"""For the way of the messages, beyond the time that a driver has to plug in."""

handler = Command("RemoteStartTransaction", urgent=True, expires_in_s=60)
handler.speaks("1.6")


@handler.before("1.6")
def check(request: RemoteStartTransactionRequest, _target: Target) -> Message:
    """Section 5.11 of OCPP 1.6. Whether there is such a connector, and whether the token may charge, the station finds
    out."""
    if request.connector_id is not None and request.connector_id <= 0:
        raise Invalid(
            "A transaction is on a connector from 1; left out, the station chooses", path="payload.connectorId"
        )
    profile = request.charging_profile
    if profile and profile.charging_profile_purpose != "TxProfile":
        path = "payload.chargingProfile.chargingProfilePurpose"
        raise Invalid("A profile for the transaction to come is a TxProfile", path=path)
    if profile and profile.transaction_id is not None:
        path = "payload.chargingProfile.transactionId"
        raise Invalid("The transaction has no id yet: the profile must not name one", path=path)
    notes: Json = {"awaits": "start", "id_token": normalize(request.id_tag)}
    if request.connector_id is not None:
        notes["evse_id"] = request.connector_id
    return Message(request, notes)


@handler.answered("1.6")
def await_start(
    _request: RemoteStartTransactionRequest, response: RemoteStartTransactionResponse, call: Call
) -> Settled | None:
    """Accepted means that the station will try; the driver has ConnectionTimeOut to plug in."""
    if response.status != "Accepted":
        return None
    timeout_s = configuration.number(call.station_id, CONNECTION_TIMEOUT_KEY)
    within_s = outcomes.FOLLOWS_WITHIN_S if timeout_s is None else max(timeout_s, 0) + MARGIN_S
    return Settled(outcomes.pending(within_s))
