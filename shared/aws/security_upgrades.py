"""The upgrade of a station's security profile (use case A05): a network profile with the next one, then the order of
the slots, then a restart; each step follows from the answer to the one before.

Once the station has booted it is asked which profile it uses. Only what it uses then becomes its security profile with
us: a station whose new profile fails returns with the old one, and must be let in.
"""

import datetime as dt
from collections.abc import Mapping

from shared.aws.spoken import Settled, Target
from shared.domain.calls import DEFAULT_TIMEOUT_S, Call, Entry, Order, follow_up_id
from shared.domain.device_settings import (
    ACTIVE_NETWORK_PROFILE,
    MAY_DOWNGRADE,
    NETWORK_PRIORITY,
    SECURITY_PROFILE,
    refuse_downgrade,
)
from shared.domain.network_profiles import begun, ended
from shared.domain.variables import REBOOT_REQUIRED, VariableId
from shared.ocpp.words_variables import component_and_variable
from shared.store import calls, network_profiles, outbox, stations, variables

CHECKED_WITHIN = dt.timedelta(hours=1)
"""How long after its boot the station is asked; after that nobody knows what it uses."""
ASKED = (ACTIVE_NETWORK_PROFILE, SECURITY_PROFILE)


def check_profile(target: Target, wanted: int, path: str) -> None:
    """Raise Conflict if the station must not be given a lower security profile than it has."""
    told = variables.values(target.station_id, SECURITY_PROFILE, MAY_DOWNGRADE)
    current = target.station.security_profile
    if current is None and told.get(SECURITY_PROFILE, "").isdigit():
        current = int(told[SECURITY_PROFILE])
    is_allowed = target.ocpp_version == "2.1" and told.get(MAY_DOWNGRADE, "").lower() == "true"
    refuse_downgrade(current, wanted, path, is_allowed=is_allowed)


def follow_profile(call: Call, status: str) -> Settled | None:
    """The station has answered to a network profile: if an upgrade began with it, the order of the slots comes next."""
    upgrade = network_profiles.find_upgrade(call.station_id)
    if upgrade is None or upgrade.upgrade_id != call.call_id:
        return None
    now, next_id = dt.datetime.now(dt.UTC), follow_up_id(call.call_id, -1)
    if status != "Accepted":
        reason = f"The station answered {status} to the network profile"
        network_profiles.change_upgrade(call.station_id, call.call_id, lambda one: ended(one, now, reason))
        return None
    network_profiles.change_upgrade(call.station_id, call.call_id, lambda one: begun(one, "priority", next_id, now))
    data = component_and_variable(NETWORK_PRIORITY) | {"attributeValue": upgrade.priority}
    return Settled(next=[Order("SetVariables", {"setVariableData": [data]})])


def follow_priority(call: Call, statuses: Mapping[VariableId, str]) -> Settled | None:
    """The station has answered to an order of its slots: if it is an upgrade's, the restart comes next."""
    status = statuses.get(NETWORK_PRIORITY.normal)
    upgrade = network_profiles.find_upgrade(call.station_id) if status else None
    if upgrade is None or follow_up_id(upgrade.upgrade_id, -1) != call.call_id:
        return None
    now, next_id = dt.datetime.now(dt.UTC), follow_up_id(call.call_id, -1)
    if status not in ("Accepted", REBOOT_REQUIRED):
        reason = f"The station answered {status} to the order of its slots"
        network_profiles.change_upgrade(call.station_id, upgrade.upgrade_id, lambda one: ended(one, now, reason))
        return None
    network_profiles.change_upgrade(call.station_id, upgrade.upgrade_id, lambda one: begun(one, "reset", next_id, now))
    return Settled(next=[Order("Reset", {"type": "OnIdle"})])


def note_boot(station_id: str, booted_at: dt.datetime) -> Call | None:
    """A station has booted: one that was to restart for an upgrade is asked what it uses now. Returns the call, which
    waits in the outbox."""
    upgrade = network_profiles.find_upgrade(station_id)
    if upgrade is None or upgrade.state != "reset" or upgrade.reset_at is None or booted_at <= upgrade.reset_at:
        return None
    station, connection = stations.find_with_connection(station_id)
    if station is None or connection is None:
        return None
    now = dt.datetime.now(dt.UTC)
    call = Call(
        call_id=follow_up_id(upgrade.upgrade_id, f"boot at {booted_at.isoformat()}"),
        station_id=station_id,
        action="GetVariables",
        ocpp_version=connection.ocpp_version,
        payload={"getVariableData": [component_and_variable(one) for one in ASKED]},
        created_at=now,
        expires_at=now + CHECKED_WITHIN,
        timeout_s=station.call_timeout_s or DEFAULT_TIMEOUT_S,
        history=(Entry(now, "created"),),
        notes={"upgrade_id": upgrade.upgrade_id},
        logged=station.options.message_log == "on",
    )
    kept = calls.create(call)
    if kept.state == "queued":
        outbox.enter([kept])
    return kept


def conclude(call: Call) -> None:
    """The station has answered what it uses; what it told is stored already."""
    upgrade_id = call.notes.get("upgrade_id")
    if not isinstance(upgrade_id, str):
        return
    upgrade = network_profiles.find_upgrade(call.station_id)
    if upgrade is None or upgrade.upgrade_id != upgrade_id:
        return
    found = variables.find_many(call.station_id, ASKED)
    told = {
        one: found[one.normal].actual.value
        for one in ASKED
        if one.normal in found and found[one.normal].actual.status == "Accepted"
    }
    slot, profile = told.get(ACTIVE_NETWORK_PROFILE), told.get(SECURITY_PROFILE)
    now, reason = dt.datetime.now(dt.UTC), None
    if slot is None and profile is None:
        reason = "The station does not tell which network profile it uses"
    elif slot not in (None, str(upgrade.slot)) or profile not in (None, str(upgrade.security_profile)):
        reason = f"The station came back with slot {slot or '?'} and security profile {profile or '?'}"
    else:
        stations.set_security_profile(call.station_id, upgrade.security_profile)
    network_profiles.change_upgrade(
        call.station_id, upgrade_id, lambda one: ended(begun(one, "check", call.call_id, now), now, reason)
    )
