"""All stations at once, counted by the keys of an index: half a unit for each 4 KB of them."""

from shared.store import keys, table, transactions


def stations() -> int:
    """How many stations there are."""
    return table.count(keys.ALL_STATIONS, "by_list")


def online() -> int:
    """How many stations are connected."""
    return sum(table.count(shard, "by_list") for shard in keys.ONLINE)


def active_transactions() -> int:
    """How many transactions run."""
    return table.count(keys.ACTIVE_TRANSACTIONS, "by_list")


def alarms() -> int:
    """How many alarms of monitors stand."""
    return table.count(keys.ACTIVE_ALARMS, "by_list")


def stations_charging(most: int) -> set[str]:
    """The ids of the stations of the transactions that run, of so many at most."""
    found = transactions.keys_in_list("active", before=keys.END_OF_TIME, limit=most)
    return {one.station_id for one in transactions.load([key for _, key in found])}
