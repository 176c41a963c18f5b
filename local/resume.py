"""State machines after a restart: they keep nothing themselves, so what they work on starts them once more.

moto's executions end with the process. What is under way stands in the table, and every machine begins by looking at
it; so the items of what is open come by the stream as if they were new, and the functions behind it do the rest.
"""

from collections.abc import Iterable

from local.dynamodb import Table
from local.dynamodb.streams import StreamShard
from shared.store.keys import entity

WORKED_ON = ("CAMPAIGN", "UPDATE", "RETRIEVAL")
"""The entities that state machines work on."""
UNDER_WAY = ("queued", "running", "paused", "halted")


def resume(tables: Iterable[Table]) -> int:
    """Have everything that is under way started again; returns how many items there are."""
    found = 0
    for table in tables:
        shard = table.stream_shard
        if not isinstance(shard, StreamShard):
            continue
        for item in list(table.store.items()):
            state = item.get("state", {}).get("S")
            if state in UNDER_WAY and entity(item["pk"]["S"])[0] in WORKED_ON:
                shard.record(None, item, expired=False)
                found += 1
    return found
