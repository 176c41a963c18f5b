"""STATION items: the operator's record of a station, and what it said of itself at its latest boot."""

import datetime as dt
from collections.abc import Callable
from contextlib import suppress
from typing import Any

from shared.domain.errors import NotFound
from shared.domain.passwords import Passwords, PendingPassword
from shared.domain.stations import Connection, Options, Registration, Station
from shared.store import connections, keys, table
from shared.store.dynamodb import ConditionFailed, Item

BOOT_FIELDS = (
    "vendor",
    "model",
    "serial_number",
    "firmware_version",
    "iccid",
    "imsi",
    "meter_type",
    "meter_serial_number",
    "charge_box_serial_number",
    "boot_reason",
)
ATTEMPTS = 8
"""Only writers of the same station compete; each round one of them wins."""


def find(station_id: str, *, consistent: bool = True) -> Station | None:
    item = table.get(keys.station(station_id), consistent=consistent)
    return from_item(item) if item else None


def existing(station_id: str) -> Station:
    """A station that must be there. Raises NotFound."""
    station = find(station_id)
    if station is None:
        raise NotFound(f"There is no station {station_id}")
    return station


TRIGGERED = "triggered."


def may_send(station_id: str, action: str, at: dt.datetime) -> bool:
    """Whether a station is accepted, or is pending and was asked for this message a moment ago."""
    item = table.get(keys.station(station_id))
    if item is None or item["registration"] == "Rejected":
        return False
    return item["registration"] == "Accepted" or bool(item.get(TRIGGERED + action, "") >= keys.stamp(at))


def expect(station_id: str, action: str, until: dt.datetime) -> None:
    """Let a station that is pending send a message that it was asked for."""
    with suppress(ConditionFailed):
        table.update(
            keys.station(station_id),
            "SET #triggered = :until",
            {":until": keys.stamp(until), ":pending": "Pending"},
            condition="registration = :pending",
            names={"#triggered": TRIGGERED + action},
        )


def find_with_connection(station_id: str) -> tuple[Station | None, Connection | None]:
    """A station and its latest connection in one read. Both may be some moments old, but a new station is found."""
    own, its = keys.station(station_id), keys.connection(station_id)
    items = table.get_many([own, its])
    station = from_item(items[own]) if own in items else find(station_id)
    return station, connections.from_item(items[its]) if connections.is_one(items.get(its)) else None


def create(station: Station) -> Station:
    """Record a new station, or return the one that exists."""
    try:
        table.put(to_item(station), condition="attribute_not_exists(pk)")
    except ConditionFailed as failed:
        return from_item(failed.item)
    return station


def replace(station: Station) -> Station:
    """Write the operator's changes, and when they were made: a connection from before may have to end.

    Raises ConditionFailed if somebody else changed the station since it was read.
    """
    changed = station._replace(revision=station.revision + 1)
    item = to_item(changed) | {"changed_at": keys.stamp(dt.datetime.now(dt.UTC))}
    try:
        table.put(item, condition="revision = :was", values={":was": station.revision})
    except ConditionFailed as failed:
        # A write whose answer was lost was tried again and met itself.
        if failed.item != {name: value for name, value in item.items() if value is not None}:
            raise
    return changed


def delete(station_id: str, revision: int | None = None) -> bool:
    """Remove a station's record; its history and transactions stay. False if there was none.

    With `revision` only that one: raises ConditionFailed if there is another or none.
    """
    if revision is None:
        return bool(table.delete(keys.station(station_id)))
    return bool(table.delete(keys.station(station_id), condition="revision = :was", values={":was": revision}))


def boot(station_id: str, said: dict[str, str | None], booted_at: dt.datetime | None) -> Station | None:
    """Keep what a BootNotification says, whole; returns the station, or None if there is none (any more).

    `booted_at` is None where the station has not restarted, but was asked to introduce itself.
    """
    values: Item = {":one": 1}
    sets, removes = [], []
    if booted_at is not None:
        sets.append("booted_at = :booted_at")
        values[":booted_at"] = keys.stamp(booted_at)
    for field in BOOT_FIELDS:
        if said.get(field) is None:
            removes.append(field)
        else:
            sets.append(f"{field} = :{field}")
            values[f":{field}"] = said[field]
    try:
        item = table.update(
            keys.station(station_id),
            f"SET {', '.join(sets)} {'REMOVE ' + ', '.join(removes) if removes else ''} ADD revision :one",
            values,
            condition="attribute_exists(pk)",
            returns="ALL_NEW",
        )
    except ConditionFailed:
        return None
    return from_item(item)


def change_passwords(station_id: str, change: Callable[[Passwords], Passwords]) -> None:
    """Change who is let in as a station, whoever else changes it meanwhile; nothing for a station that does not exist.

    A station that takes a new password, or uses it, keeps its connection: unlike `replace` this notes no time.
    """
    for _ in range(ATTEMPTS):
        station = find(station_id)
        if station is None:
            return
        changed = change(station.passwords)
        if changed == station.passwords or _write_passwords(station, changed):
            return
    raise TimeoutError(f"the passwords of {station_id} kept changing")


def _write_passwords(station: Station, passwords: Passwords) -> bool:
    fields = {"password_hash": passwords.current, "pending_passwords": _pending_to_attribute(passwords.pending)}
    given = {name: value for name, value in fields.items() if value is not None}
    gone = [name for name in fields if name not in given]
    try:
        table.update(
            keys.station(station.station_id),
            f"SET {', '.join(['revision = :next', *(f'{name} = :{name}' for name in given)])}"
            + (f" REMOVE {', '.join(gone)}" if gone else ""),
            {":was": station.revision, ":next": station.revision + 1}
            | {f":{name}": value for name, value in given.items()},
            condition="revision = :was",
        )
    except ConditionFailed:
        return False
    return True


def pending_hashes(item: Item) -> list[str]:
    """The hashes of the passwords in a STATION item of which it is not known whether the station uses them."""
    return [one.password_hash for one in _pending_from_attribute(item.get("pending_passwords", []))]


def set_security_profile(station_id: str, security_profile: int) -> None:
    """Keep the security profile that a station is to have from now on."""
    is_another = "attribute_not_exists(security_profile) OR security_profile <> :profile"
    with suppress(ConditionFailed):
        table.update(
            keys.station(station_id),
            "SET security_profile = :profile ADD revision :one",
            {":profile": security_profile, ":one": 1},
            condition=f"attribute_exists(pk) AND ({is_another})",
        )


def page(after: str | None, limit: int, *, prefix: str = "") -> tuple[list[Station], str | None]:
    """Stations in order of their ids, all or those with a prefix, and the id to go on after."""
    last = None
    if after is not None:
        last = {**keys.station(after)._asdict(), "pk1": keys.ALL_STATIONS, "sk1": after}
    found = table.page(keys.ALL_STATIONS, limit, prefix=prefix, index="by_list", after=last)
    return find_many([item["sk1"] for item in found.items]), found.last["sk1"] if found.last else None


def ids_page(after: str | None, limit: int, *, descending: bool = False) -> tuple[list[str], str | None]:
    """Ids of stations in their order or the other way round, and the id to go on after: by keys alone."""
    last = None
    if after is not None:
        last = {**keys.station(after)._asdict(), "pk1": keys.ALL_STATIONS, "sk1": after}
    found = table.page(keys.ALL_STATIONS, limit, index="by_list", newest_first=descending, after=last)
    return [item["sk1"] for item in found.items], found.last["sk1"] if found.last else None


def find_many(station_ids: list[str]) -> list[Station]:
    """The stations of these ids that exist, in their order; eventually consistent."""
    wanted = [keys.station(station_id) for station_id in station_ids]
    items = table.get_many(wanted)
    return [from_item(items[key]) for key in wanted if key in items]


def to_item(station: Station) -> Item:
    fields: dict[str, Any] = station._asdict()
    return {
        **keys.station(station.station_id)._asdict(),
        "pk1": keys.ALL_STATIONS,
        "sk1": station.station_id,
        **_description(station),
        **{name: fields[name] for name in BOOT_FIELDS},
        "registration": station.registration,
        "created_at": keys.stamp(station.created_at),
        "booted_at": keys.stamp(station.booted_at) if station.booted_at else None,
        "options": station.options.changed() or None,
        "password_hash": station.password_hash,
        "pending_passwords": _pending_to_attribute(station.pending_passwords),
        "security_profile": station.security_profile,
        "call_timeout_s": station.call_timeout_s,
        "revision": station.revision,
        "tariff_id": station.tariff_id,
        "evse_tariff_ids": [list(one) for one in station.evse_tariff_ids] or None,
        "name": station.name,
        "place": [repr(degrees) for degrees in (station.latitude, station.longitude) if degrees is not None] or None,
    }


def _description(station: Station) -> Item:
    """Its keys in the index of names and places, if it has any."""
    if station.name is None and station.latitude is None:
        return {"pk2": None, "sk2": None}
    about = keys.description(station.station_id, station.name, station.latitude, station.longitude)
    return {"pk2": keys.DESCRIBED_STATIONS, "sk2": about}


def from_item(item: Item) -> Station:
    registration: Registration = item["registration"]
    latitude, longitude = (float(degrees) for degrees in item["place"]) if "place" in item else (None, None)
    return Station(
        station_id=keys.entity(item["pk"])[1],
        registration=registration,
        created_at=keys.time(item["created_at"]),
        booted_at=keys.time(item["booted_at"]) if "booted_at" in item else None,
        options=Options(**item.get("options", {})),
        password_hash=item.get("password_hash"),
        pending_passwords=_pending_from_attribute(item.get("pending_passwords", [])),
        security_profile=item.get("security_profile"),
        call_timeout_s=item.get("call_timeout_s"),
        revision=item["revision"],
        tariff_id=item.get("tariff_id"),
        evse_tariff_ids=tuple((evse_id, tariff_id) for evse_id, tariff_id in item.get("evse_tariff_ids", ())),
        name=item.get("name"),
        latitude=latitude,
        longitude=longitude,
        **{name: item.get(name) for name in BOOT_FIELDS},
    )


def _pending_to_attribute(pending: tuple[PendingPassword, ...]) -> list[Item] | None:
    return [
        one._asdict()
        | {"asked_at": keys.stamp(one.asked_at), "ended_at": keys.stamp(one.ended_at) if one.ended_at else None}
        for one in pending
    ] or None


def _pending_from_attribute(pending: list[Item]) -> tuple[PendingPassword, ...]:
    times = ("asked_at", "ended_at")
    return tuple(
        PendingPassword(**(one | {name: keys.time(one[name]) for name in times if name in one})) for one in pending
    )
