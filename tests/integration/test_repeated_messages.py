"""Messages of 2.x that come again under their ids, since the station did not hear our answer (rule T-32)."""

from datetime import timedelta
from typing import Any

import pytest

from shared.ocpp.messages import V2X
from shared.store import events
from tests.integration.events_2x import crash
from tests.integration.station import DirectStation

pytestmark = pytest.mark.usefixtures("table")

MESSAGES: dict[str, dict[str, Any]] = {
    "DataTransfer": {"vendorId": "Vendor", "data": "one"},
    "FirmwareStatusNotification": {"status": "Downloading", "requestId": 7},
    "LogStatusNotification": {"status": "Uploading", "requestId": 7},
    "NotifyEVChargingNeeds": {
        "evseId": 1,
        "chargingNeeds": {
            "requestedEnergyTransfer": "DC",
            "dcChargingParameters": {"evMaxCurrent": 200, "evMaxVoltage": 500},
        },
    },
    "PublishFirmwareStatusNotification": {"status": "Downloading", "requestId": 7},
    "ReservationStatusUpdate": {"reservationId": 7, "reservationUpdateStatus": "Expired"},
    "SignCertificate": {"csr": "no request", "certificateType": "ChargingStationCertificate"},
}


@pytest.fixture(params=V2X)
def station(request: pytest.FixtureRequest) -> DirectStation:
    return DirectStation("CP1", version=request.param)


def kept() -> int:
    return len(events.page("CP1", None, 100)[0])


@pytest.mark.parametrize("action", sorted(MESSAGES))
def test_a_message_that_comes_again_is_kept_once_as_of_when_it_came_first(station: DirectStation, action: str) -> None:
    first = station.frame(action, MESSAGES[action], "m1")
    before, _ = events.page("CP1", None, 100)
    station.now += timedelta(minutes=5)
    station.reconnect()
    assert station.frame(action, MESSAGES[action], "m1") == first
    assert events.page("CP1", None, 100)[0] == before
    assert len(before) == 1
    station.frame(action, MESSAGES[action], "m2")
    assert kept() == 2


@pytest.mark.parametrize("action", sorted(MESSAGES))
def test_a_message_that_was_broken_off_is_kept_when_it_comes_again(station: DirectStation, action: str) -> None:
    with crash(1):
        answer = station.frame(action, MESSAGES[action], "m1")
    assert answer
    assert answer[0] == 4
    station.now += timedelta(minutes=5)
    station.frame(action, MESSAGES[action], "m1")
    assert kept() == 1


def test_another_message_under_the_same_id_is_kept(station: DirectStation) -> None:
    for data in ("one", "two"):
        station.now += timedelta(minutes=5)
        station.frame("DataTransfer", {"vendorId": "Vendor", "data": data}, "m1")
    assert kept() == 2


def test_an_id_counts_for_a_day_and_for_its_station(station: DirectStation) -> None:
    other = DirectStation("CP2", version=station.version)
    for one, days in ((station, 0), (station, 2), (other, 0)):
        one.now += timedelta(days=days)
        one.frame("DataTransfer", MESSAGES["DataTransfer"], "m1")
    assert (kept(), len(events.page("CP2", None, 100)[0])) == (2, 1)
