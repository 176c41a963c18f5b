"""Whether an id token may charge, with what has to be looked up for that (2.0.1 blocks C and E)."""

import datetime as dt
from typing import Any, NamedTuple

from shared.domain.authorization import (
    NO_AUTHORIZATION,
    IdToken,
    Verdict,
    authorize,
    is_allowed_type,
    normalize,
    standing_of,
)
from shared.domain.transactions import Transaction
from shared.store import calls, connectors, tokens

SENT_BY_US_FOR = dt.timedelta(days=8)
"""How long a token that we made up for a remote start is known by the call that brought it (C05)."""
LATEST_CALLS = 50


class Judged(NamedTuple):
    """The verdict on a token; the token, if we know it; the EVSEs it is restricted to, none if it is not."""

    verdict: Verdict
    token: IdToken | None
    evse_ids: tuple[int, ...] = ()


def ask(station_id: str, id_token: str, token_type: str | None, at: dt.datetime) -> Judged:
    """May this token charge at the station? Asked before a start, and before a stop with another token."""
    if token_type == NO_AUTHORIZATION:
        return Judged("Accepted", None)
    token, uses = tokens.find_with_uses(id_token)
    if token is None:
        return Judged("Accepted" if _is_sent_by_us(station_id, id_token) else "Unknown", None)
    evse_ids = token.evse_ids_at(station_id)
    connector_types: tuple[str, ...] = ()
    if token.allowed_connector_types:
        by_evse = _connector_types(station_id)
        fitting = [one for one, types in by_evse.items() if is_allowed_type(token, types)]
        connector_types = tuple(name for types in by_evse.values() for name in types)
        if len(fitting) < len(by_evse):
            evse_ids = tuple(one for one in fitting if not evse_ids or one in evse_ids)
    verdict = authorize(
        token, at=at, station_id=station_id, uses=uses, token_type=token_type, connector_types=connector_types
    )
    return Judged(verdict, token, evse_ids)


def judge(transaction: Transaction, id_token: str, token_type: str | None, at: dt.datetime, *, stops: bool) -> Judged:
    """May this token have a transaction, or stop it? The other transactions of the token count against it."""
    if token_type == NO_AUTHORIZATION:
        return Judged("Accepted", None)
    token, uses = tokens.find_with_uses(id_token)
    if token is None:
        is_known = _is_its_own(transaction, id_token) or _is_sent_by_us(transaction.station_id, id_token)
        return Judged("Accepted" if is_known else "Unknown", None)
    if stops:
        return Judged(standing_of(token, at, token_type), token)
    verdict = authorize(
        token,
        at=at,
        station_id=transaction.station_id,
        uses=[one for one in uses if one.transaction_id != transaction.transaction_id],
        evse_id=transaction.evse_id,
        token_type=token_type,
        connector_types=_types_of_its_evse(token, transaction),
    )
    return Judged(verdict, token, token.evse_ids_at(transaction.station_id))


def _is_its_own(transaction: Transaction, id_token: str) -> bool:
    """Whether a token that we do not know any more was accepted when it started the transaction."""
    started_with = transaction.id_token
    return (
        started_with is not None
        and transaction.verdict == "Accepted"
        and normalize(started_with) == normalize(id_token)
    )


def _is_sent_by_us(station_id: str, id_token: str) -> bool:
    """Whether a token is one that we sent in a remote start: it must be good when it comes back (C05)."""
    since = dt.datetime.now(dt.UTC) - SENT_BY_US_FOR
    sent = (call for call in calls.made_since(station_id, since, LATEST_CALLS) if call.sent_at is not None)
    return any(
        call.notes.get("awaits") == "start" and call.notes.get("id_token") == normalize(id_token) for call in sent
    )


def _types_of_its_evse(token: IdToken, transaction: Transaction) -> tuple[str, ...]:
    if not token.allowed_connector_types or transaction.evse_id is None:
        return ()
    by_connector = _by_connector(transaction.station_id)
    return tuple(
        name
        for (evse_id, connector_id), name in by_connector.items()
        if evse_id == transaction.evse_id and transaction.connector_id in (None, connector_id)
    )


def _connector_types(station_id: str) -> dict[int, tuple[str, ...]]:
    """The types of the connectors of each EVSE that is known by its statuses."""
    known: dict[int, tuple[str, ...]] = {}
    for (evse_id, _), name in _by_connector(station_id).items():
        known[evse_id] = (*known.get(evse_id, ()), name)
    return known


def _by_connector(station_id: str) -> dict[tuple[int, int], str]:
    from shared.domain.variables import VariableId  # noqa: PLC0415  # few tokens are bound to a kind of connector
    from shared.store import variables  # noqa: PLC0415  # as above

    places = [(one.evse_id, one.connector_id) for one in connectors.find(station_id) if one.evse_id]
    wanted: dict[tuple[int, int], Any] = {
        place: VariableId("Connector", "ConnectorType", evse_id=place[0], connector_id=place[1]) for place in places
    }
    values = variables.values(station_id, *wanted.values())
    return {place: values[one] for place, one in wanted.items() if one in values}
