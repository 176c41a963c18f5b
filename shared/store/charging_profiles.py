"""CHARGING_PROFILE items: what we know of the charging profiles at a station, and its latest composite schedules."""

import datetime as dt
import json
from collections.abc import Callable, Iterator
from typing import Any

from shared.domain.charging_profiles import ChargingProfile, KnownProfile, Period, Schedule
from shared.domain.composite_schedules import ReportedSchedule
from shared.store import keys, steps, table
from shared.store.dynamodb import ConditionFailed, Item

RETENTION = dt.timedelta(days=90)
SELECTED = ("evse_id", "purpose", "kind", "stack_level", "recurrency", "transaction_id")

Step = Callable[[KnownProfile | None], KnownProfile | None]


def find(station_id: str, profile_id: int) -> KnownProfile | None:
    item = table.get(keys.charging_profile(station_id, profile_id))
    return from_item(item) if item else None


def page(station_id: str, after: str | None, limit: int) -> tuple[list[KnownProfile], str | None]:
    """The profiles of a station by their ids, and the position to go on after."""
    partition, prefix = keys.charging_profiles_of_station(station_id), keys.PROFILES
    last = keys.after(partition, prefix + after) if after is not None else None
    found = table.page(partition, limit, prefix=prefix, after=last)
    return [from_item(item) for item in found.items], found.last["sk"].removeprefix(prefix) if found.last else None


def of_station(station_id: str) -> list[KnownProfile]:
    """All that is known of the profiles of a station."""
    return [from_item(item) for item in _all(station_id, keys.PROFILES)]


def change(station_id: str, profile_id: int, step: Step) -> KnownProfile | None:
    """Take a step with what is known of a profile, on its newest state. None if the step changes nothing."""
    name = f"The charging profile {profile_id}"
    return steps.take(name, lambda: find(station_id, profile_id), step, lambda one: to_item(station_id, one), from_item)


def report(station_id: str, reported: ReportedSchedule) -> bool:
    """Keep a station's composite schedule. False if it was asked for another since."""
    try:
        table.put(
            {
                **keys.composite_schedule(station_id, reported.evse_id)._asdict(),
                "asked_at": keys.stamp(reported.asked_at),
                "status": reported.status,
                "call_id": reported.call_id,
                "start_at": keys.stamp(reported.start_at) if reported.start_at else None,
                "schedule": _packed(reported.schedule) if reported.schedule else None,
            },
            condition="attribute_not_exists(pk) OR asked_at <= :asked_at",
            values={":asked_at": keys.stamp(reported.asked_at)},
        )
    except ConditionFailed:
        return False
    return True


def reported(station_id: str) -> list[ReportedSchedule]:
    """The latest composite schedule of each EVSE that the station was asked for, EVSE 0 first."""
    return [
        ReportedSchedule(
            evse_id=int(item["sk"].removeprefix(keys.COMPOSITES)),
            asked_at=keys.time(item["asked_at"]),
            status=item["status"],
            call_id=item["call_id"],
            start_at=keys.time(item["start_at"]) if "start_at" in item else None,
            schedule=_schedule(item["schedule"]) if "schedule" in item else None,
        )
        for item in _all(station_id, keys.COMPOSITES)
    ]


def _all(station_id: str, prefix: str) -> Iterator[Item]:
    after: Item | None = None
    while True:
        found = table.query(keys.charging_profiles_of_station(station_id), prefix=prefix, after=after, consistent=True)
        yield from found.items
        if (after := found.last) is None:
            return


def to_item(station_id: str, known: KnownProfile) -> Item:
    profile = known.profile
    ends_at = (known.changed_at or known.as_of) + RETENTION
    return {
        **keys.charging_profile(station_id, profile.profile_id)._asdict(),
        # What is installed stays until it is removed; what is over, or never was, is kept for a while.
        "expires_at_s": None if known.state == "accepted" else int(ends_at.timestamp()),
        **{name: getattr(profile, name) for name in SELECTED},
        "valid_from": keys.stamp(profile.valid_from) if profile.valid_from else None,
        "valid_to": keys.stamp(profile.valid_to) if profile.valid_to else None,
        "schedule": _packed(profile.schedule),
        "state": known.state,
        "as_of": keys.stamp(known.as_of),
        "call_id": known.call_id,
        "status": known.status,
        "changed_at": keys.stamp(known.changed_at) if known.changed_at else None,
        "revision": known.revision,
    }


def from_item(item: Item) -> KnownProfile:
    profile = ChargingProfile(
        profile_id=int(item["sk"].removeprefix(keys.PROFILES)),
        valid_from=keys.time(item["valid_from"]) if "valid_from" in item else None,
        valid_to=keys.time(item["valid_to"]) if "valid_to" in item else None,
        schedule=_schedule(item["schedule"]),
        **{name: item.get(name) for name in SELECTED},  # type: ignore[arg-type]  # each as it was written
    )
    return KnownProfile(
        profile=profile,
        state=item["state"],
        as_of=keys.time(item["as_of"]),
        call_id=item.get("call_id"),
        status=item.get("status"),
        changed_at=keys.time(item["changed_at"]) if "changed_at" in item else None,
        revision=item["revision"],
    )


def _packed(schedule: Schedule) -> str:
    """As JSON, for limits have decimals and the numbers of our items are whole."""
    fields: dict[str, Any] = schedule._asdict() | {
        "start_at": keys.stamp(schedule.start_at) if schedule.start_at else None
    }
    return json.dumps({name: value for name, value in fields.items() if value is not None}, separators=(",", ":"))


def _schedule(packed: str) -> Schedule:
    fields = json.loads(packed)
    fields["periods"] = tuple(Period(*one) for one in fields["periods"])
    if "start_at" in fields:
        fields["start_at"] = keys.time(fields["start_at"])
    return Schedule(**fields)
