"""The shapes that the operator API answers with, as models."""

import datetime as dt
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, JsonValue

from shared.aws.paging import NextCursor
from shared.domain.availability import Availability, Status
from shared.domain.events import EventType
from shared.domain.stations import Registration


class View(BaseModel):
    """A shape of the API; what stands below an attribute is its description."""

    model_config = ConfigDict(use_attribute_docstrings=True)


class ConnectorStatus(View):
    """The latest status of a connector or of a station."""

    status: Status
    """In the words of OCPP 2.0.1."""
    reported_status: str | None
    """In the station's own words; null: it never reported this one, which is known from a transaction."""
    error_code: str
    """1.6's error code; `NoError` is none."""
    info: str | None
    """What the station added."""
    vendor_id: str | None
    """Whose error code `vendor_error_code` is."""
    vendor_error_code: str | None
    """The vendor's own error code."""
    changed_at: dt.datetime
    """When the status changed, by the station's clock."""


class WishedAvailability(View):
    """The availability that the station has accepted, of a connector or of all of it."""

    availability: Availability
    state: Literal["met", "pending", "scheduled"]
    """met: its status says so. pending: no status says so yet. scheduled: once its transactions have ended."""
    asked_at: dt.datetime
    call_id: str
    """The call that asked for it."""


class Connector(ConnectorStatus):
    """A connector of an EVSE and its latest status."""

    connector_id: int
    """Its number at the EVSE; always 1 with OCPP 1.6."""
    wished_availability: WishedAvailability | None
    """By its latest change, or the station's; null: none was made."""


class Evse(View):
    """An EVSE: the part of a station that serves one vehicle at a time. With OCPP 1.6 what it calls connector."""

    evse_id: int
    """Its number at the station, from 1."""
    availability: ConnectorStatus | None
    """The status of the EVSE as a whole; null: the station tells only those of its connectors."""
    connectors: list[Connector]
    """Those that have reported a status."""


class Options(View):
    """How the habits of a station are met; the defaults suit one that keeps to the standard or nearly so."""

    strict: bool = False
    """Refuse what would be repaired otherwise, with the CALLERROR that the standard names."""
    assume_version: Literal["1.6", "2.0.1", "2.1", ""] = "1.6"
    """The OCPP version of a station that offers no WebSocket subprotocol; empty: its connection is closed."""
    pinned_version: Literal["", "1.6", "2.0.1", "2.1"] = ""
    """The only OCPP version to speak with the station; empty: the best that both know."""
    accept_hex_password: bool = True
    """Take the password as hex digits too, not only as the bytes they stand for."""
    calls_before_boot: bool = False
    """Process calls of the station although its registration is not Accepted."""
    answer_poison: bool = False
    """Answer a call that cannot be read with an empty success, so that the station stops repeating it."""
    utc_offset_min: int = Field(default=0, ge=-14 * 60, le=14 * 60)
    """The zone of times without one, in minutes east of UTC."""
    milliseconds: bool = False
    """Send times with milliseconds."""
    ev_charging: Literal["", "auto", "off"] = ""
    """What an EV is given that tells its needs (ISO 15118). auto: at once a profile with up to three flat schedules
    within the known limits. off: none. Empty: what an operator sets."""
    fleet_settings: bool = True
    """Tell a station of OCPP 2.x, once it has booted, how long to wait before it dials again, unless something else is
    wished of it."""
    message_log: Literal["", "on", "off"] = ""
    """Whether its messages are logged; empty: as the stage is set, where odd ones are logged in any case."""


class StationState(View):
    """A station without its options."""

    station_id: str
    name: str | None
    """What people call it."""
    latitude: float | None
    """In degrees north (WGS 84); null: where it stands is not known."""
    longitude: float | None
    """In degrees east."""
    online: bool
    """Whether it is connected."""
    ocpp_version: str | None
    """Of the latest connection; null: it never connected."""
    registration: Registration
    """What the station is told when it boots; only an accepted one may charge."""
    security_profile: int | None
    """OCPP's security profile that the station is meant to have."""
    call_timeout_s: int | None
    """How long a call to the station waits for its answer; null: the default."""
    tariff_id: str | None
    """By which transactions there are billed where nothing of the driver's says otherwise."""
    evse_tariff_ids: dict[str, str]
    """By which those at some of its EVSEs are, instead: `{"1": "fast"}`."""
    has_password: bool
    """Whether a password is set; which one is known to nobody."""
    password_pending: bool
    """Whether a new one is on its way to the station, which may connect with either."""
    vendor: str | None
    model: str | None
    serial_number: str | None
    firmware_version: str | None
    iccid: str | None
    """The SIM card's number."""
    imsi: str | None
    """The SIM's subscriber number."""
    meter_type: str | None
    meter_serial_number: str | None
    charge_box_serial_number: str | None
    boot_reason: str | None
    created_at: dt.datetime
    booted_at: dt.datetime | None
    """When the latest BootNotification came."""
    connected_at: dt.datetime | None
    """When the latest connection began."""
    disconnected_at: dt.datetime | None
    """When it ended; null: it has not, or nobody told us."""
    last_seen_at: dt.datetime | None
    """The latest sign of life that leaves a trace: a connection, a heartbeat, a status."""
    remote_address: str | None
    """From where the latest connection came."""
    availability: ConnectorStatus | None
    """The status of the station as a whole."""
    wished_availability: WishedAvailability | None
    """By the latest change of the station as a whole; null: none was made."""
    evses: list[Evse]
    """Those that have reported a status."""
    warnings: list[str]
    """What should be looked at, in sentences."""


class Station(Options, StationState):
    """A station: what it said of itself, how it is, and its settings."""


class StationList(View):
    """A page of stations, in order of their ids."""

    items: list[Station]
    next_cursor: NextCursor


class Finding(View):
    """Something that a station sends, that the standard does not allow, and that was repaired instead of refused."""

    code: str
    """The quirk by its number."""
    action: str
    """The OCPP action in which it occurs."""
    path: str
    """Where in the payload; `[]` stands for every position."""
    text: str
    """What was done."""
    raw: str
    """The value as it came the last time it was written down, cut to 200 characters."""
    count: int
    """How often, at least."""
    first_at: dt.datetime
    last_at: dt.datetime


class FindingList(View):
    """A page of findings, in order of their codes."""

    items: list[Finding]
    next_cursor: NextCursor


class Event(View):
    """Something that happened at a station."""

    type: EventType
    at: dt.datetime
    """The station's time where it told it, else ours."""
    data: dict[str, JsonValue]
    """Depends on the type: docs/events.md."""


class EventList(View):
    """A page of a station's history, newest first."""

    items: list[Event]
    next_cursor: NextCursor
