"""CHARGING_PROFILE items T#: which transactions charge with priority."""

import datetime as dt

from shared.domain.priority_charging import PriorityCharging
from shared.store import keys, table
from shared.store.dynamodb import ConditionFailed

RETENTION = dt.timedelta(days=90)


def note(station_id: str, priority: PriorityCharging) -> bool:
    """Keep what was told. False if something later is known."""
    try:
        table.put(
            {
                **keys.priority_charging(station_id, priority.transaction_id)._asdict(),
                "is_active": priority.is_active,
                "changed_at": keys.stamp(priority.changed_at),
                "by": priority.by,
                "expires_at_s": int((priority.changed_at + RETENTION).timestamp()),
            },
            condition="attribute_not_exists(pk) OR changed_at <= :changed_at",
            values={":changed_at": keys.stamp(priority.changed_at)},
        )
    except ConditionFailed:
        return False
    return True


def find(station_id: str, transaction_id: str) -> PriorityCharging | None:
    item = table.get(keys.priority_charging(station_id, transaction_id))
    if item is None:
        return None
    return PriorityCharging(transaction_id, item["is_active"], keys.time(item["changed_at"]), item["by"])
