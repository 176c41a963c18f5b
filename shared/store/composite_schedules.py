"""CHARGING_PROFILE items E#: the latest composite schedules that stations have told."""

from shared.domain.composite_schedules import ReportedSchedule
from shared.store import keys, table
from shared.store.charging_profiles import items
from shared.store.dynamodb import ConditionFailed
from shared.store.schedules import pack, unpack


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
                "schedules": pack([reported.schedule]) if reported.schedule else None,
            },
            condition="attribute_not_exists(pk) OR asked_at <= :asked_at",
            values={":asked_at": keys.stamp(reported.asked_at)},
        )
    except ConditionFailed:
        return False
    return True


def of_station(station_id: str) -> list[ReportedSchedule]:
    """The latest composite schedule of each EVSE that the station was asked for, EVSE 0 first."""
    return [
        ReportedSchedule(
            evse_id=int(item["sk"].removeprefix(keys.COMPOSITES)),
            asked_at=keys.time(item["asked_at"]),
            status=item["status"],
            call_id=item["call_id"],
            start_at=keys.time(item["start_at"]) if "start_at" in item else None,
            schedule=unpack(item["schedules"])[0] if "schedules" in item else None,
        )
        for item in items(station_id, keys.COMPOSITES)
    ]
