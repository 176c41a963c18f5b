"""What the sweep of connections measures: how many stations are connected, and how long calls are held up."""

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest

from functions.schedule import sweep_connections
from shared.aws import gateway
from shared.cloud_meters import NAMESPACE, OWN_DIMENSIONS
from shared.domain.calls import Call, made_at, new_call_id
from shared.domain.stations import Connection, Registration
from shared.store import connections
from shared.store import outbox as store
from tests.infra.known_metrics import KNOWN

pytestmark = pytest.mark.usefixtures("table")

Figures = dict[str, float]


def now() -> datetime:
    return datetime.now(UTC)


@pytest.fixture
def swept(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Callable[[], Figures]:
    """Run the sweep where every socket that it asks for is open; what metrics it wrote."""
    monkeypatch.setattr(gateway, "is_open", lambda _: True)

    def run() -> Figures:
        capsys.readouterr()
        sweep_connections.handler({}, None)
        lines = [json.loads(line) for line in capsys.readouterr().out.splitlines() if '"_aws"' in line]
        found = {}
        for line in lines:
            (written,) = line["_aws"]["CloudWatchMetrics"]
            (metric,) = written["Metrics"]
            assert written["Namespace"] == NAMESPACE
            assert frozenset(written["Dimensions"][0]) in KNOWN[NAMESPACE][metric["Name"]]
            assert [line[name] for name in OWN_DIMENSIONS] == ["idlewatt", "test"]
            value = line[metric["Name"]]
            found[metric["Name"]] = value[0] if isinstance(value, list) else value
        return found

    return run


def connect(station_id: str, *, ago: timedelta, registration: Registration = "Accepted") -> None:
    at = now() - ago
    connection = Connection(station_id, f"c-{station_id}", at, now(), "1.6", registration=registration)
    assert connections.connect(connection)


def wait(station_id: str, *, ago: timedelta) -> None:
    """Let a call wait for its turn since then."""
    at = now() - ago
    store.enter([Call(new_call_id(at), station_id, "ClearCache", "1.6", {}, at, now() + timedelta(hours=1))])


def test_connected_stations_are_counted(swept: Callable[[], Figures]) -> None:
    for number in range(3):
        connect(f"CP{number}", ago=timedelta(minutes=5))
    connections.disconnect("CP2", "c-CP2", now())
    assert swept() == {"Connections": 2, "CallWaitSeconds": 0}


def test_an_empty_stage_says_so(swept: Callable[[], Figures]) -> None:
    assert swept() == {"Connections": 0, "CallWaitSeconds": 0}


def test_a_connection_that_is_swept_is_none_any_more(
    swept: Callable[[], Figures], monkeypatch: pytest.MonkeyPatch
) -> None:
    connect("CP1", ago=timedelta(minutes=30))
    monkeypatch.setattr(sweep_connections, "SILENT", timedelta(0))
    monkeypatch.setattr(gateway, "is_open", lambda _: False)
    assert swept()["Connections"] == 0


def test_the_call_that_is_held_up_longest_counts(swept: Callable[[], Figures]) -> None:
    connect("CP1", ago=timedelta(hours=1))
    connect("CP2", ago=timedelta(hours=1))
    wait("CP1", ago=timedelta(minutes=1))
    wait("CP1", ago=timedelta(minutes=40))
    wait("CP2", ago=timedelta(minutes=20))
    assert swept()["CallWaitSeconds"] == pytest.approx(2400, abs=60)


def test_what_waited_for_the_station_itself_does_not_count(swept: Callable[[], Figures]) -> None:
    connect("CP1", ago=timedelta(minutes=2))
    wait("CP1", ago=timedelta(hours=9))
    connect("PENDING", ago=timedelta(hours=1), registration="Pending")
    wait("PENDING", ago=timedelta(hours=1))
    wait("OFFLINE", ago=timedelta(hours=1))
    assert swept()["CallWaitSeconds"] == pytest.approx(120, abs=60)


def test_a_calls_id_tells_when_it_was_made() -> None:
    at = now().replace(microsecond=123_000)
    assert made_at(new_call_id(at)) == at
