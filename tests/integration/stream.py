"""The table's stream in tests: what has changed goes to the functions behind it when a test says so."""

import itertools
from collections.abc import Sequence
from typing import Any

import pytest

from functions.stream import follow_up, publish_events
from local.dynamodb.storage import Store
from shared.aws import bus, gateway
from shared.domain.events import Event


class Stream:
    """The table's stream: `flow` delivers to both functions what has changed, until nothing follows any more."""

    def __init__(self, table: Store) -> None:
        self.records: list[dict[str, Any]] = []
        self.numbers = itertools.count(1)
        self.published: list[Event] = []
        self.closed: list[str] = []
        table.watchers.append(self._watch)

    def _watch(self, old: dict[str, Any] | None, new: dict[str, Any] | None, *, expired: bool) -> None:
        item = new or old or {}
        change = {"Keys": {name: item[name] for name in ("pk", "sk")}, "SequenceNumber": str(next(self.numbers))}
        images = {"OldImage": old, "NewImage": new}
        self.records.append({"dynamodb": change | {name: image for name, image in images.items() if image}})

    def flow(self) -> None:
        while self.records:
            batch, self.records = {"Records": self.records}, []
            for handler in (publish_events.handler, follow_up.handler):
                assert handler(batch, None) == {"batchItemFailures": []}

    def types(self) -> list[str]:
        return [event.type for event in self.published]


def watched(table: Store, patch: pytest.MonkeyPatch) -> Stream:
    """The stream of a table. Sockets that would be closed and events that would be published are noted with it."""
    stream = Stream(table)

    def close(connection_id: str) -> bool:
        stream.closed.append(connection_id)
        return True

    def publish(events: Sequence[Event], *, is_watched: bool = False) -> None:
        assert not is_watched, "no console is connected"
        stream.published.extend(events)

    patch.setattr(bus, "publish", publish)
    patch.setattr(gateway, "close", close)
    patch.setattr(follow_up, "ANSWER_FIRST_S", 0)
    return stream
