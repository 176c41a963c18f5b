"""Before $connect: is this a station we know, with its credentials, and which OCPP version will it speak?

Rules T-10 to T-14, T-80 to T-82 and section 1.3 of the requirements. What is found rides as context on every later
event of the connection, so no message needs to look its station up. API Gateway makes 401 of an exception with the
text "Unauthorized" and 403 of a Deny.
"""

import datetime as dt
import hmac
import json
from collections.abc import Mapping
from typing import Any, NamedTuple, NoReturn
from urllib.parse import quote, unquote

from shared.aws.telemetry import logger
from shared.domain.credentials import parse_basic
from shared.domain.events import Event
from shared.domain.passwords import CURRENT, Passwords, match, use
from shared.domain.stations import (
    MAX_STATION_ID,
    Options,
    Registration,
    Station,
    is_identity_2x,
    original_address,
)
from shared.ocpp.subprotocol import choose
from shared.settings import settings
from shared.store import events, patience, stations

LEAST_WITH_TLS = 2
"""The first security profile that has TLS."""
REFUSAL_EVERY = dt.timedelta(minutes=1)
MOST_STRANGERS = 10
"""So many refusals of stations that do not exist are recorded each minute: whoever dials with invented identities must
not be able to run up a bill."""
MOST_OFFERED = 8
LONGEST_TEXT = 200
"""Of what a refused client says of itself so much is kept."""
BY_CLOUDFRONT = "Amazon CloudFront"
"""The user agent that CloudFront puts in place of the client's, where it is not told to pass that on."""


class Refusal(NamedTuple):
    """Why a connection is refused: a word for machines, and the sentence that is logged and kept."""

    code: str
    reason: str


UNKNOWN = Refusal("unknown_station", "unknown station")
IMPOSSIBLE = Refusal("identity_impossible", "no identity that a station can have")
NOT_2X = Refusal("identity_not_2x", "no identity of OCPP 2.x")
OTHER_USER = Refusal("user_mismatch", "user name is not the station's identity")
NO_PASSWORD_SET = Refusal("no_password_set", "no password is set for the station")
WRONG_PASSWORD = Refusal("wrong_password", "wrong password")
NO_CREDENTIALS = Refusal("no_credentials", "no credentials")
NO_VERSION = Refusal("no_common_version", "no OCPP version in common")
OF_STRANGERS = (UNKNOWN, IMPOSSIBLE, NOT_2X)

_refused_at: dict[tuple[str, str], dt.datetime] = {}
"""The refusals of the last minute that are recorded, by station and code."""


def handler(event: dict[str, Any], context: object) -> dict[str, Any]:
    patience.begin(context)
    headers = {name.lower(): value for name, value in (event.get("headers") or {}).items()}
    if not hmac.compare_digest(headers.get("x-idlewatt-origin", ""), settings().origin_secret):
        logger.warning("handshake", extra={"outcome": "not through CloudFront"})
        return _verdict(event, "Deny", {})
    station_id = unquote(headers.get("x-idlewatt-station", ""))
    station = stations.find(station_id) if _possible(station_id) else None
    authorization = headers.get("authorization", "")
    if station is None and (settings().onboarding == "closed" or not _possible(station_id)):
        _note_refusal(event, station_id, UNKNOWN if _possible(station_id) else IMPOSSIBLE)
        return _unknown(event, station_id)
    refusal, password_used = _check(station_id, station, authorization)
    if station and _lacks_tls(station, headers):
        refusal = Refusal("tls_required", f"security profile {station.security_profile} without TLS")
    if refusal:
        _note_refusal(event, station_id, refusal)
        _unauthorized()
    options = station.options if station else Options()
    choice = choose(
        headers.get("sec-websocket-protocol", ""), assumed=options.assume_version, pinned=options.pinned_version
    )
    if station is None and choice.version not in ("", "1.6") and not is_identity_2x(station_id):
        _note_refusal(event, station_id, NOT_2X)
        return _unknown(event, station_id)
    if not choice.version:
        _note_refusal(event, station_id, NO_VERSION)
    context = {
        "outcome": "connect" if station else "create",
        "station_id": station_id,
        "ocpp_version": choice.version,
        "subprotocol": choice.token,
        "registration": station.registration if station else _first_registration(),
        "options": json.dumps(options.changed(), separators=(",", ":")),
    }
    if station and password_used and use(station.passwords, password_used) != station.passwords:
        context["password_used"] = password_used
    return _verdict(event, "Allow", context)


def _possible(station_id: str) -> bool:
    """Dots alone are a step in a path: HTTP clients would take them out, and nobody could name the station."""
    return 0 < len(station_id) <= MAX_STATION_ID and station_id.isprintable() and station_id not in (".", "..")


def _check(station_id: str, station: Station | None, authorization: str) -> tuple[Refusal | None, str | None]:
    """Why these credentials do not do, or None if they do; and which of the station's passwords they show it to use."""
    credentials = parse_basic(authorization)
    if credentials and not hmac.compare_digest(credentials.user, station_id.encode()):
        return OTHER_USER, None
    options = station.options if station else Options()
    known = station.passwords if station else Passwords(None)
    used = match(known, credentials.password, accept_hex=options.accept_hex_password) if credentials else None
    if used or (known.current is None and settings().onboarding != "closed"):
        return None, used or (None if credentials else CURRENT)
    if known.current is None:
        return NO_PASSWORD_SET, None
    return WRONG_PASSWORD if credentials else NO_CREDENTIALS, None


def _lacks_tls(station: Station, headers: Mapping[str, str]) -> bool:
    """Whether a station that has gone over to TLS dials without it, which is a lower security profile (rule T-86).

    CloudFront tells where it lets in both; elsewhere it lets in nothing without TLS.
    """
    return (station.security_profile or 0) >= LEAST_WITH_TLS and headers.get("cloudfront-forwarded-proto") == "http"


def _first_registration() -> Registration:
    return "Accepted" if settings().onboarding == "open" else "Pending"


def _note_refusal(event: dict[str, Any], station_id: str, refusal: Refusal) -> None:
    """Log a refused handshake and keep it in the station's history, once a minute for a station that keeps dialling."""
    logger.warning("handshake", extra={"station_id": station_id, "outcome": refusal.reason})
    now = dt.datetime.now(dt.UTC)
    if not _is_to_be_kept(station_id, refusal, now):
        return
    whose = {"dialled": quote(station_id)[:LONGEST_TEXT]} if refusal is IMPOSSIBLE else {}
    data = {"code": refusal.code, "reason": refusal.reason, **whose, **_client(event)}
    events.record(Event("connection.refused", "" if refusal is IMPOSSIBLE else station_id, now, data), now)


def _is_to_be_kept(station_id: str, refusal: Refusal, now: dt.datetime) -> bool:
    for one in [one for one, at in _refused_at.items() if now - at >= REFUSAL_EVERY]:
        del _refused_at[one]
    codes = [one.code for one in OF_STRANGERS]
    if refusal.code in codes and sum(code in codes for _, code in _refused_at) >= MOST_STRANGERS:
        return False
    if (station_id, refusal.code) in _refused_at:
        return False
    _refused_at[station_id, refusal.code] = now
    return True


def _client(event: dict[str, Any]) -> dict[str, Any]:
    """What a refused client says of itself, and where it is."""
    headers = {name.lower(): value for name, value in (event.get("headers") or {}).items()}
    offered = [one.strip()[:LONGEST_TEXT] for one in headers.get("sec-websocket-protocol", "").split(",")]
    agent = headers.get("user-agent", "")
    return {
        "remote_address": original_address(event.get("requestContext") or {}, headers),
        "offered_subprotocols": [one for one in offered if one][:MOST_OFFERED],
        "user_agent": agent[:LONGEST_TEXT] if agent and agent != BY_CLOUDFRONT else None,
    }


def _unauthorized() -> NoReturn:
    raise PermissionError("Unauthorized")


def _unknown(event: dict[str, Any], station_id: str) -> dict[str, Any]:
    """Let in only as far as to be told 404 (functions/connection/connect.py)."""
    return _verdict(event, "Allow", {"outcome": "unknown", "station_id": station_id, "ocpp_version": ""})


def _verdict(event: dict[str, Any], effect: str, context: dict[str, str]) -> dict[str, Any]:
    statement = {"Action": "execute-api:Invoke", "Effect": effect, "Resource": event["methodArn"]}
    return {
        "principalId": context.get("station_id") or "unknown",
        "policyDocument": {"Version": "2012-10-17", "Statement": [statement]},
        "context": context,
    }
