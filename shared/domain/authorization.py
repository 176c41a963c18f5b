"""Authorisation (block C): may this id token charge here and now?"""

import datetime as dt
import re
from collections.abc import Iterable
from typing import Literal, NamedTuple, get_args

TokenStatus = Literal["Accepted", "Blocked", "Expired", "Invalid"]
TOKEN_STATUSES: tuple[str, ...] = get_args(TokenStatus)
Verdict = Literal["Accepted", "Blocked", "ConcurrentTx", "Expired", "Invalid"]

EMAID = re.compile(r"[A-Z]{2}-?[A-Z0-9]{3}-?C?[A-Z0-9]{8}(-?[A-Z0-9])?")


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


class Group(NamedTuple):
    """A group of id tokens that has a name. Id tokens may be of a group that has none."""

    group_id: str
    name: str | None = None
    revision: int = 0
    """Counts how often it was written; 0: never."""


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
) -> Verdict:
    """What to tell a station about a token at a moment.

    With `evse_id` the token starts a transaction there: another active transaction of the token counts against it,
    except one on the same EVSE, which the new one replaces. Without, the station only asks: a transaction at the
    same station does not count, because the driver may be about to stop it.
    """
    if token is None:
        return "Invalid"
    if token.status != "Accepted":
        return token.status
    if token.expires_at is not None and token.expires_at <= at:
        return "Expired"
    if not token.concurrent and any(use.active and not _same_place(use, station_id, evse_id) for use in uses):
        return "ConcurrentTx"
    return "Accepted"


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
