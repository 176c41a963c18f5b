"""ChangeAvailability: what is wished of connectors, what the station reports, and when the two have become one."""

from datetime import UTC, datetime
from typing import Any

import pytest

from local.dynamodb.storage import Store
from shared.domain.calls import Call
from shared.domain.errors import Invalid
from shared.store import calls, outbox
from tests.integration import api
from tests.integration.called_station import CalledStation
from tests.integration.stream import Stream, watched

ACCEPTED, REJECTED, SCHEDULED = ({"status": status} for status in ("Accepted", "Rejected", "Scheduled"))


@pytest.fixture
def stream(table: Store, monkeypatch: pytest.MonkeyPatch) -> Stream:
    return watched(table, monkeypatch)


@pytest.fixture
def station(stream: Stream, monkeypatch: pytest.MonkeyPatch) -> CalledStation:
    return CalledStation(monkeypatch)


def status(station: CalledStation, connector_id: int, said: str) -> None:
    station.send("StatusNotification", connectorId=connector_id, status=said, errorCode="NoError")


def state(call: Call) -> str | None:
    """The state of the outcome, as the API shows it."""
    found = api.get(f"/stations/CP1/calls/{call.call_id}")["outcome"]
    return found["state"] if found else None


def wished(evse_id: int) -> dict[str, Any] | None:
    shown = api.get("/stations/CP1")
    if evse_id == 0:
        return shown["wished_availability"]  # type: ignore[no-any-return]  # of the shape that the API has
    (found,) = (evse for evse in shown["evses"] if evse["evse_id"] == evse_id)
    return found["connectors"][0]["wished_availability"]  # type: ignore[no-any-return]  # likewise


@pytest.mark.requirement("M16-077")
def test_a_change_that_is_put_off_is_pending_until_a_status_confirms_it(stream: Stream, station: CalledStation) -> None:
    status(station, 1, "Charging")
    made = station.perform("ChangeAvailability", {"connectorId": 1, "type": "Inoperative"}, SCHEDULED)
    stream.flow()
    assert state(made) == "pending"
    status(station, 1, "Finishing")
    stream.flow()
    found = wished(1)
    assert found is not None
    assert (state(made), found["availability"], found["state"]) == ("pending", "Inoperative", "scheduled")
    status(station, 1, "Unavailable")
    stream.flow()
    found = wished(1)
    assert found is not None
    assert (state(made), found["state"], found["call_id"]) == ("done", "met", made.call_id)


def test_a_change_of_the_whole_station_covers_all_its_connectors(stream: Stream, station: CalledStation) -> None:
    for connector_id in (0, 1, 2):
        status(station, connector_id, "Available")
    made = station.perform("ChangeAvailability", {"connectorId": 0, "type": "Inoperative"}, ACCEPTED)
    for connector_id in (1, 0):
        status(station, connector_id, "Unavailable")
        stream.flow()
    assert state(made) == "pending"
    assert [str((wished(evse_id) or {}).get("state")) for evse_id in (0, 1, 2)] == ["pending", "met", "pending"]
    status(station, 2, "Unavailable")
    stream.flow()
    assert (state(made), (wished(0) or {})["state"]) == ("done", "met")


def test_a_status_may_be_here_before_the_answer(stream: Stream, station: CalledStation) -> None:
    made = station.order("ChangeAvailability", {"connectorId": 1, "type": "Inoperative"})
    status(station, 1, "Unavailable")
    stream.flow()
    assert state(station.answer(made.call_id, ACCEPTED)) == "done"


def test_what_is_so_already_is_done(stream: Stream, station: CalledStation) -> None:
    status(station, 1, "Available")
    made = station.perform("ChangeAvailability", {"connectorId": 1, "type": "Operative"}, ACCEPTED)
    assert state(made) == "done"


def test_a_change_that_is_rejected_leaves_the_wish_before_it(stream: Stream, station: CalledStation) -> None:
    status(station, 1, "Available")
    station.perform("ChangeAvailability", {"connectorId": 1, "type": "Inoperative"}, ACCEPTED)
    station.perform("ChangeAvailability", {"connectorId": 1, "type": "Operative"}, REJECTED)
    assert (wished(1) or {})["availability"] == "Inoperative"
    assert wished(0) is None


def test_statuses_concern_nobody_once_all_wishes_are_met(stream: Stream, station: CalledStation, table: Store) -> None:
    for connector_id in (1, 2):
        status(station, connector_id, "Available")
        station.perform("ChangeAvailability", {"connectorId": connector_id, "type": "Inoperative"}, ACCEPTED)
    status(station, 1, "Unavailable")
    stream.flow()
    assert _is_awaited(table)
    status(station, 2, "Unavailable")
    stream.flow()
    assert not _is_awaited(table)


def _is_awaited(table: Store) -> bool:
    return any("awaited" in item for item in table.items())


def test_an_older_change_that_is_answered_late_does_not_take_over(stream: Stream, station: CalledStation) -> None:
    status(station, 1, "Available")
    late = station.order("ChangeAvailability", {"connectorId": 1, "type": "Inoperative"})
    assert calls.end(late, "timed_out", datetime.now(UTC)) is not None
    outbox.close("CP1", late.call_id)
    station.received.clear()
    station.perform("ChangeAvailability", {"connectorId": 1, "type": "Operative"}, ACCEPTED)
    station.answer(late.call_id, ACCEPTED)
    assert (wished(1) or {})["availability"] == "Operative"


@pytest.mark.parametrize(
    ("action", "payload"),
    [
        ("ChangeAvailability", {"connectorId": -1, "type": "Operative"}),
        ("UnlockConnector", {"connectorId": 0}),
        ("TriggerMessage", {"requestedMessage": "MeterValues", "connectorId": 0}),
    ],
)
def test_a_connector_that_cannot_be_is_not_named(station: CalledStation, action: str, payload: dict[str, Any]) -> None:
    with pytest.raises(Invalid) as refused:
        station.order(action, payload)
    assert refused.value.fields["path"] == "payload.connectorId"
