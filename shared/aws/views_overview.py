"""The shapes of what is told of all stations at once in the operator API: the overview, faults, failures, settings."""

import datetime as dt
from typing import Any, Literal

from shared.aws.paging import NextCursor
from shared.aws.views import View
from shared.domain import faults
from shared.domain.availability import Status
from shared.domain.events import Event
from shared.domain.fleet_samples import FleetSample

RefusalCode = Literal[
    "unknown_station",
    "identity_impossible",
    "identity_not_2x",
    "user_mismatch",
    "wrong_password",
    "no_credentials",
    "no_password_set",
    "tls_required",
    "no_common_version",
]


class StationCounts(View):
    """How many stations there are, and how many of them are in which state; one may be in several."""

    total: int
    online: int
    offline: int
    charging: int
    """With a transaction that runs. Of more than a hundred transactions it is told by the share of the last sample."""
    faulted: int
    """With a fault that stands."""


class Sample(View):
    """What all stations did at one moment."""

    at: dt.datetime
    stations: int
    online: int
    offline: int
    charging: int
    faulted: int
    active_transactions: int
    power_w: int
    """What they all draw, by the latest reading of each transaction that runs."""
    energy_wh: int
    """What has flowed since the sample before, by the power of the two; 0 after a gap."""
    estimated: bool
    """Whether only some of very many transactions were looked at, and the others taken for the like."""


class Overview(View):
    """All stations now, and over the last 24 hours."""

    at: dt.datetime
    stations: StationCounts
    active_transactions: int
    power_w: int | None
    """As of the last sample; null: there is none of the last 20 minutes."""
    energy_wh: int
    """What has flowed since `energy_since`, as far as samples tell."""
    energy_since: dt.datetime
    faults: int
    """Connectors and stations with a fault that stands."""
    alarms: int
    """Alarms of monitors that stand."""
    failed_calls: int
    """Of the last 24 hours."""
    refused_connections: int
    """Of the last 24 hours, as far as they were recorded."""
    running_campaigns: int
    """Firmware campaigns that run or are paused, among the 50 latest."""
    samples: list[Sample]
    """Of the last 24 hours, in order of time: one each five minutes."""


class Fault(View):
    """A connector, or a station, that reports an error."""

    station_id: str
    evse_id: int
    """0: the station as a whole."""
    connector_id: int
    """0: the EVSE, or the station, as a whole."""
    since: dt.datetime
    """When the first report of it came, by the station's clock."""
    changed_at: dt.datetime
    """When the latest came."""
    status: Status
    error_code: str
    """1.6's error code; `NoError` where the station only says Faulted."""
    info: str | None
    """What the station added."""
    vendor_id: str | None
    """Whose error code `vendor_error_code` is."""
    vendor_error_code: str | None


class FaultList(View):
    """A page of faults, the latest first."""

    items: list[Fault]
    next_cursor: NextCursor


class RefusedConnection(View):
    """A handshake that was refused."""

    at: dt.datetime
    station_id: str | None
    """null: what it dialled as can be no station's identity."""
    dialled: str | None
    """Then this is what it dialled as, percent-encoded, at most 200 characters of it."""
    code: RefusalCode
    """unknown_station: there is none of this identity. identity_impossible: there cannot be one. identity_not_2x: none
    that OCPP 2.x allows, which it wants to speak. user_mismatch: the user name is not the identity. wrong_password.
    no_credentials. no_password_set: nobody can come in as this station. tls_required: its security profile has TLS.
    no_common_version: it offers no OCPP version that it may speak here."""
    reason: str
    """The same as a sentence."""
    remote_address: str | None
    offered_subprotocols: list[str]
    user_agent: str | None


class RefusedConnectionList(View):
    """A page of refused connections, the latest first."""

    items: list[RefusedConnection]
    next_cursor: NextCursor


class System(View):
    """How this stage of the system is set."""

    stage: str
    version: str
    onboarding: Literal["closed", "quarantine", "open"]
    """What an unknown station meets: it is refused, recorded as Pending, or recorded as Accepted."""
    heartbeat_interval_s: int
    """Told to stations when they boot."""
    expected_stations: int
    """The size that the fleet may reach, by which stations are told how to dial again; 0: they are not told."""
    message_log: bool
    """Whether the frames of stations are logged that do not say otherwise."""
    cpo_name: str | None
    """The organisation that station certificates must name; null: it is not checked."""
    certificate_authority: Literal["none", "embedded", "external"]
    """Who signs stations' certificates: an operator brings them, a key of ours, or somebody else's function."""
    contract_certificates: Literal["none", "test", "external"]
    """Who provides vehicles with the certificates of contracts."""
    payment_provider: Literal["none", "test", "external"]
    """Who moves the money of ad hoc payments."""
    vat_register: Literal["form", "vies", "test"]
    """Who says whether a VAT number is valid; form: nobody, it must look like one."""


def fault_view(one: faults.Fault) -> Fault:
    return Fault(**one._asdict())


def sample_view(one: FleetSample) -> Sample:
    fields = one._asdict()
    fields["active_transactions"] = fields.pop("transactions")
    return Sample(offline=max(0, one.stations - one.online), **fields)


def refused_connection_view(event: Event) -> RefusedConnection:
    fields: dict[str, Any] = {
        name: event.data.get(name) for name in ("dialled", "code", "reason", "remote_address", "user_agent")
    }
    offered = event.data.get("offered_subprotocols", [])
    return RefusedConnection(at=event.at, station_id=event.station_id or None, offered_subprotocols=offered, **fields)
