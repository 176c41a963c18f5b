"""An account with one station, whose functions run in this process and whose bill is written down to the byte."""

import contextlib
import datetime as dt
import importlib
import io
import json
import os
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from typing import Any
from unittest import mock

from bench.fresh import SETTINGS
from bench.scenarios import NOW, STATION_ID, TAG, Json
from bench.units_clock import standing_at
from bench.units_events import Event, Line
from local import capacity, logs, patterns
from local.capacity import IndexShape, item_size
from local.dynamodb.operations import Operations
from local.dynamodb.storage import KeySchema, Store
from shared.catalog import BY_NAME
from shared.store.keys import INDEX_KEYS

AT = dt.datetime.fromisoformat(NOW)
BOOTED_BEFORE = dt.timedelta(days=3)
CONNECTED_BEFORE = dt.timedelta(hours=1)
PASSWORD = "correct horse battery staple"
MESSAGE_ID = "f8a1f5cd-3b6e-4c53-a1ab-5a7d7c9b0e41"
"""As long as most stations' ids of messages are."""
SENT_UNANSWERED = ("NotifyPeriodicEventStream",)
"""What 2.1 has a station SEND."""
LOG_EVENT_BYTES = 26
"""What CloudWatch Logs adds to each event before it bills its bytes."""
STORED_WITH_BYTES = 100
"""What DynamoDB adds to each item, and to each entry of an index, before it bills their storage."""
CALL, SEND = 2, 6


@dataclass
class Tally:
    """What something has cost; the fields are those of bench/units.py."""

    write_units: float = 0.0
    read_units: float = 0.0
    requests: int = 0
    written_bytes: int = 0
    stored_bytes: int = 0
    expiring_bytes: int = 0
    expire_after_days: float = 0.0
    log_bytes: int = 0
    invocations: int = 0
    events: int = 0
    queue_messages: int = 0
    stream_records: int = 0

    def as_json(self) -> Json:
        return asdict(self)


def empty_table(name: str) -> Store:
    """A table with the keys and the indexes of ours."""
    table = KeySchema(*INDEX_KEYS[None])
    shapes = {
        index: (KeySchema(*keys), IndexShape(index, keys, frozenset({*table.attributes, *keys})))
        for index, keys in INDEX_KEYS.items()
        if index is not None
    }
    return Store(name, table, {attribute: "S" for keys in INDEX_KEYS.values() for attribute in keys}, shapes)


class Account:
    """A station that has booted, is connected, and whose id token is known; the clock stands at `AT`. Made by
    `account`."""

    def __init__(self, ocpp_version: str) -> None:
        self.line = Line(STATION_ID, ocpp_version, "L0SM9cOFvHcCIhw=", AT - CONNECTED_BEFORE)
        self.table = empty_table(SETTINGS["TABLE_NAME"])
        self.table.watchers.append(self._note_change)
        self._operations = Operations(lambda _name: self.table)
        self._records: list[Json] = []
        self._tally = Tally()

    # ------------------------------------------------------------------ what costs

    def answer(self, operation: str, body: bytes) -> tuple[int, bytes]:
        """The table's side of a request."""
        self._tally.requests += 1
        return self._operations.answer(operation, body)

    def note_line(self, text: str) -> None:
        self._tally.log_bytes += sum(len(line.encode()) + LOG_EVENT_BYTES for line in text.splitlines())

    def note_events(self, published: list[Any], *, is_watched: bool) -> None:
        assert not is_watched  # no console is open
        self._tally.events += len(published)

    def note_timer(self, _timer: object) -> None:
        self._tally.queue_messages += 1

    def _note_change(self, old: Json | None, new: Json | None, *, expired: bool) -> None:  # noqa: ARG002  # a Watcher
        grown = self._stored_bytes(new) - self._stored_bytes(old)
        self._tally.written_bytes += item_size(new or {})
        self._tally.stored_bytes += grown
        expires = (new or {}).get("expires_at_s")
        if expires and grown > 0:
            before = self._tally.expiring_bytes * self._tally.expire_after_days
            days = (int(expires["N"]) - AT.timestamp()) / 86_400
            self._tally.expiring_bytes += grown
            self._tally.expire_after_days = (before + grown * days) / self._tally.expiring_bytes
        self._tally.stream_records += 1
        item = new or old or {}
        images = {name: image for name, image in (("OldImage", old), ("NewImage", new)) if image}
        change = {"Keys": {name: item[name] for name in ("pk", "sk")}, "SequenceNumber": str(len(self._records) + 1)}
        kind = "INSERT" if old is None else "REMOVE" if new is None else "MODIFY"
        self._records.append({"eventName": kind, "dynamodb": change | images})

    def _stored_bytes(self, item: Json | None) -> int:
        entries = [item, *(shape.entry(item) for shape in self.table.shapes)]
        return sum(item_size(entry) + STORED_WITH_BYTES for entry in entries if entry)

    @contextlib.contextmanager
    def counting(self) -> Iterator[Tally]:
        """Write down what happens meanwhile; the units are known at the end."""
        self._tally = tally = Tally()
        with capacity.recording() as meter:
            yield tally
        tally.write_units, tally.read_units = float(meter.write_units), float(meter.read_units)
        tally.expire_after_days = round(tally.expire_after_days, 1)
        self._tally = Tally()

    # ------------------------------------------------------------------ what happens

    def invoke(self, module: str, event: Event) -> Any:
        self._tally.invocations += 1
        return importlib.import_module(module).handler(event, None)

    def frame(self, action: str, payload: Json) -> tuple[str, str]:
        """Send a message; returns its frame and that of the answer, empty if there is none."""
        kind = SEND if action in SENT_UNANSWERED else CALL
        said = json.dumps([kind, MESSAGE_ID, action, payload], separators=(",", ":"))
        result = self.invoke(f"functions.actions.{BY_NAME[action].module}", self.line.message(said, AT))
        return said, result.get("body", "")

    def send(self, action: str, payload: Json) -> Json:
        """The payload of the answer to a CALL. Raises ValueError for anything else than a CALLRESULT."""
        _said, body = self.frame(action, payload)
        answer = json.loads(body)
        if answer[0] != 3:
            raise ValueError(f"{action}: {body}")
        payload_of_answer: Json = answer[2]
        return payload_of_answer

    def connect(self, connection_id: str) -> None:
        """The station dials in: the authorizer, then $connect."""
        self.line = self.line._replace(connection_id=connection_id, connected_at=AT)
        found = self.invoke("functions.connection.authorizer", self.line.handshake(PASSWORD, AT))["context"]
        answer = self.invoke("functions.connection.connect", self.line.handshake(PASSWORD, AT, found))
        if answer["statusCode"] != 200:
            raise ValueError(f"the handshake ends with {answer}")

    def disconnect(self) -> None:
        self.invoke("functions.connection.disconnect", self.line.end(AT))

    def flow(self) -> None:
        """Let the table's stream deliver what has changed, until nothing follows from it."""
        while self._records:
            records, self._records = self._records, []
            for module, filters in _mappings().items():
                wanted = [one for one in records if any(patterns.matches(pattern, one) for pattern in filters)]
                if wanted and self.invoke(module, {"Records": wanted}) != {"batchItemFailures": []}:
                    raise ValueError(f"{module} fails")


def _mappings() -> dict[str, list[Json]]:
    """The functions behind the stream and which records they get."""
    from infra.background import FOLLOWED, PUBLISHED  # noqa: PLC0415  # CDK takes seconds to import

    return {"functions.stream.publish_events": PUBLISHED, "functions.stream.follow_up": FOLLOWED}


class _Printed(io.TextIOBase):
    """Standard output while functions run: what they print goes to their log."""

    def __init__(self, account: Account) -> None:
        self._account = account

    def write(self, text: str) -> int:
        if text.strip():
            self._account.note_line(text)
        return len(text)


@contextlib.contextmanager
def account(ocpp_version: str) -> Iterator[Account]:
    """An account in which nothing has happened yet that costs. Only one at a time: it is this process's."""
    with contextlib.redirect_stdout(io.StringIO()):  # the functions' logger writes to what it finds when it is imported
        importlib.import_module("shared.aws.telemetry")
    made = Account(ocpp_version)
    with contextlib.ExitStack() as stack:
        stack.enter_context(mock.patch.dict(os.environ, SETTINGS))
        stack.enter_context(_replaced(made))
        stack.enter_context(logs.copied(made.note_line))
        stack.enter_context(contextlib.redirect_stdout(_Printed(made)))
        stack.enter_context(standing_at(AT))
        _begin(made)
        yield made


@contextlib.contextmanager
def _replaced(made: Account) -> Iterator[None]:
    """Put the account where AWS would be, and forget what functions remember of another."""
    from functions.stream import follow_up  # noqa: PLC0415  # the functions find their environment
    from shared.aws import bus, gateway, telemetry, timers  # noqa: PLC0415  # likewise
    from shared.settings import settings  # noqa: PLC0415  # likewise
    from shared.store import dynamodb, findings, live, transaction_lists  # noqa: PLC0415  # likewise

    telemetry.cold_start()
    settings.cache_clear()
    transaction_lists.list_day.cache_clear()
    try:
        with contextlib.ExitStack() as stack:
            for module, name, stand_in in (
                (dynamodb, "_transport", made.answer),
                (findings, "_waiting", {}),
                (bus, "publish", made.note_events),
                (timers, "set", made.note_timer),
                (gateway, "close", lambda _connection_id: True),
                (gateway, "send", lambda _connection_id, _text: "sent"),
                (follow_up, "ANSWER_FIRST_S", 0),
                # As many reads as there can be: whether a console watches is looked up for each message.
                (live, "LOOKED_EVERY_S", 0.0),
            ):
                stack.enter_context(mock.patch.object(module, name, stand_in))
            yield
    finally:
        settings.cache_clear()
        transaction_lists.list_day.cache_clear()


def _begin(made: Account) -> None:
    """Know the station and its token, and let what follows from that pass."""
    from shared.domain.authorization import IdToken  # noqa: PLC0415  # the functions find their environment
    from shared.domain.credentials import hash_password  # noqa: PLC0415  # likewise
    from shared.domain.stations import Connection, Station  # noqa: PLC0415  # likewise
    from shared.store import connections, stations, tokens, transaction_lists  # noqa: PLC0415  # likewise

    transaction_lists.list_day(AT.date())  # once a day and environment: no session pays for it
    tokens.save(IdToken(TAG, group_id="FLEET"))
    stations.create(Station(STATION_ID, "Accepted", AT - BOOTED_BEFORE, password_hash=hash_password(PASSWORD)))
    line = made.line
    connections.connect(
        Connection(line.station_id, line.connection_id, line.connected_at, line.connected_at, line.ocpp_version)
    )
    made.flow()
