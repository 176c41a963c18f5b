"""RequestStartTransaction: a station is asked to begin a transaction, here and now."""

from typing import TYPE_CHECKING

from shared.aws import charging_profiles, outcomes
from shared.aws.command import Command, Message, Settled, Target
from shared.domain.authorization import normalize
from shared.domain.calls import Call, Json, request_id_of
from shared.domain.errors import Invalid
from shared.domain.variables import VariableId
from shared.store import requests, transaction_events, transactions, variables

if TYPE_CHECKING:
    from shared.ocpp.v21.request_start_transaction import (
        RequestStartTransactionRequest,
        RequestStartTransactionResponse,
    )

CONNECTION_TIMEOUT = VariableId("TxCtrlr", "EVConnectionTimeOut")
MARGIN_S = 30
"""For the way of the messages, beyond the time that a driver has to plug in."""

handler = Command("RequestStartTransaction", urgent=True, expires_in_s=60)
handler.speaks("2.0.1", "2.1")


@handler.completed("2.0.1", "2.1")
def number(payload: Json, call_id: str) -> Json:
    return {"remoteStartId": request_id_of(call_id), **payload}


@handler.before("2.0.1", "2.1")
def check(request: "RequestStartTransactionRequest", target: Target) -> Message:
    """Use cases F01, F02 and K05. By its remoteStartId the station tells which of its transactions began with it, so
    no other call of the station has the same. Whether there is such an EVSE, and whether the token may charge, the
    station finds out."""
    if request.evse_id is not None and request.evse_id <= 0:
        raise Invalid("A transaction is on an EVSE from 1; left out, the station chooses", path="payload.evseId")
    profile = request.charging_profile
    if profile and profile.charging_profile_purpose != "TxProfile":
        path = "payload.chargingProfile.chargingProfilePurpose"
        raise Invalid("A profile for the transaction to come is a TxProfile", path=path)
    if profile and profile.transaction_id is not None:
        path = "payload.chargingProfile.transactionId"
        raise Invalid("The transaction has no id yet: the profile must not name one", path=path)
    if profile and not target.unchecked:
        charging_profiles.check_for_start(profile, request.evse_id, target)
    requests.claim(target.station_id, request.remote_start_id, target.call_id, requests.REMOTE_START)
    notes: Json = {
        "awaits": "start",
        "id_token": normalize(request.id_token.id_token),
        "remote_start_id": request.remote_start_id,
    }
    if request.evse_id is not None:
        notes["evse_id"] = request.evse_id
    return Message(request, notes)


@handler.answered("2.0.1", "2.1")
def await_start(
    _request: "RequestStartTransactionRequest", response: "RequestStartTransactionResponse", call: Call
) -> Settled | None:
    """Accepted means that the station will try; the driver has EVConnectionTimeOut to plug in. Where a transaction has
    begun with the cable, the answer names it; that may have come before its first event."""
    if response.status != "Accepted":
        return None
    timeout_s = variables.number(call.station_id, CONNECTION_TIMEOUT)
    within_s = outcomes.FOLLOWS_WITHIN_S if timeout_s is None else max(timeout_s, 0) + MARGIN_S
    own_id = response.transaction_id
    found = transaction_events.locate(call.station_id, own_id) if own_id is not None else None
    if found is None:
        named = {} if own_id is None else {"transaction_id": own_id}
        return Settled(outcomes.pending(within_s, **named))
    transactions.note_remote_call(found.transaction_id, call.call_id)
    return Settled(outcomes.done(transaction_id=found.transaction_id))
