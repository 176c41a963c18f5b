"""Id tokens: who may charge."""

from decimal import Decimal
from http import HTTPStatus
from typing import Annotated
from zoneinfo import ZoneInfo

from aws_lambda_powertools.event_handler import Response
from aws_lambda_powertools.event_handler.openapi.params import Query
from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from shared.aws import preconditions, tariff_choice, views_tokens
from shared.aws.http import JSON, Api
from shared.aws.paging import DEFAULT_LIMIT, Cursor, Limit
from shared.aws.parameters import MAX_ID_TOKEN, MAX_INTEGER, GroupIdText, IdTokenText, OptionalTime, StationIdText
from shared.aws.preconditions import ANOTHER_REVISION, ETAG, IfMatch, etag
from shared.aws.views_tariffs import LanguageText, TariffIdText
from shared.aws.views_tokens import token_view
from shared.domain.authorization import AllowedStation, Hours, IdToken, TokenStatus, TransactionLimit
from shared.domain.errors import NotFound
from shared.domain.maintenance_windows import DAYS, Day
from shared.store import tokens
from shared.store.dynamodb import ConditionFailed

UNKNOWN = {HTTPStatus.NOT_FOUND: "There is no such id token."}

api = handler = Api("id_tokens")

TimeOfDay = Annotated[str, Field(pattern=r"^([01]\d|2[0-3]):[0-5]\d$")]


def _time_zone(name: str) -> str:
    try:
        ZoneInfo(name)
    except (KeyError, OSError, ValueError) as error:  # no such zone, or no name of one
        raise ValueError("is no time zone of the IANA database") from error
    return name


class Setting(BaseModel):
    """A part of what an operator sets."""

    model_config = ConfigDict(extra="forbid", strict=True, use_attribute_docstrings=True)


class AllowedStationSetting(Setting):
    """A station where a token may charge."""

    station_id: StationIdText
    evse_ids: list[Annotated[int, Field(ge=1, le=MAX_INTEGER)]] = Field([], max_length=100)
    """Only there at these EVSEs; empty: at all."""


class HoursSetting(Setting):
    """When a token may charge: from one time of day to another, perhaps on the next day, by the clock of a place."""

    opens: TimeOfDay = "00:00"
    closes: TimeOfDay = "00:00"
    """The same as `opens`: a whole day."""
    time_zone: Annotated[str, AfterValidator(_time_zone)] = "UTC"
    """A name of the IANA time zone database: `Europe/Berlin`."""
    days: list[Day] = Field(list(DAYS), min_length=1, max_length=7)
    """The days on which it opens."""


class LimitSetting(Setting):
    """Where the transactions of a token are to end; null: no such limit."""

    max_cost: Annotated[float, Field(ge=0, le=1e9, allow_inf_nan=False)] | None = None
    """In the currency of the station's tariff."""
    max_energy_wh: Annotated[int, Field(ge=0, le=MAX_INTEGER)] | None = None
    max_time_s: Annotated[int, Field(ge=0, le=MAX_INTEGER)] | None = None
    max_soc_percent: Annotated[int, Field(ge=0, le=100)] | None = None


class IdTokenSettings(Setting):
    """What an operator sets of an id token."""

    status: TokenStatus = "Accepted"
    """What a station is told of it; only an accepted one may charge."""
    expires_at: OptionalTime = None
    """From then on it is answered with Expired; null: never."""
    group_id: GroupIdText | None = None
    """1.6's parentIdTag: tokens of a group may stop each other's transactions."""
    concurrent: bool = True
    """Whether it may have several transactions at a time."""
    type: Annotated[str, Field(min_length=1, max_length=20)] | None = None
    """OCPP 2.0.1's type (ISO14443, KeyCode, eMAID, …) that it has to come with; null: any."""
    allowed_stations: list[AllowedStationSetting] = Field([], max_length=200)
    """Where it may charge; empty: everywhere. Elsewhere it is answered with NotAtThisLocation."""
    allowed_connector_types: list[Annotated[str, Field(min_length=1, max_length=20)]] = Field([], max_length=30)
    """With which connectors it may charge (`cCCS2`), where the station has told them; empty: with any. Otherwise it is
    answered with NotAllowedTypeEVSE."""
    hours: list[HoursSetting] = Field([], max_length=50)
    """When it may charge; empty: always. At other times it is answered with NotAtThisTime."""
    limit: LimitSetting | None = None
    """Where its transactions are to end, at stations of OCPP 2.1."""
    cache_for_s: Annotated[int, Field(ge=0, le=MAX_INTEGER)] | None = None
    """How long stations may remember the answer; null: as they like, or of a prepaid token (with a limit of its cost,
    or without credit) five minutes."""
    tariff_id: TariffIdText | None = None
    """By which its transactions are billed, before any other; null: by its group's, the EVSE's or the station's."""
    language: LanguageText | None = None
    """The driver's, in which he is shown texts (RFC 5646)."""
    balance: Annotated[float, Field(ge=-1e9, le=1e9, allow_inf_nan=False)] | None = None
    """What is left of a prepaid token, in the currency of its tariff: the cost of its transactions is taken from it,
    and without any it is answered with NoCredit. null: it is not prepaid."""

    def token(self, id_token: str) -> IdToken:
        limit = self.limit
        return IdToken(
            id_token,
            self.status,
            self.expires_at,
            self.group_id,
            self.concurrent,
            token_type=self.type,
            allowed_stations=tuple(
                AllowedStation(one.station_id, tuple(one.evse_ids)) for one in self.allowed_stations
            ),
            allowed_connector_types=tuple(self.allowed_connector_types),
            hours=tuple(Hours(one.opens, one.closes, one.time_zone, tuple(one.days)) for one in self.hours),
            limit=TransactionLimit(
                Decimal(repr(limit.max_cost)) if limit.max_cost is not None else None,
                limit.max_energy_wh,
                limit.max_time_s,
                limit.max_soc_percent,
            )
            if limit
            else None,
            cache_for_s=self.cache_for_s,
            tariff_id=self.tariff_id,
            language=self.language,
            balance=Decimal(repr(self.balance)) if self.balance is not None else None,
        )


@api.route("GET /id-tokens", {HTTPStatus.OK: views_tokens.IdTokenList})
def list_id_tokens(
    group_id: Annotated[GroupIdText | None, Query(description="Only those of this group.")] = None,
    search: Annotated[
        str, Query(max_length=MAX_ID_TOKEN, description="Only those with this in them, in any case of letters.")
    ] = "",
    limit: Limit = DEFAULT_LIMIT,
    cursor: Cursor = None,
) -> views_tokens.IdTokenList:
    """Id tokens, in order.

    `search` goes through five thousand at a time, so a page may be short, or even empty, and not be the last.
    """
    found, rest = tokens.page(cursor, limit, group_id=group_id, search=search)
    return views_tokens.IdTokenList(items=[token_view(one) for one in found], next_cursor=rest)


@api.route("GET /id-tokens/{id_token}", {HTTPStatus.OK: views_tokens.IdToken}, UNKNOWN, ETAG)
def get_id_token(id_token: IdTokenText) -> Response[views_tokens.IdToken]:
    """One id token."""
    return _answer(HTTPStatus.OK, _existing(id_token))


@api.route(
    "PUT /id-tokens/{id_token}",
    {HTTPStatus.OK: views_tokens.IdToken, HTTPStatus.CREATED: views_tokens.IdToken},
    ANOTHER_REVISION,
    ETAG,
)
def put_id_token(
    id_token: IdTokenText, wanted: IdTokenSettings, if_match: IfMatch = None
) -> Response[views_tokens.IdToken]:
    """Create an id token or replace it.

    A setting that is left out gets its default.
    """
    tariff_choice.require([("tariff_id", wanted.tariff_id)])
    token = wanted.token(id_token)
    try:
        saved = tokens.save(token, revision=_existing(id_token, if_match).revision if if_match else None)
    except ConditionFailed as failed:
        raise preconditions.another_revision() from failed
    return _answer(HTTPStatus.CREATED if saved.revision == 1 else HTTPStatus.OK, saved)


@api.route("DELETE /id-tokens/{id_token}", {HTTPStatus.NO_CONTENT: None}, UNKNOWN | ANOTHER_REVISION)
def delete_id_token(id_token: IdTokenText, if_match: IfMatch = None) -> Response[None]:
    """Remove an id token.

    From then on it is unknown, and answered with Invalid. Its transactions stay.
    """
    try:
        revision = _existing(id_token, if_match).revision if if_match else None
        if not tokens.delete(id_token, revision=revision):
            raise _unknown(id_token)
    except ConditionFailed as failed:
        raise preconditions.another_revision() from failed
    return Response(HTTPStatus.NO_CONTENT)


def _existing(id_token: str, if_match: str | None = None) -> IdToken:
    """The token, if it is there and of the revision asked for."""
    found = tokens.find(id_token)
    preconditions.require(if_match, found.revision if found else None)
    if found is None:
        raise _unknown(id_token)
    return found


def _unknown(id_token: str) -> NotFound:
    return NotFound(f"There is no id token {id_token}")


def _answer(status: HTTPStatus, token: IdToken) -> Response[views_tokens.IdToken]:
    return Response(status, JSON, token_view(token), {"ETag": etag(token.revision)})
