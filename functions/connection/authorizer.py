"""Before $connect: is this a station we know, with its credentials, and which OCPP version will it speak?

Rules T-10 to T-14, T-80 to T-82 and section 1.3 of the requirements. What is found rides as context on every later
event of the connection, so no message needs to look its station up. API Gateway makes 401 of an exception with the
text "Unauthorized" and 403 of a Deny.
"""

import datetime as dt
import hmac
import json
from collections.abc import Mapping
from typing import Any, NoReturn
from urllib.parse import unquote

from shared.aws.telemetry import logger
from shared.domain.credentials import parse_basic
from shared.domain.events import Event
from shared.domain.passwords import CURRENT, Passwords, match, use
from shared.domain.stations import MAX_STATION_ID, Options, Registration, Station, is_identity_2x
from shared.ocpp.subprotocol import choose
from shared.settings import settings
from shared.store import events, patience, stations

LEAST_WITH_TLS = 2
"""The first security profile that has TLS."""
REFUSAL_EVERY = dt.timedelta(minutes=1)
_refused_at: dict[tuple[str, str], dt.datetime] = {}


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
        _note_refusal(station_id, "unknown station")
        return _unknown(event, station_id)
    reason, password_used = _check(station_id, station, authorization)
    if station and _lacks_tls(station, headers):
        reason = f"security profile {station.security_profile} without TLS"
    if reason:
        _note_refusal(station_id, reason)
        _unauthorized()
    options = station.options if station else Options()
    choice = choose(
        headers.get("sec-websocket-protocol", ""), assumed=options.assume_version, pinned=options.pinned_version
    )
    if station is None and choice.version not in ("", "1.6") and not is_identity_2x(station_id):
        _note_refusal(station_id, "no identity of OCPP 2.x")
        return _unknown(event, station_id)
    if not choice.version:
        _note_refusal(station_id, "no OCPP version in common")
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


def _check(station_id: str, station: Station | None, authorization: str) -> tuple[str | None, str | None]:
    """Why these credentials do not do, or None if they do; and which of the station's passwords they show it to use."""
    credentials = parse_basic(authorization)
    if credentials and not hmac.compare_digest(credentials.user, station_id.encode()):
        return "user name is not the station's identity", None
    options = station.options if station else Options()
    known = station.passwords if station else Passwords(None)
    used = match(known, credentials.password, accept_hex=options.accept_hex_password) if credentials else None
    if used or (known.current is None and settings().onboarding != "closed"):
        return None, used or (None if credentials else CURRENT)
    if known.current is None:
        return "no password is set for the station", None
    return "wrong password" if credentials else "no credentials", None


def _lacks_tls(station: Station, headers: Mapping[str, str]) -> bool:
    """Whether a station that has gone over to TLS dials without it, which is a lower security profile (rule T-86).

    CloudFront tells where it lets in both; elsewhere it lets in nothing without TLS.
    """
    return (station.security_profile or 0) >= LEAST_WITH_TLS and headers.get("cloudfront-forwarded-proto") == "http"


def _first_registration() -> Registration:
    return "Accepted" if settings().onboarding == "open" else "Pending"


def _note_refusal(station_id: str, reason: str) -> None:
    """Log a refused handshake and keep it in the station's history, once a minute for a station that keeps dialling."""
    logger.warning("handshake", extra={"station_id": station_id, "outcome": reason})
    now = dt.datetime.now(dt.UTC)
    before = _refused_at.get((station_id, reason))
    if _possible(station_id) and (before is None or now - before >= REFUSAL_EVERY):
        _refused_at[station_id, reason] = now
        events.record(Event("connection.refused", station_id, now, {"reason": reason}), now)


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
