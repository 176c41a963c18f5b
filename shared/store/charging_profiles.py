"""CHARGING_PROFILE items P#: what we know of the charging profiles at a station, our own and those of others."""

import datetime as dt
import json
from collections.abc import Callable, Iterator

from shared.domain.charging_profiles import OURS, ChargingProfile, Setpoints
from shared.domain.known_profiles import KnownProfile
from shared.store import keys, steps, table
from shared.store.dynamodb import Item
from shared.store.schedules import pack, pack_profile, unpack, unpack_profile

RETENTION = dt.timedelta(days=90)
SELECTED = (
    *("evse_id", "purpose", "kind", "stack_level", "recurrency", "transaction_id"),
    *("max_offline_duration_s", "invalid_after_offline_duration", "dyn_update_interval_s", "price_schedule_signature"),
)
TIMES = ("valid_from", "valid_to", "dyn_update_at")
PLAIN = ("state", "call_id", "status", "source", "setpoints_call_id", "revision")

Step = Callable[[KnownProfile | None], KnownProfile | None]


def find(station_id: str, profile_id: int) -> KnownProfile | None:
    """What we know of one of our profiles."""
    return _find(keys.charging_profile(station_id, profile_id))


def page(station_id: str, after: str | None, limit: int) -> tuple[list[KnownProfile], str | None]:
    """The profiles of a station by their ids, and the position to go on after."""
    partition, prefix = keys.charging_profiles_of_station(station_id), keys.PROFILES
    last = keys.after(partition, prefix + after) if after is not None else None
    found = table.page(partition, limit, prefix=prefix, after=last)
    return [from_item(item) for item in found.items], found.last["sk"].removeprefix(prefix) if found.last else None


def of_station(station_id: str) -> list[KnownProfile]:
    """All that is known of our profiles at a station."""
    return [one for one in everybodys(station_id) if one.source == OURS]


def everybodys(station_id: str) -> list[KnownProfile]:
    """All that is known of the profiles at a station, whoever has set them."""
    return [from_item(item) for item in items(station_id, keys.PROFILES)]


def change(station_id: str, profile_id: int, step: Step) -> KnownProfile | None:
    """Take a step with what is known of one of our profiles, on its newest state. None if it changes nothing."""
    return _change(station_id, keys.charging_profile(station_id, profile_id), profile_id, step)


def change_foreign(station_id: str, profile: ChargingProfile, source: str, step: Step) -> KnownProfile | None:
    """Take a step with what is known of a profile that somebody else has set."""
    key = keys.foreign_profile(station_id, profile.profile_id, profile.evse_id, source)
    return _change(station_id, key, profile.profile_id, step)


def _change(station_id: str, key: keys.Key, profile_id: int, step: Step) -> KnownProfile | None:
    name = f"The charging profile {profile_id}"
    return steps.take(name, lambda: _find(key), step, lambda one: to_item(station_id, one), from_item)


def _find(key: keys.Key) -> KnownProfile | None:
    item = table.get(key)
    return from_item(item) if item else None


def items(station_id: str, prefix: str) -> Iterator[Item]:
    """The items of a station's smart charging whose sort keys begin so."""
    after: Item | None = None
    while True:
        found = table.query(keys.charging_profiles_of_station(station_id), prefix=prefix, after=after, consistent=True)
        yield from found.items
        if (after := found.last) is None:
            return


def to_item(station_id: str, known: KnownProfile) -> Item:
    profile = known.profile
    ends_at = (known.changed_at or known.as_of) + RETENTION
    key = (
        keys.charging_profile(station_id, profile.profile_id)
        if known.source == OURS
        else keys.foreign_profile(station_id, profile.profile_id, profile.evse_id, known.source)
    )
    return {
        **key._asdict(),
        # What is installed stays until it is removed; what is over, or never was, is kept for a while.
        "expires_at_s": None if known.state == "accepted" else int(ends_at.timestamp()),
        **{name: getattr(profile, name) for name in SELECTED},
        **{name: _stamp(getattr(profile, name)) for name in TIMES},
        "schedules": pack(profile.schedules),
        **{name: getattr(known, name) for name in PLAIN},
        "as_of": keys.stamp(known.as_of),
        "changed_at": _stamp(known.changed_at),
        "reported_at": _stamp(known.reported_at),
        "reported": pack_profile(known.reported) if known.reported else None,
        "setpoints": json.dumps(known.setpoints.given()) if known.setpoints is not None else None,
    }


def from_item(item: Item) -> KnownProfile:
    profile = ChargingProfile(
        profile_id=int(item["sk"].removeprefix(keys.PROFILES).partition("#")[0]),
        schedules=unpack(item["schedules"]),
        **{name: item.get(name) for name in SELECTED},  # type: ignore[arg-type]  # each as it was written
        valid_from=_time(item, "valid_from"),
        valid_to=_time(item, "valid_to"),
        dyn_update_at=_time(item, "dyn_update_at"),
    )
    return KnownProfile(
        profile=profile,
        state=item["state"],
        as_of=keys.time(item["as_of"]),
        call_id=item.get("call_id"),
        status=item.get("status"),
        changed_at=_time(item, "changed_at"),
        source=item["source"],
        reported_at=_time(item, "reported_at"),
        reported=unpack_profile(item["reported"]) if "reported" in item else None,
        setpoints=Setpoints(**json.loads(item["setpoints"])) if "setpoints" in item else None,
        setpoints_call_id=item.get("setpoints_call_id"),
        revision=item["revision"],
    )


def _stamp(at: dt.datetime | None) -> str | None:
    return keys.stamp(at) if at else None


def _time(item: Item, name: str) -> dt.datetime | None:
    return keys.time(item[name]) if name in item else None
