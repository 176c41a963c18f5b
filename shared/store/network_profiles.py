"""NETWORK_PROFILE items: what stations were given for the slots of their network profiles, and the latest upgrade of a
station's security profile."""

import datetime as dt
import json
from collections.abc import Callable
from typing import Any

from shared.domain.errors import Conflict
from shared.domain.network_profiles import NetworkProfile, SecurityUpgrade
from shared.store import keys, table
from shared.store.dynamodb import ConditionFailed, Item

ATTEMPTS = 8
TIMES = ("sent_at", "answered_at", "accepted_at", "started_at", "reset_at", "ended_at")
OBJECTS = ("connection", "accepted")


def note_sent(station_id: str, slot: int, connection: dict[str, Any], call_id: str, at: dt.datetime) -> None:
    """A station is about to be given a profile; what it had accepted before stays known."""
    table.update(
        keys.network_profile(station_id, slot),
        "SET slot = :slot, #connection = :connection, call_id = :call, sent_at = :at"
        " REMOVE #status, reason, answered_at",
        {":slot": slot, ":connection": _json(connection), ":call": call_id, ":at": keys.stamp(at)},
        names={"#connection": "connection", "#status": "status"},
    )


def note_answer(station_id: str, slot: int, call_id: str, *, status: str, reason: str | None, at: dt.datetime) -> None:
    """What the station said to it, unless it was given another one since."""
    accepts = ", accepted = #connection, accepted_at = :at" if status == "Accepted" else ""
    try:
        table.update(
            keys.network_profile(station_id, slot),
            f"SET #status = :status, answered_at = :at{', reason = :reason' if reason else ''}{accepts}",
            {":status": status, ":at": keys.stamp(at), ":call": call_id} | ({":reason": reason} if reason else {}),
            condition="call_id = :call",
            names={"#status": "status"} | ({"#connection": "connection"} if accepts else {}),
        )
    except ConditionFailed:
        return


def find(station_id: str, slot: int) -> NetworkProfile | None:
    item = table.get(keys.network_profile(station_id, slot))
    return _profile(item) if item else None


def page(station_id: str, after: str | None, limit: int) -> tuple[list[NetworkProfile], str | None]:
    """What a station was given, in order of the slots, and the sort key to go on after."""
    partition = keys.network_profiles_of_station(station_id)
    found = table.page(partition, limit, prefix=keys.SLOTS, after=keys.after(partition, after))
    return [_profile(item) for item in found.items], found.last["sk"] if found.last else None


# ---------------------------------------------------------------------- the upgrade


def find_upgrade(station_id: str) -> SecurityUpgrade | None:
    item = table.get(keys.security_upgrade(station_id))
    return _upgrade(item) if item else None


def start_upgrade(station_id: str, upgrade: SecurityUpgrade, before: SecurityUpgrade | None) -> None:
    """Keep an upgrade that begins, in the place of the one before; the same again changes nothing. Raises Conflict if
    another has begun meanwhile."""
    if before and before.upgrade_id == upgrade.upgrade_id:
        return
    condition = "upgrade_id = :before" if before else "attribute_not_exists(pk)"
    values = {":before": before.upgrade_id} if before else None
    try:
        table.put(_upgrade_item(station_id, upgrade), condition=condition, values=values)
    except ConditionFailed as failed:
        if failed.item.get("upgrade_id") != upgrade.upgrade_id:
            raise Conflict("A change of the station's security profile is under way") from failed


def change_upgrade(
    station_id: str, upgrade_id: str, change: Callable[[SecurityUpgrade], SecurityUpgrade]
) -> SecurityUpgrade | None:
    """Change an upgrade that has not ended, unless another has taken its place; None if there is none such."""
    for _ in range(ATTEMPTS):
        known = find_upgrade(station_id)
        if known is None or known.upgrade_id != upgrade_id or known.has_ended:
            return None
        changed = change(known)._replace(revision=known.revision + 1)
        try:
            table.put(_upgrade_item(station_id, changed), condition="revision = :was", values={":was": known.revision})
        except ConditionFailed as failed:
            if failed.item and _upgrade(failed.item) == changed:
                return changed
        else:
            return changed
    raise TimeoutError(f"the upgrade of {station_id} kept changing")


def _upgrade_item(station_id: str, upgrade: SecurityUpgrade) -> Item:
    fields = {name: value for name, value in upgrade._asdict().items() if value is not None}
    times = {name: keys.stamp(fields[name]) for name in TIMES if name in fields}
    return {**keys.security_upgrade(station_id)._asdict(), **fields, **times}


def _upgrade(item: Item) -> SecurityUpgrade:
    fields = {name: item[name] for name in SecurityUpgrade._fields if name in item}
    times = {name: keys.time(fields[name]) for name in TIMES if name in fields}
    return SecurityUpgrade(**fields | times | {"calls": tuple(item["calls"])})


def _profile(item: Item) -> NetworkProfile:
    fields: dict[str, Any] = {name: item.get(name) for name in NetworkProfile._fields}
    read = {name: keys.time(fields[name]) for name in TIMES if fields.get(name)}
    return NetworkProfile(**fields | read | {name: json.loads(fields[name]) for name in OBJECTS if fields[name]})


def _json(value: Any) -> str:
    return json.dumps(value, separators=(",", ":"), ensure_ascii=False)
