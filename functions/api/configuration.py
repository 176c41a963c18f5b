"""The configuration of stations: what they have, what they should have, and their passwords."""

import datetime as dt
import secrets
from http import HTTPStatus
from typing import Annotated

from aws_lambda_powertools.event_handler import Response
from aws_lambda_powertools.event_handler.openapi.params import Query
from pydantic import ConfigDict, Field, RootModel

from shared.aws import command, idempotency, orders
from shared.aws.command import WEEK_S, Target, Terms
from shared.aws.http import JSON, Api
from shared.aws.idempotency import IdempotencyKey
from shared.aws.paging import DEFAULT_LIMIT, Cursor, Limit, page_where
from shared.aws.parameters import ConfigurationKeyName, StationId
from shared.aws.views import View
from shared.aws.views_calls import Call, CallList, call_view
from shared.aws.views_configuration import ConfigurationKey, ConfigurationKeyList, configuration_key_view
from shared.domain import calls as domain
from shared.domain.configuration import PASSWORD_KEY, Variable, complaint, is_password, normal, touches_credentials
from shared.domain.device_settings import PASSWORD
from shared.domain.errors import Conflict, Invalid, NotFound
from shared.domain.variables import ACTUAL
from shared.ocpp.messages import V2X
from shared.store import configuration, stations

LONGEST_KEY = 50
LONGEST_VALUE = 500
MOST_KEYS = 50
"""Each is a call, and a hundred may wait."""
PASSWORD_BYTES = 20
"""The most that an AuthorizationKey may have."""
RANDOM_BYTES = 30
"""Of a password of OCPP 2.x: they make 40 characters, the most that one may have."""

UNKNOWN = {HTTPStatus.NOT_FOUND: "There is no such station."}
UNKNOWN_KEY = {HTTPStatus.NOT_FOUND: "There is no such station, or nothing is known of the key."}
NOT_NOW = {HTTPStatus.CONFLICT: "The station must not be sent this now, or too many calls wait for it."}
READ_ONLY = {HTTPStatus.CONFLICT: "A key is read-only, the station must not be sent this now, or too many calls wait."}

KeyText = Annotated[str, Field(min_length=1, max_length=LONGEST_KEY)]
ValueText = Annotated[str, Field(max_length=LONGEST_VALUE)]

api = handler = Api("configuration")


class WishedConfiguration(RootModel[Annotated[dict[KeyText, ValueText | None], Field(max_length=MOST_KEYS)]]):
    """Values by their keys, as texts. Null: whatever the station has is right."""

    model_config = ConfigDict(strict=True)


class RefreshOrder(View):
    """What a station is to be asked for."""

    model_config = ConfigDict(extra="forbid", strict=True)

    keys: Annotated[list[KeyText], Field(max_length=1000, default_factory=list)]
    """The keys; none means all that it has."""


class PasswordOrder(View):
    """A new password for a station."""

    model_config = ConfigDict(extra="forbid", strict=True)

    password: Annotated[str, Field(min_length=1, max_length=LONGEST_VALUE)] | None = Field(
        default=None, json_schema_extra={"writeOnly": True}
    )
    """With OCPP 1.6 32 to 40 hex digits; a station that takes its password as text may get 16 to 40 characters. With
    OCPP 2.x 16 to 40 letters, digits and `*-_=:+|@.`. Without it a random one is made, which nobody needs to see."""
    expires_in_s: Annotated[int, Field(ge=1, le=WEEK_S)] | None = None
    """How long the call may wait to be sent; a day without it."""


@api.route("GET /stations/{station_id}/configuration", {HTTPStatus.OK: ConfigurationKeyList}, UNKNOWN)
def list_configuration(
    *,
    station_id: StationId,
    key: Annotated[
        list[str] | None,
        Query(max_length=MOST_KEYS, description="Only these keys, of those that anything is known of."),
    ] = None,
    differs: Annotated[
        bool | None,
        Query(description="Only keys that do not have the value that they should have, or only the others."),
    ] = None,
    limit: Limit = DEFAULT_LIMIT,
    cursor: Cursor = None,
) -> ConfigurationKeyList:
    """What is known of a station's configuration, in order of the keys.

    It is known from the station's answers: POST to `/configuration/refresh` to ask it. Keys that the station said it
    does not have are among them.
    """
    station = stations.existing(station_id)

    def read(after: str | None, size: int) -> tuple[list[Variable], str | None]:
        if not key:
            return configuration.page(station_id, after, size)
        found = sorted(configuration.find_many(station_id, key).items())
        rest = [(name, one) for name, one in found if after is None or name > after]
        return [one for _, one in rest[:size]], rest[size - 1][0] if len(rest) > size else None

    found, rest = page_where(read, lambda one: differs in (None, one.differs), cursor, limit)
    return ConfigurationKeyList(
        items=[configuration_key_view(one, station.booted_at) for one in found], next_cursor=rest
    )


@api.route("GET /stations/{station_id}/configuration/{key}", {HTTPStatus.OK: ConfigurationKey}, UNKNOWN_KEY)
def get_configuration_key(station_id: StationId, key: ConfigurationKeyName) -> ConfigurationKey:
    """One key of a station's configuration."""
    station, found = stations.existing(station_id), configuration.find(station_id, key)
    if found is None:
        raise NotFound(f"Nothing is known of {key} at {station_id}")
    return configuration_key_view(found, station.booted_at)


@api.route("PATCH /stations/{station_id}/configuration", {HTTPStatus.ACCEPTED: CallList}, UNKNOWN | READ_ONLY)
def patch_configuration(
    station_id: StationId,
    wished: WishedConfiguration,
    *,
    unchecked: Annotated[
        bool,
        Query(description="Send what is against the standard's rules, or is said to be read-only, all the same."),
    ] = False,
    verify: Annotated[bool, Query(description="Ask for the values afterwards.")] = False,
) -> Response[CallList]:
    """Change values of a station's configuration.

    Each is a call of its own, made in this order; nothing is sent if one of them is refused here. What is wished stays
    beside what the station has, so that a difference shows, whatever the station answers. The security profile takes
    the role `admin`; a password has a path of its own.
    """
    values = {key: value for key, value in wished.root.items() if value is not None}
    if any(touches_credentials(key) for key in values):
        api.require("admin")
    target = command.target(station_id)._replace(unchecked=unchecked)
    _check(values, target)
    terms, now = Terms(requested_by=api.caller.principal), dt.datetime.now(dt.UTC)
    made = []
    for key, value in values.items():
        made.append(orders.of("ChangeConfiguration").submit(target, (key, value), terms))
        configuration.wish(station_id, key, value, now)
    for key in wished.root.keys() - values.keys():
        configuration.wish_nothing(station_id, key, now)
    if verify and values:
        made.append(orders.of("GetConfiguration").submit(target, list(values), terms))
    return Response(HTTPStatus.ACCEPTED, JSON, CallList(items=[call_view(one) for one in made], next_cursor=None))


@api.route("POST /stations/{station_id}/configuration/refresh", {HTTPStatus.ACCEPTED: Call}, UNKNOWN | NOT_NOW)
def refresh_configuration(
    station_id: StationId, order: RefreshOrder, idempotency_key: IdempotencyKey = None
) -> Response[Call]:
    """Ask a station for its configuration.

    More keys than it takes at once are asked for in several calls, which the first names as its `parts`.
    """
    promised = idempotency.promise(api, idempotency_key)
    made = command.resume(station_id, promised.resource_id) if promised.is_repeated else None
    if made is None:
        terms = Terms(call_id=promised.resource_id, requested_by=api.caller.principal)
        made = orders.of("GetConfiguration").submit(command.target(station_id), order.keys, terms)
    return Response(HTTPStatus.ACCEPTED, JSON, call_view(made))


@api.route("POST /stations/{station_id}/password", {HTTPStatus.ACCEPTED: Call}, UNKNOWN | NOT_NOW)
def change_password(
    station_id: StationId, order: PasswordOrder, idempotency_key: IdempotencyKey = None
) -> Response[Call]:
    """Change a station's password through the station itself.

    Once it has accepted it, only the new one lets it in; if it refuses, only the old one. While nobody knows, either
    does, until the station has used one of them. No answer of the API shows a password.
    """
    promised = idempotency.promise(api, idempotency_key)
    made = command.resume(station_id, promised.resource_id) if promised.is_repeated else None
    if made is None:
        terms = Terms(order.expires_in_s, promised.resource_id, requested_by=api.caller.principal)
        made = _send_password(command.target(station_id), order.password, terms)
    return Response(HTTPStatus.ACCEPTED, JSON, call_view(made))


def _send_password(target: Target, password: str | None, terms: Terms) -> domain.Call:
    try:
        if target.ocpp_version in V2X:
            new = secrets.token_urlsafe(RANDOM_BYTES) if password is None else password
            return orders.of("SetVariables").submit(target, [(PASSWORD, ACTUAL, new)], terms)
        new = secrets.token_hex(PASSWORD_BYTES) if password is None else password
        return orders.of("ChangeConfiguration").submit(target, (PASSWORD_KEY, new), terms)
    except Invalid as error:
        raise Invalid(error.reason, path="password") from error


def _check(values: dict[str, str], target: Target) -> None:
    """Whether these values may be sent. Raises Invalid with the keys that must not, Conflict for what is read-only."""
    spelled = list({normal(key): key for key in values}.values())
    errors = [(key, "The key stands twice") for key in values if key not in spelled]
    errors += [(key, "POST to /stations/{station_id}/password changes it") for key in values if is_password(key)]
    if not target.unchecked:
        errors += [(key, reason) for key, value in values.items() if (reason := complaint(key, value))]
    if errors:
        raise Invalid("The configuration has values that cannot be sent", errors=errors)
    known = configuration.find_many(target.station_id, values)
    readonly = [key for key in values if normal(key) in known and known[normal(key)].readonly]
    if readonly and not target.unchecked:
        raise Conflict(f"The station says that it lets nobody change {', '.join(readonly)}")
