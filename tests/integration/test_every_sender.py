"""Every function that sends calls to stations, whatever it finds in a station's outbox: it may do what is to be done.

What they do there is the same for all of them, what they may do is a role of each: so each goes every way.
"""

import datetime as dt
import importlib
from collections.abc import Callable, Iterator
from functools import partial

import pytest

from local import openapi
from local.dynamodb.storage import Store
from shared.aws import outbox
from shared.catalog import FROM_CSMS, Action
from shared.domain.capabilities import UnknownAction
from shared.resources import RESOURCES, Resource
from shared.store import capabilities, keys
from shared.store import table as items
from tests.integration import api, seed_charging
from tests.integration.aws_answers import GONE, Aws
from tests.integration.least_payloads import payload
from tests.integration.seed import FOR_2X, GRANTED, STATION_2X, seed
from tests.integration.station import DirectStation

LATER = dt.timedelta(minutes=10)
"""Until a call that is outstanding has lost its timer."""
SENT, SET = "PostToConnection", "SendMessage"
ROWS = [(action, version) for action in FROM_CSMS for version in action.versions]
OF_2X = {"station_id": STATION_2X, "transaction_id": seed_charging.TRANSACTION_2X}
BODIES = {**GRANTED, "make_call": {"action": "ClearCache"}, "patch_configuration": {"HeartbeatInterval": "60"}}
"""By operations; where none will do for others, an empty one may."""


class Ways:
    """A table that is as it was before each way, and AWS around it."""

    def __init__(self, table: Store, aws: Aws, patch: pytest.MonkeyPatch) -> None:
        self._table, self._aws, self._patch = table, aws, patch
        self._standing = list(table.table.scan(None))
        # However long it takes, the station has connected just now: one that is gone may not have arrived yet.
        self._began_at = dt.datetime.now(dt.UTC)
        patch.setattr(outbox, "_now", lambda: self._began_at)

    def go(self, send: Callable[[], object]) -> set[str]:
        """Send to a station that waits for a call, to one that owes an answer, to one whose call is overdue, and to one
        that is gone; returns what was called."""
        self._aws.called.clear()
        self._begin()
        send()
        send()
        with self._patch.context() as later:
            later.setattr(outbox, "_now", lambda: self._began_at + LATER)
            send()
        self._begin()
        self._aws.errors[SENT] = GONE
        send()
        del self._aws.errors[SENT]
        self._begin()
        return set(self._aws.called)

    def _begin(self) -> None:
        for row in list(self._table.table.scan(None)):
            self._table.replace(row, None, silent=True)
        for row in self._standing:
            self._table.replace(None, row, silent=True)


# ---------------------------------------------------------------------- commands by themselves


@pytest.mark.parametrize(("action", "version"), ROWS, ids=lambda one: getattr(one, "name", one))
def test_a_command_goes_every_way(
    table: Store,
    aws: Aws,
    monkeypatch: pytest.MonkeyPatch,
    action: Action,
    version: str,
) -> None:
    if version == "2.1":
        seed_charging.leave("CP1", dt.datetime.now(dt.UTC))
        _reconnect("CP1", version)
    else:
        DirectStation(version=version)
    handler = importlib.import_module(f"functions.commands.{action.module}").handler

    def send(**more: str) -> str:
        made = handler({"station_id": "CP1", "payload": payload(action, version), **more}, None)
        assert "state" in made, made
        state: str = made["state"]
        return state

    assert Ways(table, aws, monkeypatch).go(send) == {SENT, SET}
    # As a state machine waits for it, and where the station is known not to know it.
    capabilities.note("CP1", UnknownAction(action.name, "NotImplemented", None, dt.datetime.now(dt.UTC)))
    assert send(task_token="token") in ("refused", "sent")


def _reconnect(station_id: str, version: str) -> None:
    """A new connection, and nothing waits or is outstanding."""
    items.delete(keys.connection(station_id))
    DirectStation(station_id, version=version)


# ---------------------------------------------------------------------- the operator API


def _operations(resource: Resource) -> Iterator[tuple[str, str, str]]:
    """What changes something: the method, the path and the name of the operation."""
    document = openapi.written()["paths"]
    for route in (*resource.operator, *resource.admin):
        method, path = route.split(" ")
        if method != "GET":
            yield method, path, document[path][method.lower()]["operationId"]


@pytest.mark.parametrize("resource", [one for one in RESOURCES if one.sends], ids=lambda one: one.name)
def test_a_resource_goes_every_way(
    table: Store,
    aws: Aws,
    monkeypatch: pytest.MonkeyPatch,
    resource: Resource,
) -> None:
    known = seed()
    _reconnect("CP1", "1.6")
    _reconnect(STATION_2X, "2.1")
    ways = Ways(table, aws, monkeypatch)
    called: set[str] = set()
    for method, path, operation in _operations(resource):
        at = path.format(**known | (OF_2X if operation in FOR_2X else {}))
        body = BODIES.get(operation, None if method == "DELETE" else {})
        ask = partial(api.call, method, at, body=body)
        assert ask().status < 500, operation
        called |= ways.go(ask)
    assert called == {SENT, SET}
