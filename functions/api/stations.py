"""Stations: their settings, and how they are."""

import datetime as dt
from http import HTTPStatus
from typing import Annotated, Any, Literal, NamedTuple

from aws_lambda_powertools.event_handler import Response
from aws_lambda_powertools.event_handler.openapi.params import Query
from pydantic import ConfigDict, Field, StringConstraints, model_validator

from shared.aws import preconditions, tariff_choice, views
from shared.aws.http import JSON, Api
from shared.aws.paging import DEFAULT_LIMIT, Cursor, Limit
from shared.aws.parameters import Printable, StationId
from shared.aws.preconditions import ANOTHER_REVISION, IfMatch, etag
from shared.aws.views_tariffs import TariffIdText
from shared.domain import passwords, status_shapes
from shared.domain.credentials import hash_password, secret_bytes
from shared.domain.errors import Conflict, Invalid, NotFound
from shared.domain.stations import Connection, Options, Registration, Station, is_identity_2x
from shared.settings import settings
from shared.store import connections, connectors, station_lists, stations
from shared.store.connectors import Connectors
from shared.store.dynamodb import ConditionFailed
from shared.store.station_lists import Asked, Status

MAX_PASSWORD = 512
SAFE_PASSWORD_BYTES = 16
READS = 5
"""How often ids are read to fill a page."""
ATTEMPTS = 5
"""How often a change is made anew because the station booted in between."""

ETAG = {"ETag": "The revision of the settings, for `If-Match`. A boot of the station makes a new one too."}
UNKNOWN = {HTTPStatus.NOT_FOUND: "There is no such station."}
CHANGED = ANOTHER_REVISION | {HTTPStatus.CONFLICT: "Somebody else keeps changing the station at the same time."}

StationName = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=100), Printable]

api = handler = Api("stations")


class StationSettings(views.Options):
    """What an operator sets of a station. A password that is left out stays as it is; null removes it."""

    model_config = ConfigDict(extra="forbid", strict=True)

    registration: Registration = "Accepted"
    """What the station is told when it boots; only an accepted one may charge."""
    security_profile: Annotated[int, Field(ge=0, le=3)] | None = None
    """OCPP's security profile that the station is meant to have."""
    call_timeout_s: Annotated[int, Field(ge=1, le=3600)] | None = None
    """How long a call to the station waits for its answer; null: the default."""
    tariff_id: TariffIdText | None = None
    """By which transactions there are billed where nothing of the driver's says otherwise."""
    evse_tariff_ids: dict[Annotated[str, Field(pattern=r"^[1-9]\d{0,8}$")], TariffIdText] = Field({}, max_length=100)
    """By which those at some of its EVSEs are, instead: `{"1": "fast"}`."""
    name: StationName | None = None
    """What people call it."""
    latitude: Annotated[float, Field(ge=-90, le=90, allow_inf_nan=False)] | None = None
    """Where it stands (WGS 84), in degrees north; given together with the longitude, or null as that is."""
    longitude: Annotated[float, Field(ge=-180, le=180, allow_inf_nan=False)] | None = None
    """In degrees east."""
    password: Annotated[str, Field(min_length=1, max_length=MAX_PASSWORD)] | None = Field(
        default=None, json_schema_extra={"writeOnly": True}
    )
    """The Basic credentials' password: 32 to 40 hex digits are an AuthorizationKey (1.6), anything else is text."""

    @model_validator(mode="after")
    def _has_a_whole_place(self) -> "StationSettings":
        given = {"latitude", "longitude"} & self.model_fields_set
        if len(given) == 1 or (self.latitude is None) != (self.longitude is None):
            raise ValueError("latitude and longitude belong together")
        return self


def _without_defaults(schema: dict[str, Any]) -> None:
    for field in schema["properties"].values():
        field.pop("default", None)


class StationChanges(StationSettings):
    """Settings to change; what is left out stays as it is."""

    model_config = ConfigDict(json_schema_extra=_without_defaults)


@api.route("GET /stations", {HTTPStatus.OK: views.StationList})
def list_stations(
    *,
    online: Annotated[
        bool | None, Query(description="The same as `status=online`, or `status=offline`.", deprecated=True)
    ] = None,
    status: Annotated[
        Status | None,
        Query(
            description="Only stations that are `online`, or `offline`; where a transaction runs (`charging`), or a "
            "fault of a connector stands (`faulted`), connected or not."
        ),
    ] = None,
    search: Annotated[
        str, Query(max_length=100, description="Only those with this in their id or name, in any case of letters.")
    ] = "",
    order: Annotated[Literal["asc", "desc"], Query(description="By their ids.")] = "asc",
    limit: Limit = DEFAULT_LIMIT,
    cursor: Cursor = None,
) -> views.StationList:
    """Stations, in order of their ids.

    `status` and `search` go through five thousand ids at a time, so a page may be short, or even empty, and not be the
    last.
    """
    asked = Asked(_status(status, online), search, order == "desc")
    now = dt.datetime.now(dt.UTC)
    found, rest = _read(asked, now, cursor, limit)
    return views.StationList(items=[_view(whole, now) for whole in found], next_cursor=rest)


def _status(status: Status | None, online: bool | None) -> Status | None:
    if online is None:
        return status
    meant: Status = "online" if online else "offline"
    if status not in (None, meant):
        raise Invalid(f"contradicts status={status}", place="query", path="online")
    return meant


@api.route("GET /stations/{station_id}", {HTTPStatus.OK: views.Station}, UNKNOWN, ETAG)
def get_station(station_id: StationId) -> Response[views.Station]:
    """One station."""
    return _answer(HTTPStatus.OK, _existing(station_id))


@api.route(
    "PUT /stations/{station_id}", {HTTPStatus.OK: views.Station, HTTPStatus.CREATED: views.Station}, CHANGED, ETAG
)
def put_station(station_id: StationId, wanted: StationSettings, if_match: IfMatch = None) -> Response[views.Station]:
    """Create a station, or replace its settings.

    A setting that is left out gets its default, but a password stays. If the registration, an option or the password
    changes, the station's connection is closed, and it connects again under the new settings.
    """
    _check_identity(station_id, wanted)
    change = _change(wanted, set(StationSettings.model_fields))
    if if_match is None and stations.find(station_id) is None:
        new = _apply(Station(station_id, wanted.registration, dt.datetime.now(dt.UTC)), change)
        if stations.create(new) is new:
            return _answer(HTTPStatus.CREATED, new, _weakness(wanted))
    return _answer(HTTPStatus.OK, _save(station_id, change, if_match), _weakness(wanted))


@api.route("PATCH /stations/{station_id}", {HTTPStatus.OK: views.Station}, UNKNOWN | CHANGED, ETAG)
def patch_station(station_id: StationId, wanted: StationChanges, if_match: IfMatch = None) -> Response[views.Station]:
    """Change some settings of a station.

    If the registration, an option or the password changes, the station's connection is closed, and it connects again
    under the new settings. A password takes the role `admin`.
    """
    if "password" in wanted.model_fields_set:
        api.require("admin")
    _check_identity(station_id, wanted)
    change = _change(wanted, wanted.model_fields_set)
    return _answer(HTTPStatus.OK, _save(station_id, change, if_match), _weakness(wanted))


@api.route("DELETE /stations/{station_id}", {HTTPStatus.NO_CONTENT: None}, UNKNOWN | ANOTHER_REVISION)
def delete_station(station_id: StationId, if_match: IfMatch = None) -> Response[None]:
    """Remove a station.

    Its connection is closed. Its history and its transactions stay: created anew, it has them again.
    """
    station = _existing(station_id, if_match)
    try:
        stations.delete(station_id, station.revision if if_match else None)
    except ConditionFailed as failed:
        raise preconditions.another_revision() from failed
    return Response(HTTPStatus.NO_CONTENT)


def _check_identity(station_id: str, wanted: StationSettings) -> None:
    """Raise Invalid for an identity under which the station could never be let in (rule T-02)."""
    if wanted.password is not None and ":" in station_id:
        raise Invalid("A station with a password has no colon in its identity", place="path", path="station_id")
    if wanted.pinned_version not in ("", "1.6") and not is_identity_2x(station_id):
        reason = "The identity of a station of OCPP 2.x has 48 characters at most, and no colon"
        raise Invalid(reason, place="path", path="station_id")


class Change(NamedTuple):
    """What is to be different in a station: its options, and other fields of it."""

    options: dict[str, Any]
    fields: dict[str, Any]


def _change(wanted: StationSettings, names: set[str]) -> Change:
    """The change that these settings mean. A password counts only if it was given, since nobody can read it back."""
    given = wanted.model_dump(include=names - {"password"})
    by_evse = [(f"evse_tariff_ids.{evse_id}", name) for evse_id, name in given.get("evse_tariff_ids", {}).items()]
    tariff_choice.require([("tariff_id", given.get("tariff_id")), *by_evse])
    options = {name: given.pop(name) for name in Options._fields if name in given}
    if "evse_tariff_ids" in given:
        given["evse_tariff_ids"] = tuple(sorted((int(one), name) for one, name in given["evse_tariff_ids"].items()))
    if "password" in wanted.model_fields_set:
        given["password_hash"] = hash_password(wanted.password) if wanted.password is not None else None
    return Change(options, given)


def _apply(station: Station, change: Change) -> Station:
    changed = station._replace(options=station.options._replace(**change.options), **change.fields)
    if "password_hash" not in change.fields:
        return changed
    return changed.with_passwords(passwords.override(station.passwords, changed.password_hash))


def _save(station_id: str, change: Change, if_match: str | None) -> Station:
    for _ in range(ATTEMPTS):
        station = _existing(station_id, if_match)
        changed = _apply(station, change)
        if changed == station:
            return station
        try:
            return stations.replace(changed)
        except ConditionFailed:
            continue  # it booted, or somebody else was faster: seen from its new state, the change may still be right
    raise Conflict("The station keeps changing; try again")


def _existing(station_id: str, if_match: str | None = None) -> Station:
    """The station, if it is there and of the revision asked for."""
    station = stations.find(station_id)
    preconditions.require(if_match, station.revision if station else None)
    if station is None:
        raise NotFound(f"There is no station {station_id}")
    return station


def _answer(status: HTTPStatus, station: Station, warnings: tuple[str, ...] = ()) -> Response[views.Station]:
    station_id = station.station_id
    whole = Whole(station, connections.find(station_id), connectors.find_whole(station_id))
    view = _view(whole, dt.datetime.now(dt.UTC), warnings)
    return Response(status, JSON, view, {"ETag": etag(station.revision)})


def _weakness(wanted: StationSettings) -> tuple[str, ...]:
    """A warning about a password shorter than OCPP asks for: some stations can do no better (quirk Q-36)."""
    if wanted.password is None or len(secret_bytes(wanted.password)) >= SAFE_PASSWORD_BYTES:
        return ()
    return (f"The password is shorter than the {SAFE_PASSWORD_BYTES} bytes that OCPP asks for",)


class Whole(NamedTuple):
    """A station with what is kept beside its record."""

    station: Station
    connection: Connection | None
    connectors: Connectors


def _read(asked: Asked, now: dt.datetime, after: str | None, limit: int) -> tuple[list[Whole], str | None]:
    """A page of stations. An index may name one that was removed, or whose connection ended and nobody told us: others
    take their place."""
    found: list[Whole] = []
    for _ in range(READS):
        wanted = limit - len(found)
        station_ids, after = station_lists.page(asked, after, wanted)
        listed = _whole(stations.find_many(station_ids))
        found += [one for one in listed if asked.status != "online" or _is_online(one, now)]
        if after is None or len(found) == limit or len(station_ids) < wanted:
            break
    return found, after


def _whole(found: list[Station]) -> list[Whole]:
    station_ids = [station.station_id for station in found]
    by_id, known = connections.find_many(station_ids), connectors.find_many(station_ids)
    nothing = Connectors([], [])
    return [Whole(one, by_id.get(one.station_id), known.get(one.station_id, nothing)) for one in found]


def _is_online(whole: Whole, now: dt.datetime) -> bool:
    return whole.connection is not None and whole.connection.is_online(now)


def _view(whole: Whole, now: dt.datetime, warnings: tuple[str, ...] = ()) -> views.Station:
    station, connection, (statuses, wishes) = whole
    seen = [connection.last_seen_at] if connection else []
    wished = status_shapes.wished_availability(0, 0, statuses, wishes)
    if station.password_hash is None and settings().onboarding == "closed":
        warnings += ("No password is set, so the station cannot connect",)
    return views.Station(
        **station.options._asdict(),
        **{name: getattr(station, name) for name in _AS_THEY_ARE},
        evse_tariff_ids={str(evse_id): tariff_id for evse_id, tariff_id in station.evse_tariff_ids},
        has_password=station.password_hash is not None,
        password_pending=bool(station.passwords.candidates),
        online=_is_online(whole, now),
        ocpp_version=connection.ocpp_version if connection else None,
        connected_at=connection.connected_at if connection else None,
        disconnected_at=connection.disconnected_at if connection else None,
        last_seen_at=max([*seen, *(status.received_at for status in statuses)], default=None),
        remote_address=connection.remote_address if connection else None,
        availability=next(
            (views.ConnectorStatus(**status_shapes.connector_status(one)) for one in statuses if one.evse_id == 0), None
        ),
        wished_availability=views.WishedAvailability(**wished) if wished else None,
        evses=[views.Evse(**evse) for evse in status_shapes.evses(statuses, wishes)],
        warnings=list(warnings),
    )


_AS_THEY_ARE = (
    "station_id",
    "name",
    "latitude",
    "longitude",
    "registration",
    "security_profile",
    "call_timeout_s",
    "tariff_id",
    *stations.BOOT_FIELDS,
    "created_at",
    "booted_at",
)
