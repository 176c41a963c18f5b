"""GROUP items: groups of id tokens to which the operator gave a name."""

from shared.domain.authorization import Group, normalize
from shared.store import keys, table
from shared.store.dynamodb import Item


def find(group_id: str, *, consistent: bool = True) -> Group | None:
    item = table.get(keys.group(normalize(group_id)), consistent=consistent)
    return from_item(item) if item else None


def save(group: Group, *, revision: int | None = None) -> Group:
    """Write a group. Returns it with its new revision, which is 1 if it is new.

    With `revision` only over that one: raises ConditionFailed if there is another or none.
    """
    return from_item(table.revise(to_item(group), revision=revision))


def delete(group_id: str, *, revision: int | None = None) -> bool:
    """Remove a group. False if there was none.

    With `revision` only that one: raises ConditionFailed if there is another or none.
    """
    return bool(table.remove(keys.group(normalize(group_id)), revision=revision))


def page(after: str | None, limit: int) -> tuple[list[Group], str | None]:
    """Groups in order, and the normalised id to go on after."""
    last = None
    if after is not None:
        last = {**keys.group(after)._asdict(), "pk1": keys.ALL_GROUPS, "sk1": after}
    found = table.page(keys.ALL_GROUPS, limit, index="by_list", after=last)
    wanted = [keys.Key(item["pk"], item["sk"]) for item in found.items]
    items = table.get_many(wanted)
    return [from_item(items[key]) for key in wanted if key in items], found.last["sk1"] if found.last else None


def to_item(group: Group) -> Item:
    normalized = normalize(group.group_id)
    return {
        **keys.group(normalized)._asdict(),
        "pk1": keys.ALL_GROUPS,
        "sk1": normalized,
        "group_id": group.group_id,
        "name": group.name,
        "tariff_id": group.tariff_id,
    }


def from_item(item: Item) -> Group:
    return Group(item["group_id"], item.get("name"), item["revision"], item.get("tariff_id"))
