"""FIRMWARE items: the files that stations fetch. They are kept until they are deleted."""

from collections.abc import Callable

from shared.domain.errors import NotFound
from shared.domain.firmware import Firmware
from shared.store import keys, steps, table
from shared.store.dynamodb import ConditionFailed, Item

TIMES = ("created_at", "ready_at")


def find(firmware_id: str) -> Firmware | None:
    item = table.get(keys.firmware(firmware_id))
    return from_item(item) if item else None


def create(firmware: Firmware) -> Firmware:
    """Keep new firmware, or return what stands under its id already."""
    made = firmware._replace(revision=1)
    try:
        table.put(to_item(made), condition="attribute_not_exists(pk)")
    except ConditionFailed as failed:
        return from_item(failed.item)
    return made


def change(firmware_id: str, step: Callable[[Firmware], Firmware]) -> Firmware:
    """Change firmware and return it. Raises NotFound, and Conflict if others keep changing it."""

    def taken(standing: Firmware | None) -> Firmware:
        if standing is None:
            raise NotFound(f"There is no firmware {firmware_id}")
        return step(standing)

    changed = steps.take("The firmware", lambda: find(firmware_id), taken, to_item, from_item)
    if changed is None:
        raise AssertionError("unreachable: the step makes something of whatever stands there")
    return changed


def delete(firmware_id: str) -> bool:
    """Remove firmware. False if there was none."""
    return bool(table.delete(keys.firmware(firmware_id)))


def page(after: str | None, limit: int) -> tuple[list[Firmware], str | None]:
    """Firmware, newest first, and the id to go on after."""
    last = None
    if after is not None:
        last = {**keys.firmware(after)._asdict(), "pk1": keys.ALL_FIRMWARE, "sk1": after}
    found = table.page(keys.ALL_FIRMWARE, limit, index="by_list", newest_first=True, after=last)
    wanted = [keys.Key(item["pk"], item["sk"]) for item in found.items]
    items = table.get_many(wanted)
    return [from_item(items[key]) for key in wanted if key in items], found.last["sk1"] if found.last else None


def to_item(firmware: Firmware) -> Item:
    fields: Item = firmware._asdict()
    for name in TIMES:
        fields[name] = keys.stamp(fields[name]) if fields[name] else None
    del fields["firmware_id"]
    return {
        **keys.firmware(firmware.firmware_id)._asdict(),
        "pk1": keys.ALL_FIRMWARE,
        "sk1": firmware.firmware_id,
        **fields,
    }


def from_item(item: Item) -> Firmware:
    fields: Item = {name: item[name] for name in Firmware._fields if name in item}
    for name in TIMES:
        if name in fields:
            fields[name] = keys.time(fields[name])
    return Firmware(**fields, firmware_id=keys.entity(item["pk"])[1])
