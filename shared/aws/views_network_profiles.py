"""The shapes of a station's network profiles in the operator API."""

import datetime as dt
from typing import Annotated, Literal

from pydantic import ConfigDict, Field, JsonValue

from shared.aws.paging import NextCursor
from shared.aws.views import View
from shared.domain import network_profiles as domain

Interface = Literal["Wired0", "Wired1", "Wired2", "Wired3", "Wireless0", "Wireless1", "Wireless2", "Wireless3", "Any"]
SECRET = {"writeOnly": True}
Password = Annotated[str, Field(min_length=1, max_length=64, json_schema_extra=SECRET)]


class Apn(View):
    """The access point of a mobile network."""

    model_config = ConfigDict(extra="forbid", strict=True)

    apn: Annotated[str, Field(min_length=1, max_length=2000)]
    authentication: Literal["PAP", "CHAP", "NONE", "AUTO"]
    user_name: Annotated[str, Field(max_length=50)] | None = None
    password: Password | None = None
    sim_pin: Annotated[int, Field(ge=0, le=99_999_999, json_schema_extra=SECRET)] | None = None
    preferred_network: Annotated[str, Field(max_length=6)] | None = None
    only_preferred_network: bool | None = None


class Vpn(View):
    """A virtual private network."""

    model_config = ConfigDict(extra="forbid", strict=True)

    server: Annotated[str, Field(min_length=1, max_length=2000)]
    user: Annotated[str, Field(max_length=50)]
    password: Password
    key: Annotated[str, Field(max_length=255, json_schema_extra=SECRET)]
    type: Literal["IKEv2", "IPSec", "L2TP", "PPTP"]
    group: Annotated[str, Field(max_length=50)] | None = None


class NetworkProfileOrder(View):
    """How a station is to reach a central system."""

    model_config = ConfigDict(extra="forbid", strict=True)

    url: Annotated[str, Field(min_length=1, max_length=2000)]
    """Where it dials, without its identity, which it adds by itself: `wss://csms.example.com/ocpp`."""
    security_profile: Annotated[int, Field(ge=0, le=3)]
    interface: Interface = "Wired0"
    """`Any` with OCPP 2.1 only."""
    message_timeout_s: Annotated[int, Field(ge=1, le=3600)] = 30
    identity: Annotated[str, Field(min_length=1, max_length=48)] | None = None
    """By which it is to be known there; OCPP 2.1 only."""
    basic_auth_password: Password | None = None
    """OCPP 2.1 only. With no identity but its own it lets the station in with us, once it has used it."""
    apn: Apn | None = None
    vpn: Vpn | None = None


class SecurityProfileOrder(View):
    """Another security profile for a station."""

    model_config = ConfigDict(extra="forbid", strict=True)

    security_profile: Annotated[int, Field(ge=1, le=3)]
    slot: Annotated[int, Field(ge=0, le=2**31 - 1)] | None = None
    """For the network profile that has it; without it one that the station does not use."""
    url: Annotated[str, Field(min_length=1, max_length=2000)] | None = None
    """Where the station dials then; without it this system's own address."""
    interface: Interface = "Wired0"
    message_timeout_s: Annotated[int, Field(ge=1, le=3600)] = 30
    apn: Apn | None = None
    vpn: Vpn | None = None


class NetworkProfile(View):
    """What a station was given last for a slot, in the words of OCPP and without its secrets."""

    slot: int
    connection_data: dict[str, JsonValue]
    status: str | None
    """The station's answer: Accepted, Rejected, Failed, or the code of a CALLERROR; null: none yet."""
    reason_code: str | None
    call_id: str
    sent_at: dt.datetime
    answered_at: dt.datetime | None
    accepted: dict[str, JsonValue] | None
    """The connection data that the station accepted last, which stands if this one was rejected."""
    accepted_at: dt.datetime | None
    active: bool | None
    """Whether the station says that it uses this slot; null: it has not said."""


class NetworkProfileList(View):
    """The network profiles of a station, in order of the slots."""

    items: list[NetworkProfile]
    next_cursor: NextCursor
    slots: list[int]
    """The slots that the station says there are."""
    priority: list[int]
    """The order in which it says that it tries them."""
    active_slot: int | None


class SecurityProfileUpgrade(View):
    """The latest change of a station's security profile, step by step."""

    upgrade_id: str
    security_profile: int
    slot: int
    state: Literal["profile", "priority", "reset", "check", "succeeded", "failed"]
    """profile: the network profile is on its way. priority: the order of the slots is. reset: the station is to
    restart. check: it has, and is asked which profile it uses."""
    reason: str | None
    """Why it failed."""
    calls: list[str]
    """The calls by which it goes on, in order."""
    started_at: dt.datetime
    ended_at: dt.datetime | None


class SecurityProfile(View):
    """A station's security profile with us, and the latest change of it."""

    security_profile: int | None
    """Null: nothing is known, so nothing is refused."""
    upgrade: SecurityProfileUpgrade | None


def network_profile_view(profile: domain.NetworkProfile, active_slot: int | None) -> NetworkProfile:
    """A network profile, given the slot that the station uses."""
    fields = profile._asdict()
    return NetworkProfile(
        connection_data=fields.pop("connection"),
        reason_code=fields.pop("reason"),
        active=None if active_slot is None else profile.slot == active_slot,
        **fields,
    )


def upgrade_view(upgrade: domain.SecurityUpgrade) -> SecurityProfileUpgrade:
    fields = upgrade._asdict()
    for name in ("priority", "reset_at", "revision"):
        del fields[name]
    return SecurityProfileUpgrade(**fields | {"calls": list(upgrade.calls)})
