"""CAPABILITY items: the actions of ours that a station does not know, each with the firmware that did not."""

from shared.domain.capabilities import UnknownAction
from shared.store import keys, table
from shared.store.dynamodb import Item


def note(station_id: str, unknown: UnknownAction) -> None:
    """Keep that a station does not know an action, in place of what was noted of it before."""
    table.put(
        {
            **keys.capability(station_id, unknown.action)._asdict(),
            "code": unknown.code,
            "firmware_version": unknown.firmware_version,
            "noted_at": keys.stamp(unknown.noted_at),
        }
    )


def find(station_id: str, action: str, firmware_version: str | None) -> UnknownAction | None:
    """Whether a station with this firmware does not know an action. Eventually consistent."""
    item = table.get(keys.capability(station_id, action), consistent=False)
    unknown = from_item(item) if item else None
    return unknown if unknown and unknown.firmware_version == firmware_version else None


def page(station_id: str, after: str | None, limit: int) -> tuple[list[UnknownAction], str | None]:
    """The actions that a station did not know, with whichever firmware, by name; and the name to go on after."""
    partition = keys.capabilities_of_station(station_id)
    found = table.page(partition, limit, after=keys.after(partition, after))
    return [from_item(item) for item in found.items], found.last["sk"] if found.last else None


def forget(station_id: str, action: str) -> bool:
    """Take an action for known again. False if it was."""
    return bool(table.delete(keys.capability(station_id, action)))


def from_item(item: Item) -> UnknownAction:
    return UnknownAction(
        action=item["sk"],
        code=item["code"],
        firmware_version=item.get("firmware_version"),
        noted_at=keys.time(item["noted_at"]),
    )
