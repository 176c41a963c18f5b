"""ChangeConfiguration: a station is given another value for one key of its configuration.

The key AuthorizationKey is the station's password. A new one is kept, as a hash, before it is sent, so that the station
is let in whatever becomes of the answer (rule T-82, shared/domain/passwords.py).
"""

import datetime as dt

from shared.aws import password_changes
from shared.aws.command import Command, Message, Target
from shared.aws.masking import MASK, masked_value
from shared.aws.orders import Names, Orders
from shared.domain.calls import Call, CallError, Json
from shared.domain.configuration import (
    PASSWORD_KEY,
    SECURITY_PROFILE_KEY,
    Variable,
    complaint,
    is_password,
    key_complaint,
    normal,
    whole_number,
)
from shared.domain.errors import Conflict, Invalid
from shared.ocpp.v16.change_configuration import ChangeConfigurationRequest, ChangeConfigurationResponse
from shared.store import configuration, stations

handler = Command("ChangeConfiguration")
handler.speaks("1.6")

orders = Orders(handler)
"""A pair of key and value."""


@orders.worded("1.6", names=Names({"key": "key", "value": "value"}))
def word(order: tuple[str, str]) -> Json:
    key, value = order
    return {"key": key, "value": value}


@handler.before("1.6")
def check(request: ChangeConfigurationRequest, target: Target) -> Message:
    """Section 5.3 of OCPP 1.6. A station that spells the key its own way gets it that way."""
    if is_password(request.key):
        return _password(request, target)
    known = configuration.find(target.station_id, request.key)
    if not target.unchecked:
        _check(request, known)
    spelled = known.key if known and known.is_known else request.key
    return Message(request.model_copy(update={"key": spelled}))


def _check(request: ChangeConfigurationRequest, known: Variable | None) -> None:
    if reason := complaint(request.key, request.value):
        raise Invalid(reason, path="payload.value")
    if known and known.readonly:
        raise Conflict(f"{request.key} is read-only, says the station", path="payload.key")
    profile, wanted = whole_number(known.value or "") if known else None, whole_number(request.value)
    if normal(request.key) == normal(SECURITY_PROFILE_KEY) and profile and wanted is not None and wanted < profile:
        raise Conflict(f"The station has security profile {profile}, which must not get lower", path="payload.value")


def _password(request: ChangeConfigurationRequest, target: Target) -> Message:
    if reason := key_complaint(request.value, may_be_text=target.station.options.accept_hex_password):
        raise Invalid(reason, path="payload.value")
    password_id = password_changes.propose(target.station_id, request.value)
    return Message(request.model_copy(update={"key": PASSWORD_KEY}), {"password_id": password_id})


@handler.answered("1.6")
def keep(request: ChangeConfigurationRequest, response: ChangeConfigurationResponse, call: Call) -> None:
    """Accepted and RebootRequired change what is known, now or from the next boot on; the rest changes nothing."""
    if password_id := call.notes.get("password_id"):
        password_changes.settle(call, password_id, response.status)
    if response.status not in ("Accepted", "RebootRequired"):
        return
    now = dt.datetime.now(dt.UTC)
    value = masked_value(request.key, request.value)  # what was sent may still be there in clear
    is_secret = value == MASK
    accepted = Variable(
        request.key,
        value=None if is_secret else value,
        is_secret=is_secret,
        read_at=now,
        changed_at=now if response.status == "RebootRequired" else None,
    )
    configuration.note_change(call.station_id, accepted, call.created_at)
    profile = whole_number(request.value)
    if normal(request.key) == normal(SECURITY_PROFILE_KEY) and profile is not None:
        stations.set_security_profile(call.station_id, profile)


@handler.refused("1.6")
def give_up(_request: ChangeConfigurationRequest, error: CallError, call: Call) -> None:
    """A station that does not know the action has changed nothing; after another error nobody knows."""
    if password_id := call.notes.get("password_id"):
        password_changes.give_up(call, password_id, error)
