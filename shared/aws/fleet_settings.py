"""What every station of OCPP 2.x is told once it has booted: how long to wait before it dials again.

These are defaults: what somebody wishes of a station goes before, and what the station has refused it is not given
again. OCPP 1.6 has no such configuration keys.
"""

import datetime as dt

from shared.aws.device_model import batches
from shared.domain.calls import DEFAULT_TIMEOUT_S, Call, Entry, Json, first_id_at, follow_up_id
from shared.domain.device_settings import RETRY_RANDOM_RANGE, RETRY_REPEAT_TIMES, RETRY_WAIT_MINIMUM
from shared.domain.findings import Finding
from shared.domain.stations import Connection, Station
from shared.domain.variables import Variable, VariableId, lacks_default
from shared.fleet import RetrySettings, retry_settings
from shared.ocpp.words_variables import component_and_variable
from shared.settings import settings
from shared.store import calls, capabilities, findings, outbox, stations, variables
from shared.store.outbox import OutboxFull

VERSIONS = ("2.0.1", "2.1")
ACTION = "SetVariables"
OF_FLEET = "of_fleet"
"""The note of a call that gives a station the fleet's settings and nobody's wish."""
GOOD_FOR = dt.timedelta(hours=1)
"""A station that has not taken them by then is told at its next boot."""
LATEST_CALLS = 100
FINDING = "retry-settings"


def note_boot(station_id: str, booted_at: dt.datetime) -> bool:
    """A station has booted: what it is not known to have of the fleet's settings waits for it in the outbox. Whether
    anything does. May be done twice for the same boot."""
    wanted = retry_settings(settings().expected_stations)
    if wanted is None:
        return False
    station, connection = stations.find_with_connection(station_id)
    if station is None or connection is None or not _may_be_told(station, connection):
        return False
    values = _texts(wanted)
    known = variables.find_many(station_id, values)
    lacking = [one for one, value in values.items() if lacks_default(known.get(one.normal, Variable(one)), value)]
    if not lacking or capabilities.find(station_id, ACTION, station.firmware_version) or _is_under_way(station_id):
        return False
    data = [component_and_variable(one) | {"attributeValue": values[one]} for one in lacking]
    made = [
        calls.create(_call(station, connection, booted_at, part)) for part in batches(station_id, ACTION, data, data)
    ]
    waiting = [call for call in made if call.state == "queued"]
    if not waiting:
        return False
    try:
        outbox.enter(waiting)
    except OutboxFull:  # it is told at its next boot
        return False
    return True


def note_refusal(call: Call, variable: VariableId, status: str) -> None:
    """Show that a station has not taken one of the fleet's settings; with the next boot nothing is tried again."""
    text = f"the station keeps its own {variable.variable}: {status}"
    findings.note(call.station_id, ACTION, [Finding(FINDING, variable.variable, text)], dt.datetime.now(dt.UTC))


def _may_be_told(station: Station, connection: Connection) -> bool:
    is_wanted = station.options.fleet_settings and station.registration == "Accepted"
    return is_wanted and connection.online and connection.ocpp_version in VERSIONS


def _texts(wanted: RetrySettings) -> dict[VariableId, str]:
    return {
        RETRY_WAIT_MINIMUM: str(wanted.wait_minimum_s),
        RETRY_RANDOM_RANGE: str(wanted.random_range_s),
        RETRY_REPEAT_TIMES: str(wanted.repeat_times),
    }


def _is_under_way(station_id: str) -> bool:
    """Whether an earlier boot has led to the same, and the station has not answered yet."""
    latest = calls.made_since(station_id, dt.datetime.now(dt.UTC) - GOOD_FOR, LATEST_CALLS)
    return any(call.is_open and OF_FLEET in call.notes for call in latest)


def _call(station: Station, connection: Connection, booted_at: dt.datetime, data: list[Json]) -> Call:
    now = dt.datetime.now(dt.UTC)
    base = f"{first_id_at(booted_at)}-7000-8000-000000000000"
    return Call(
        call_id=follow_up_id(base, f"{station.station_id} {data}"),
        station_id=station.station_id,
        action=ACTION,
        ocpp_version=connection.ocpp_version,
        payload={"setVariableData": data},
        created_at=now,
        expires_at=now + GOOD_FOR,
        timeout_s=station.call_timeout_s or DEFAULT_TIMEOUT_S,
        history=(Entry(now, "created", "what stations of this fleet are told"),),
        notes={OF_FLEET: 1},
        logged=settings().message_log if station.options.message_log == "" else station.options.message_log == "on",
    )
