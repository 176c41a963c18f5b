"""How the operator API shows an id token, wherever it is listed."""

import datetime as dt

from shared.aws.paging import NextCursor
from shared.aws.views import View
from shared.aws.views_transactions import TransactionLimit
from shared.domain import authorization, shapes
from shared.domain.authorization import TokenStatus

MAX_GROUP_ID_16 = 20
"""What fits into a 1.6 station's parentIdTag."""


class AllowedStation(View):
    """A station where a token may charge."""

    station_id: str
    evse_ids: list[int]
    """Only there at these EVSEs; empty: at all."""


class Hours(View):
    """When a token may charge: from one time of day to another, by the clock of a place."""

    opens: str
    closes: str
    time_zone: str
    days: list[str]


class IdToken(View):
    """An id token: an RFID card, an app's or a contract's id."""

    id_token: str
    """As it was written when it was saved."""
    status: TokenStatus
    expires_at: dt.datetime | None
    """From then on it is answered with Expired; null: never."""
    group_id: str | None
    """1.6's parentIdTag: tokens of a group may stop each other's transactions."""
    concurrent: bool
    """Whether it may have several transactions at a time."""
    type: str | None
    """OCPP 2.0.1's type (ISO14443, KeyCode, eMAID, …) that it has to come with; null: any."""
    allowed_stations: list[AllowedStation]
    """Where it may charge; empty: everywhere."""
    allowed_connector_types: list[str]
    """With which connectors it may charge, where the station has told them; empty: with any."""
    hours: list[Hours]
    """When it may charge; empty: always."""
    limit: TransactionLimit | None
    """Where its transactions are to end, at stations of OCPP 2.1."""
    cache_for_s: int | None
    """How long stations may remember the answer; null: as they like, or of a prepaid token five minutes."""
    tariff_id: str | None
    """By which its transactions are billed, before any other."""
    language: str | None
    """The driver's, in which he is shown texts (RFC 5646)."""
    balance: float | None
    """What is left of a prepaid token, in the currency of its tariff; null: it is not prepaid."""
    warnings: list[str]
    """What should be looked at, in sentences."""


class IdTokenList(View):
    """A page of id tokens, in order."""

    items: list[IdToken]
    next_cursor: NextCursor


def token_view(token: authorization.IdToken) -> IdToken:
    """A token, with what should be looked at."""
    limit = shapes.transaction_limit(token.limit)
    return IdToken(
        id_token=token.id_token,
        status=token.status,
        expires_at=token.expires_at,
        group_id=token.group_id,
        concurrent=token.concurrent,
        type=token.token_type,
        allowed_stations=[
            AllowedStation(station_id=one.station_id, evse_ids=list(one.evse_ids)) for one in token.allowed_stations
        ],
        allowed_connector_types=list(token.allowed_connector_types),
        hours=[
            Hours(opens=one.opens, closes=one.closes, time_zone=one.time_zone, days=list(one.days))
            for one in token.hours
        ],
        limit=TransactionLimit(**limit) if limit else None,
        cache_for_s=token.cache_for_s,
        tariff_id=token.tariff_id,
        language=token.language,
        balance=float(token.balance) if token.balance is not None else None,
        warnings=_warnings(token),
    )


def _warnings(token: authorization.IdToken) -> list[str]:
    if token.group_id is None or len(token.group_id) <= MAX_GROUP_ID_16:
        return []
    return [f"group_id is longer than the {MAX_GROUP_ID_16} characters that OCPP 1.6 can carry"]
