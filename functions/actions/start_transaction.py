"""StartTransaction: a charging session began. Kept exactly once by content, whatever the token (rules S-01 to S-04)."""

from typing import Any

from shared.aws.action import Action
from shared.aws.message import Call
from shared.domain.authorization import authorize
from shared.domain.transaction_numbers import of_no_station
from shared.domain.transactions import Start, Transaction
from shared.ocpp.v16.start_transaction import IdTagInfo, StartTransactionRequest, StartTransactionResponse
from shared.ocpp.words import id_tag_info_16, place_16, verdict_16
from shared.store import keys, tokens, transactions


def poison(call: Call) -> dict[str, Any]:
    """An answer that lets a station forget a start that cannot be read; the number is nobody's transaction."""
    content = keys.digest(call.station_id, call.payload)
    return {"transactionId": of_no_station(content), "idTagInfo": {"status": "Invalid"}}


handler = Action("StartTransaction", poison)


@handler.on("1.6")
def start(request: StartTransactionRequest, call: Call) -> StartTransactionResponse:
    """Section 4.8 of OCPP 1.6. A repeated start gets the number and the verdict of the first one.

    The token is judged as of now, even if the start is days old: the station asks whether to go on.
    """
    id_token = call.kept.get("idTag") or request.id_tag
    place = place_16(request.connector_id)
    token, uses = tokens.find_with_uses(id_token)
    verdict = verdict_16(
        authorize(token, at=call.received_at, station_id=call.station_id, uses=uses, evse_id=place.evse_id)
    )
    draft = Transaction(
        transaction_id="",
        station_id=call.station_id,
        evse_id=place.evse_id,
        connector_id=place.connector_id,
        id_token=id_token,
        state="active",
        started_at=request.timestamp,
        meter_start_wh=request.meter_start,
        verdict=verdict,
        group_id=token.group_id if token else None,
        token_expires_at=token.expires_at if token else None,
        reservation_id=request.reservation_id,
    )
    identity = Start(call.station_id, place.evse_id, id_token, _own_time(request, call), request.meter_start)
    begun = transactions.begin(identity, draft if verdict == "Accepted" else draft.flagged("refused"))
    return StartTransactionResponse(
        transaction_id=int(begun.transaction_id),
        id_tag_info=IdTagInfo(**id_tag_info_16(begun.verdict, begun.token_expires_at, begun.group_id)),
    )


def _own_time(request: StartTransactionRequest, call: Call) -> str:
    """The station's own text of the time: where we had to put ours, a retry would have another one."""
    if "timestamp" in call.kept:
        return call.kept["timestamp"] or ""
    return keys.stamp(request.timestamp)
