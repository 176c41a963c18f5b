"""SetNetworkProfile: a station is told, for one of its slots, how it reaches a central system."""

import datetime as dt
from typing import TYPE_CHECKING, Any

from shared.aws import password_changes, security_upgrades
from shared.aws.command import Command, Message, Settled, Target
from shared.aws.masking import masked
from shared.aws.orders import Names, Orders
from shared.domain.calls import Call, CallError, Json
from shared.domain.device_settings import LONGEST_PROFILE_PASSWORD, NETWORK_PRIORITY, password_complaint
from shared.domain.errors import Invalid
from shared.domain.network_profiles import LONGEST_URL, TRANSPORT, check_slot, slots, url_complaint
from shared.domain.variables import REBOOT_REQUIRED
from shared.store import network_profiles, variables

if TYPE_CHECKING:
    from shared.ocpp.v21.set_network_profile import SetNetworkProfileRequest, SetNetworkProfileResponse

DATA = "payload.connectionData"
MESSAGE_TIMEOUT_S = 30

handler = Command("SetNetworkProfile")
handler.speaks("2.0.1", "2.1")

orders = Orders(handler)
"""A pair of the slot and the profile, as the operator API has it (shared/aws/views_network_profiles.py)."""

NAMES = Names(
    {
        "slot": "configurationSlot",
        "interface": "connectionData.ocppInterface",
        "url": "connectionData.ocppCsmsUrl",
        "security_profile": "connectionData.securityProfile",
        "message_timeout_s": "connectionData.messageTimeout",
        "identity": "connectionData.identity",
        "basic_auth_password": "connectionData.basicAuthPassword",
        "apn.apn": "connectionData.apn.apn",
        "apn.authentication": "connectionData.apn.apnAuthentication",
        "apn.user_name": "connectionData.apn.apnUserName",
        "apn.password": "connectionData.apn.apnPassword",
        "apn.sim_pin": "connectionData.apn.simPin",
        "apn.preferred_network": "connectionData.apn.preferredNetwork",
        "apn.only_preferred_network": "connectionData.apn.useOnlyPreferredNetwork",
        **{
            f"vpn.{name}": f"connectionData.vpn.{name}"
            for name in ("server", "user", "password", "key", "type", "group")
        },
    }
)


@orders.worded("2.0.1", "2.1", names=NAMES)
def word(order: tuple[int, Json]) -> Json:
    """What is None is left out."""
    slot, profile = order
    payload: Json = {"configurationSlot": slot}
    for name, value in _flat(profile):
        place, steps = payload, NAMES.theirs(name).removeprefix("payload.").split(".")
        for step in steps[:-1]:
            place = place.setdefault(step, {})
        place[steps[-1]] = value
    return payload


def _flat(fields: Json, prefix: str = "") -> list[tuple[str, Any]]:
    found: list[tuple[str, Any]] = []
    for name, value in fields.items():
        if isinstance(value, dict):
            found += _flat(value, f"{prefix}{name}.")
        elif value is not None:
            found.append((f"{prefix}{name}", value))
    return found


@handler.completed("2.0.1", "2.1")
def fill_in(payload: Json, _call_id: str) -> Json:
    """What has one value only, or a usual one. Stations do not look at the version (errata), but 2.0.1 wants one."""
    data = payload.get("connectionData")
    if not isinstance(data, dict):
        return payload
    usual = {"ocppTransport": TRANSPORT, "ocppVersion": "OCPP20", "messageTimeout": MESSAGE_TIMEOUT_S}
    return payload | {"connectionData": usual | data}


@handler.before("2.0.1", "2.1")
def check(request: "SetNetworkProfileRequest", target: Target) -> Message:
    """Use case B09."""
    data, version = request.connection_data, target.ocpp_version
    if data.ocpp_transport != TRANSPORT:
        raise Invalid(f"The transport of OCPP 2 is {TRANSPORT}", path=f"{DATA}.ocppTransport")
    if reason := url_complaint(data.ocpp_csms_url, target.station_id, data.security_profile, LONGEST_URL[version]):
        raise Invalid(reason, path=f"{DATA}.ocppCsmsUrl")
    if not target.unchecked:
        known = variables.find(target.station_id, NETWORK_PRIORITY)
        there_are = known.characteristics.values_list if known and known.characteristics else None
        check_slot(request.configuration_slot, slots(there_are), "payload.configurationSlot")
    security_upgrades.check_profile(target, data.security_profile, f"{DATA}.securityProfile")
    password = getattr(data, "basic_auth_password", None)
    if password and (reason := password_complaint(password, longest=LONGEST_PROFILE_PASSWORD)):
        raise Invalid(reason, path=f"{DATA}.basicAuthPassword")
    notes = {}
    if password and getattr(data, "identity", None) in (None, target.station_id):
        notes = {"password_id": password_changes.propose(target.station_id, password)}
    connection = masked(data.to_wire())
    now = dt.datetime.now(dt.UTC)
    network_profiles.note_sent(target.station_id, request.configuration_slot, connection, target.call_id, now)
    return Message(request, notes)


@handler.answered("2.0.1", "2.1")
def keep(request: "SetNetworkProfileRequest", response: "SetNetworkProfileResponse", call: Call) -> Settled | None:
    """A password of the profile counts from when the station uses it, which is after a boot."""
    reason = response.status_info.reason_code if response.status_info else None
    _note(call, request.configuration_slot, response.status, reason)
    if password_id := call.notes.get("password_id"):
        status = REBOOT_REQUIRED if response.status == "Accepted" else response.status
        password_changes.settle(call, password_id, status)
    return security_upgrades.follow_profile(call, response.status)


@handler.refused("2.0.1", "2.1")
def give_up(request: "SetNetworkProfileRequest", error: CallError, call: Call) -> None:
    _note(call, request.configuration_slot, error.code, None)
    if password_id := call.notes.get("password_id"):
        password_changes.give_up(call, password_id, error)
    security_upgrades.follow_profile(call, error.code)


def _note(call: Call, slot: int, status: str, reason: str | None) -> None:
    now = dt.datetime.now(dt.UTC)
    network_profiles.note_answer(call.station_id, slot, call.call_id, status=status, reason=reason, at=now)
