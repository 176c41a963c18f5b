"""StopTransaction: a charging session ended. Always answered and kept, whatever id it names (rules S-05 to S-10)."""

from shared.aws.action import Action
from shared.aws.message import Call
from shared.domain.authorization import IdToken, Verdict, is_same_group, normalize, standing_of
from shared.domain.metering import MeterValue, last_register_wh
from shared.domain.transactions import Stop, Transaction, best_match, end, energy_wh, is_end_of, may_be_replaced
from shared.ocpp.v16.stop_transaction import IdTagInfo, StopTransactionRequest, StopTransactionResponse
from shared.ocpp.words import id_tag_info_16, meter_values_16, verdict_16
from shared.store import tokens, transactions

handler = Action("StopTransaction", lambda _call: {})

ATTEMPTS = 8
"""Only writers of the same transaction compete; each round one of them wins."""


@handler.on("1.6")
def stop(request: StopTransactionRequest, call: Call) -> StopTransactionResponse:
    """Section 4.10 of OCPP 1.6. A repeated stop is answered alike and changes nothing."""
    id_token = call.kept.get("idTag") or request.id_tag
    stopped = Stop(request.meter_stop, request.timestamp, request.reason or "Local", id_token)
    token = tokens.find(id_token) if id_token else None
    verdict = verdict_16(standing_of(token, call.received_at)) if id_token else None
    data = meter_values_16(request.transaction_data or [], "transactionData", call.kept)
    ended = _end(call.station_id, request.transaction_id, stopped, data, token=token, verdict=verdict)
    if id_token is None or ended.stop_verdict is None:
        return StopTransactionResponse()
    expires_at, group_id = (token.expires_at, token.group_id) if token else (None, None)
    return StopTransactionResponse(id_tag_info=IdTagInfo(**id_tag_info_16(ended.stop_verdict, expires_at, group_id)))


def _end(
    station_id: str, number: int, stop: Stop, data: list[MeterValue], *, token: IdToken | None, verdict: Verdict | None
) -> Transaction:
    """End the transaction that a stop means, or keep the stop as an orphan."""
    for _ in range(ATTEMPTS):
        found = _meant(station_id, number, stop)
        if found is None:
            return _keep_orphan(station_id, number, stop, data, verdict)
        if not _improves(found, stop):
            return found
        if data:
            transactions.add_data(found.transaction_id, data)
        ended = end(found, stop, last_register_wh(data))._replace(stop_verdict=verdict)
        if number != found.number:
            ended = ended.flagged("matched")
        if stop.id_token and not _may_stop(found, stop.id_token, token):
            ended = ended.flagged("stopped_by_other")
        if written := transactions.replace(ended):
            return written
    raise TimeoutError(f"transaction {number} of {station_id} kept changing")


def _meant(station_id: str, number: int, stop: Stop) -> Transaction | None:
    """The transaction with that number at this station; for 0 and below, which we never assign, the best match."""
    if number > 0:
        found = transactions.find(str(number))
        return found if found and found.station_id == station_id and found.number == number else None
    recent = transactions.recent_of_station(station_id)
    return next((one for one in recent if is_end_of(one, stop)), None) or best_match(recent, stop)


def _improves(found: Transaction, stop: Stop) -> bool:
    """Whether a stop says something new: the first one stands unless its reading could not be, or we made it up."""
    if found.state == "active" or "abandoned" in found.flags:
        return True
    if is_end_of(found, stop):
        return False
    return may_be_replaced(found) and energy_wh(found.meter_start_wh, stop.meter_stop_wh) is not None


def _may_stop(found: Transaction, id_token: str, token: IdToken | None) -> bool:
    """Whether a token is the one that started, or one of its group (rule S-15). The stop counts in any case."""
    if found.id_token and normalize(found.id_token) == normalize(id_token):
        return True
    return token is not None and is_same_group(token.group_id, found.group_id)


def _keep_orphan(
    station_id: str, number: int, stop: Stop, data: list[MeterValue], verdict: Verdict | None
) -> Transaction:
    draft = Transaction(
        transaction_id="",
        number=number,
        station_id=station_id,
        evse_id=None,
        connector_id=None,
        id_token=stop.id_token,
        state="ended",
        ended_at=stop.ended_at,
        meter_stop_wh=stop.meter_stop_wh,
        stopped_reason=stop.reason,
        stop_id_token=stop.id_token,
        stop_verdict=verdict,
        flags=("orphan",),
    )
    orphan = transactions.record_orphan(station_id, number, stop, draft)
    if data:
        transactions.add_data(orphan.transaction_id, data)
    return orphan
