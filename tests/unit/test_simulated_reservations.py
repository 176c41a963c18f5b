"""A simulated connector that is kept free for somebody, and one that breaks or loses its connection when told to."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from local.simulation.connector import FAULTS
from local.simulation.habits import Habits
from shared.ocpp.messages import V2X
from tests.unit.test_simulated_station import LATE, MODELS, FakeSystem, fake_system, living, ready

LONG = timedelta(hours=20)
ON_TIME = Habits(first_rest_s=(1e6, 1e6), reserved_s=(1, 2), plug_in_s=(1, 2))
"""Of a connector to which nobody comes but who has reserved, and who does so at once."""


async def reserve(system: FakeSystem, version: str, number: int = 1, lasts: timedelta = LONG, ident: int = 4) -> str:
    """What a station answers that is to keep a connector free for the card KEPT."""
    until = (datetime.now(UTC) + lasts).isoformat(timespec="seconds")
    if version == "1.6":
        asked = {"connectorId": number, "expiryDate": until, "idTag": "KEPT", "reservationId": ident}
    else:
        token = {"idToken": "KEPT", "type": "ISO14443"}
        asked = {"id": ident, "expiryDateTime": until, "idToken": token, "evseId": number}
    return await system.status("ReserveNow", **asked)


async def told(system: FakeSystem, version: str, state: str) -> None:
    """Wait until connector 1 is told to be so."""
    if version == "1.6":
        await system.wait_for("StatusNotification", connectorId=1, status=state)
    elif version == "2.0.1":
        await system.wait_for("StatusNotification", evseId=1, connectorStatus=state)
    else:
        await system.wait_until(lambda: any(state == one["actualValue"] for one in system.events()))


@pytest.mark.parametrize("version", MODELS)
async def test_a_reserved_connector_is_free_again_when_the_reservation_is_cancelled(version: str) -> None:
    async with ready(version) as (system, station):
        assert await reserve(system, version) == "Accepted"
        await told(system, version, "Reserved")
        assert await reserve(system, version, ident=5) == "Occupied"
        assert await system.status("CancelReservation", reservationId=5) == "Rejected"
        assert await system.status("CancelReservation", reservationId=4) == "Accepted"
        await system.wait_until(lambda: station.connectors[0].condition().state == "Available")
        assert await reserve(system, version, ident=5) == "Accepted"


@pytest.mark.parametrize("version", MODELS)
async def test_only_who_has_reserved_is_let_in_from_afar_and_the_transaction_names_the_reservation(
    version: str,
) -> None:
    async with ready(version) as (system, _station):
        await reserve(system, version)
        await told(system, version, "Reserved")
        for card, answer in (("OTHER", "Rejected"), ("KEPT", "Accepted")):
            if version == "1.6":
                assert await system.status("RemoteStartTransaction", idTag=card, connectorId=1) == answer
            else:
                token = {"idToken": card, "type": "ISO14443"}
                asked: dict[str, Any] = {"idToken": token, "remoteStartId": 5, "evseId": 1}
                assert await system.status("RequestStartTransaction", **asked) == answer
        action = "StartTransaction" if version == "1.6" else "TransactionEvent"
        assert (await system.wait_for(action))[0]["reservationId"] == 4


@pytest.mark.parametrize("version", MODELS)
async def test_the_driver_comes_with_the_card_that_it_is_reserved_for(version: str) -> None:
    async with (
        fake_system(version) as system,
        living(system, MODELS[version], speed=20, seed=LATE, habits=ON_TIME) as (station, _clock),
    ):
        await system.wait_until(lambda: station.is_connected)
        await reserve(system, version)
        action = "StartTransaction" if version == "1.6" else "TransactionEvent"
        assert await system.wait_for(action, reservationId=4)
        assert "KEPT" in str(system.of("Authorize")[0])


@pytest.mark.parametrize("version", V2X)
async def test_what_nobody_came_for_in_time_is_told_to_have_expired(version: str) -> None:
    async with ready(version) as (system, _station):
        await reserve(system, version, lasts=timedelta(seconds=1))
        ended = await system.wait_for("ReservationStatusUpdate")
        assert ended == [{"reservationId": 4, "reservationUpdateStatus": "Expired"}]


@pytest.mark.parametrize("version", MODELS)
async def test_a_connector_breaks_when_told_to_whoever_has_reserved_it(version: str) -> None:
    async with ready(version) as (system, station):
        await reserve(system, version)
        await told(system, version, "Reserved")
        station.connectors[0].break_down(FAULTS[0], 20)
        await told(system, version, "Faulted")
        assert await reserve(system, version, ident=5) == "Faulted"
        await system.wait_until(lambda: station.connectors[0].condition().state == "Available")
        assert len(system.of("ReservationStatusUpdate", reservationUpdateStatus="Removed")) == (version != "1.6")


async def test_a_station_that_was_out_of_reach_comes_back_and_boots() -> None:
    async with ready("1.6") as (system, station):
        await station.lose_connection(20)
        await system.wait_for("BootNotification", 2)
        assert await system.status("ClearCache") == "Accepted"
