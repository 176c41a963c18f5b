"""A charging station as the operator knows it: registration, compatibility options, identity (blocks A and B)."""

import datetime as dt
import hashlib
from collections.abc import Mapping
from typing import Any, Literal, NamedTuple, get_args

from shared.domain.passwords import Passwords, PendingPassword

Registration = Literal["Accepted", "Pending", "Rejected"]
REGISTRATIONS: tuple[str, ...] = get_args(Registration)

MAX_STATION_ID = 255
"""OCPP 2.x allows 48 characters, 1.6 names no limit."""
MAX_IDENTITY_2X = 48


def is_identity_2x(station_id: str) -> bool:
    """Whether a station of OCPP 2.x may be called so (rule T-02). At a colon the user name of HTTP Basic ends."""
    return len(station_id) <= MAX_IDENTITY_2X and ":" not in station_id


def original_address(request_context: Mapping[str, Any], headers: Mapping[str, str]) -> str | None:
    """From where a client of ours comes: the first hop that CloudFront was told, else the peer."""
    said = next((value for name, value in headers.items() if name.lower() == "x-forwarded-for"), "")
    identity: Mapping[str, str] = request_context.get("identity") or {}
    return said.partition(",")[0].strip() or identity.get("sourceIp")


class Options(NamedTuple):
    """How we meet this station's habits; the defaults suit a station that keeps to the standard or nearly so.

    They ride on the connection (authorizer context), so no message needs a look-up.
    """

    strict: bool = False
    """Refuse what the reader would repair, with the CALLERROR the standard names."""
    assume_version: str = "1.6"
    """The OCPP version of a station that offers no WebSocket subprotocol (Q-28); empty: such a socket is closed."""
    pinned_version: str = ""
    """The only OCPP version to speak with this station, for one that negotiates a version it cannot keep (Q-32)."""
    accept_hex_password: bool = True
    """Take the AuthorizationKey as hex digits too, not only as the bytes they stand for (Q-35)."""
    calls_before_boot: bool = False
    """Process CALLs of a station whose registration is not Accepted instead of answering SecurityError (S-18)."""
    answer_poison: bool = False
    """Answer a CALL that cannot be read with an empty success, so that the station stops repeating it (Q-27)."""
    utc_offset_min: int = 0
    """The zone in minutes east of UTC that a timestamp without a zone is meant in (Q-01)."""
    milliseconds: bool = False
    """Send times with milliseconds; the default is whole seconds, which every station reads (Q-08)."""
    ev_charging: str = ""
    """Who answers what EVs need (use case K15): this system, at once, `auto`; nobody, `off`; empty: an operator."""
    fleet_settings: bool = True
    """Tell a station of OCPP 2.x, once it has booted, how long to wait before it dials again (docs/scale.md)."""
    message_log: str = ""
    """Whether its frames are logged, `on` or `off`; empty: as the stage is set."""

    def changed(self) -> dict[str, Any]:
        """The options that differ from the defaults, which is all that needs keeping."""
        return {name: value for name, value in self._asdict().items() if value != self._field_defaults[name]}


class Station(NamedTuple):
    """A charging station. What it said of itself comes from its latest BootNotification."""

    station_id: str
    registration: Registration
    created_at: dt.datetime
    options: Options = Options()
    password_hash: str | None = None
    pending_passwords: tuple[PendingPassword, ...] = ()
    security_profile: int | None = None
    call_timeout_s: int | None = None
    vendor: str | None = None
    model: str | None = None
    serial_number: str | None = None
    firmware_version: str | None = None
    iccid: str | None = None
    imsi: str | None = None
    meter_type: str | None = None
    meter_serial_number: str | None = None
    charge_box_serial_number: str | None = None
    boot_reason: str | None = None
    """Why it restarted last, as OCPP 2.x tells: `PowerUp`, `Watchdog`, …"""
    booted_at: dt.datetime | None = None
    revision: int = 0
    tariff_id: str | None = None
    """By which transactions there are billed where nothing of the driver's says otherwise."""
    evse_tariff_ids: tuple[tuple[int, str], ...] = ()
    """By which those at some of its EVSEs are, instead."""
    name: str | None = None
    """What people call it."""
    latitude: float | None = None
    longitude: float | None = None
    """Where it stands (WGS 84), in degrees north and east; None: nobody has told."""

    @property
    def passwords(self) -> Passwords:
        return Passwords(self.password_hash, self.pending_passwords, self.booted_at)

    def with_passwords(self, passwords: Passwords) -> "Station":
        return self._replace(password_hash=passwords.current, pending_passwords=passwords.pending)


class Connection(NamedTuple):
    """The latest WebSocket connection of a station; `connection_id` is None once it ended."""

    station_id: str
    connection_id: str | None
    connected_at: dt.datetime
    last_seen_at: dt.datetime
    ocpp_version: str
    disconnected_at: dt.datetime | None = None
    remote_address: str | None = None
    registration: Registration = "Accepted"
    """The station's when it connected; a change closes the connection."""

    @property
    def online(self) -> bool:
        return self.connection_id is not None

    def is_online(self, now: dt.datetime) -> bool:
        """Whether the connection stands: one that cannot have got this old has ended, though nobody told us."""
        return self.online and now - self.connected_at <= MAX_CONNECTION_AGE + CLOSING_MARGIN


MAX_CONNECTION_AGE = dt.timedelta(hours=2)
"""API Gateway ends every connection at this age."""
CLOSING_MARGIN = dt.timedelta(minutes=5)
"""Within it the end of a connection is reported, if at all."""
PLANNED_AGE_MIN = 90
PLANNED_AGE_SPREAD_MIN = 20
"""A planned reconnect waits for the next heartbeat (eight minutes at most), so 110 + 8 stays below 120 minutes."""


def planned_age(connection_id: str) -> dt.timedelta:
    """The age at which we close an idle connection: between 90 and 110 minutes, always the same for one connection.

    Without it, stations that reconnected together after an outage would be cut together again every two hours.
    """
    drawn = int.from_bytes(hashlib.sha256(connection_id.encode()).digest()[:4], "big") / 2**32
    return dt.timedelta(minutes=PLANNED_AGE_MIN + drawn * PLANNED_AGE_SPREAD_MIN)
