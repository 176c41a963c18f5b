"""Authorisation (block C): may this id token charge here and now?"""

import datetime as dt
import re
from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import Literal, NamedTuple, get_args

TokenStatus = Literal["Accepted", "Blocked", "Expired", "Invalid", "NoCredit"]
TOKEN_STATUSES: tuple[str, ...] = get_args(TokenStatus)
Verdict = Literal[
    "Accepted",
    "Blocked",
    "ConcurrentTx",
    "Expired",
    "Invalid",
    "NoCredit",
    "NotAllowedTypeEVSE",
    "NotAtThisLocation",
    "NotAtThisTime",
    "Unknown",
]
"""OCPP 2.0.1's AuthorizationStatusEnumType."""

EMAID = re.compile(r"[A-Z]{2}-?[A-Z0-9]{3}-?C?[A-Z0-9]{8}(-?[A-Z0-9])?")
NO_AUTHORIZATION = "NoAuthorization"
"""The type of the token that a start button stands for: there is nobody to ask about (2.0.1, C02)."""
CARD = "ISO14443"
"""Which kind of token one is if nobody has said: a driver's card (2.x tells kinds apart)."""
PREPAID_CACHE_S = 300
"""How long a station may remember what it was told of a prepaid token, whose credit changes."""


class TransactionLimit(NamedTuple):
    """Where a transaction is to end by itself (2.1, E16). None: no such limit."""

    max_cost: Decimal | None = None
    """In the currency of the station's tariff."""
    max_energy_wh: int | None = None
    max_time_s: int | None = None
    max_soc_percent: int | None = None


class AllowedStation(NamedTuple):
    """A station where a token may charge, and there at which EVSEs; empty: at all."""

    station_id: str
    evse_ids: tuple[int, ...] = ()


class Hours(NamedTuple):
    """When a token may charge, by the clock of a place; see shared/domain/maintenance_windows.py."""

    opens: str
    """`08:00`"""
    closes: str
    time_zone: str
    days: tuple[str, ...]


class IdToken(NamedTuple):
    """An id token (an RFID card, an app's or a contract's id) as the operator set it.

    `group_id` is 1.6's parentIdTag: tokens of one group may stop each other's transactions and use each other's
    reservations. `concurrent` allows more than one transaction of the token at a time.
    """

    id_token: str
    status: TokenStatus = "Accepted"
    expires_at: dt.datetime | None = None
    group_id: str | None = None
    concurrent: bool = True
    revision: int = 0
    """Counts how often it was written; 0: never."""
    token_type: str | None = None
    """OCPP 2.0.1's type that it has to come with (ISO14443, KeyCode, eMAID, …); None: any."""
    allowed_stations: tuple[AllowedStation, ...] = ()
    """Where it may charge; empty: everywhere."""
    allowed_connector_types: tuple[str, ...] = ()
    """At EVSEs with which connectors it may charge (`cCCS2`), where they are known; empty: at all."""
    hours: tuple[Hours, ...] = ()
    """When it may charge; empty: always."""
    limit: TransactionLimit | None = None
    """Where its transactions are to end."""
    cache_for_s: int | None = None
    """How long stations may remember the answer; None: as they like."""
    tariff_id: str | None = None
    """By which its transactions are billed, before any other."""
    language: str | None = None
    """The driver's (RFC 5646: `de`)."""
    balance: Decimal | None = None
    """What is left of a prepaid token, in the currency of its tariff; None: it is not prepaid."""

    @property
    def own_limit(self) -> TransactionLimit | None:
        """Where a transaction of it is to end: at its limit, and at the latest when it has no more credit."""
        if self.balance is None:
            return self.limit
        limit = self.limit or TransactionLimit()
        least = [one for one in (limit.max_cost, max(self.balance, Decimal(0))) if one is not None]
        return limit._replace(max_cost=min(least))

    def cache_expires_at(self, at: dt.datetime) -> dt.datetime | None:
        """Until when a station may remember what it is told now; None: as long as it likes."""
        cache_for_s = self.cache_for_s
        limit = self.own_limit
        is_prepaid = self.status == "NoCredit" or (limit is not None and limit.max_cost is not None)
        if cache_for_s is None and is_prepaid:
            cache_for_s = PREPAID_CACHE_S
        times = [self.expires_at, at + dt.timedelta(seconds=cache_for_s) if cache_for_s is not None else None]
        return min((one for one in times if one is not None), default=None)

    def evse_ids_at(self, station_id: str) -> tuple[int, ...]:
        """The EVSEs of a station that it is restricted to; empty: it is not."""
        allowed = [one.evse_ids for one in self.allowed_stations if one.station_id == station_id]
        return allowed[0] if len(allowed) == 1 else ()


def type_of(token: IdToken | None) -> str:
    """Which kind of token a station is told that one is, where nobody says it; None: we do not know the token."""
    return (token.token_type if token else None) or CARD


class Group(NamedTuple):
    """A group of id tokens that has a name. Id tokens may be of a group that has none."""

    group_id: str
    name: str | None = None
    revision: int = 0
    """Counts how often it was written; 0: never."""
    tariff_id: str | None = None
    """By which transactions of its id tokens are billed that have no tariff of their own."""


class Use(NamedTuple):
    """One transaction in which a token was used."""

    transaction_id: str
    station_id: str
    evse_id: int
    started_at: dt.datetime
    active: bool


def normalize(id_token: str) -> str:
    """The form under which a token is kept and compared: upper case; the hyphens of a contract id (eMAID) do not count.

    Id tokens are case-insensitive (1.6 section 7.28 CiString20Type; 2.0.1 section 2.18 identifierString).
    """
    folded = id_token.strip().upper()
    return folded.replace("-", "") if EMAID.fullmatch(folded) else folded


def authorize(
    token: IdToken | None,
    *,
    at: dt.datetime,
    station_id: str,
    uses: Iterable[Use] = (),
    evse_id: int | None = None,
    token_type: str | None = None,
    connector_types: Sequence[str] = (),
) -> Verdict:
    """What to tell a station about a token at a moment.

    With `evse_id` the token starts a transaction there: another active transaction of the token counts against it,
    except one on the same EVSE, which the new one replaces. Without, the station only asks: a transaction at the
    same station does not count, because the driver may be about to stop it. `connector_types` are those of the EVSE,
    as far as they are known.
    """
    if token_type == NO_AUTHORIZATION:
        return "Accepted"
    if token is None:
        return "Unknown"
    if (standing := standing_of(token, at, token_type)) != "Accepted":
        return standing
    if token.balance is not None and token.balance <= 0:
        return "NoCredit"
    if not _is_allowed_at(token, station_id, evse_id):
        return "NotAtThisLocation"
    if not is_allowed_type(token, connector_types):
        return "NotAllowedTypeEVSE"
    if token.hours and not _is_in_hours(token.hours, at):
        return "NotAtThisTime"
    if not token.concurrent and any(use.active and not _same_place(use, station_id, evse_id) for use in uses):
        return "ConcurrentTx"
    return "Accepted"


def standing_of(token: IdToken | None, at: dt.datetime, token_type: str | None = None) -> Verdict:
    """What holds of a token wherever it is used: all that counts for a driver who stops his transaction."""
    if token_type == NO_AUTHORIZATION:
        return "Accepted"
    if token is None:
        return "Unknown"
    if token.token_type and token_type and token.token_type.casefold() != token_type.casefold():
        return "Invalid"
    if token.status != "Accepted":
        return token.status
    return "Expired" if token.expires_at is not None and token.expires_at <= at else "Accepted"


def _is_allowed_at(token: IdToken, station_id: str, evse_id: int | None) -> bool:
    if not token.allowed_stations:
        return True
    allowed = [one for one in token.allowed_stations if one.station_id == station_id]
    return any(not one.evse_ids or evse_id is None or evse_id in one.evse_ids for one in allowed)


def is_allowed_type(token: IdToken, connector_types: Sequence[str]) -> bool:
    """Whether a token may charge where there are these connectors; unknown ones do not count against it."""
    wanted = {one.casefold() for one in token.allowed_connector_types}
    return not wanted or not connector_types or any(one.casefold() in wanted for one in connector_types)


def _is_in_hours(hours: Iterable[Hours], at: dt.datetime) -> bool:
    from shared.domain.maintenance_windows import DAYS, Window  # noqa: PLC0415  # few tokens have hours

    return any(
        Window(
            dt.time.fromisoformat(one.opens),
            dt.time.fromisoformat(one.closes),
            one.time_zone,
            tuple(day for day in DAYS if day in one.days),
        ).is_open(at)
        for one in hours
    )


def _same_place(use: Use, station_id: str, evse_id: int | None) -> bool:
    return use.station_id == station_id and evse_id in (None, use.evse_id)


def same_group(one: IdToken | None, other: IdToken | None) -> bool:
    """Whether two tokens may act for each other: the same token, or the same group."""
    if one is None or other is None:
        return False
    same_token = normalize(one.id_token) == normalize(other.id_token)
    return same_token or is_same_group(one.group_id, other.group_id)


def is_same_group(one: str | None, other: str | None) -> bool:
    """Whether two ids name the same group: they are compared as id tokens are, which they are on the wire."""
    return one is not None and other is not None and normalize(one) == normalize(other)
