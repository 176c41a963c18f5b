"""ChangeConfiguration: a station is given another value for one key of its configuration.

The key AuthorizationKey is the station's password. A new one is kept, as a hash, before it is sent, so that the station
is let in whatever becomes of the answer (rule T-82, shared/domain/passwords.py).
"""

import datetime as dt
import secrets

from shared.aws.command import Command, Message, Target
from shared.aws.masking import MASK, masked_value
from shared.aws.orders import Names, Orders
from shared.domain import passwords
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
from shared.domain.credentials import hash_password
from shared.domain.errors import Conflict, Invalid
from shared.domain.passwords import Passwords, PendingPassword
from shared.ocpp.v16.change_configuration import ChangeConfigurationRequest, ChangeConfigurationResponse
from shared.store import configuration, stations

UNSUPPORTED = ("NotImplemented", "NotSupported")
"""Error codes that leave no doubt that nothing was changed."""

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
    new = PendingPassword(secrets.token_hex(4), hash_password(request.value), dt.datetime.now(dt.UTC))
    stations.change_passwords(target.station_id, lambda known: passwords.propose(known, new))
    return Message(request.model_copy(update={"key": PASSWORD_KEY}), {"password_id": new.password_id})


@handler.answered("1.6")
def keep(request: ChangeConfigurationRequest, response: ChangeConfigurationResponse, call: Call) -> None:
    """Accepted and RebootRequired change what is known, now or from the next boot on; the rest changes nothing."""
    if password_id := call.notes.get("password_id"):
        _settle_password(call, response.status, password_id)
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


def _settle_password(call: Call, status: str, password_id: str) -> None:
    now = dt.datetime.now(dt.UTC)

    def settle(known: Passwords) -> Passwords:
        if status == "Accepted":
            return passwords.accept(known, password_id, now, in_time=call.is_open)
        if status == "RebootRequired":
            return passwords.await_boot(known, password_id)
        return passwords.refuse(known, password_id)

    stations.change_passwords(call.station_id, settle)


@handler.refused("1.6")
def give_up(_request: ChangeConfigurationRequest, error: CallError, call: Call) -> None:
    """A station that does not know the action has changed nothing; after another error nobody knows."""
    if password_id := call.notes.get("password_id"):
        now = dt.datetime.now(dt.UTC)
        stations.change_passwords(
            call.station_id,
            lambda known: (
                passwords.refuse(known, password_id)
                if error.code in UNSUPPORTED
                else passwords.give_up(known, password_id, now)
            ),
        )
