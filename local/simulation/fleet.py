"""The stations of the demo, and the cards that are held to them."""

from typing import NamedTuple

from local.simulation.clock import Clock
from local.simulation.connector import Cards
from local.simulation.device import Model
from local.simulation.habits import BRISK
from local.simulation.station import Station
from local.simulation.vehicles import Outlet

GROUPS = ("DEMO-VANS", "DEMO-TAXIS", "DEMO-CARE", "DEMO-POOL")
"""In turn: the drivers who visit a station are of one group."""

WALL_BOX = Model("Simulated", "Wall 7", [Outlet(phases=1, current_a=32)])
STREET_STATION = Model("Simulated", "Street 22", [Outlet(phases=3, current_a=32)] * 2, "2.0.7", "2.0.1")
HIGHWAY_STATION = Model(
    "Simulated", "Highway 150", [Outlet(dc_power_w=150_000)] * 2, "5.1.0", "2.1", tells_by_events=True
)
ODD_STATION = Model("Odd Chargers", "Type 0.9", [Outlet(phases=3, current_a=16)], "beta 3", odd=True)

MODELS = (STREET_STATION, HIGHWAY_STATION, ODD_STATION, WALL_BOX)
"""In turn, so that three stations already show what there is: each speaks another version of OCPP."""

BLOCKED_CARD = "DEMO-BLOCKED"
DRIVERS = 2
"""Of each connector: the same few come again."""


class Card(NamedTuple):
    """A card as an operator knows it: `id_token`, the group that may stop each other's charges, and its status."""

    id_token: str
    group_id: str | None
    status: str = "Accepted"


def cards(count: int) -> list[Card]:
    """All cards of the drivers who visit `count` stations; those of one station are of a group."""
    regular = [
        Card(id_token, GROUPS[number % len(GROUPS)])
        for number, (station_id, model) in enumerate(_models(count))
        for held in _cards(station_id, model)
        for id_token in held.regular
    ]
    return [*regular, Card(BLOCKED_CARD, None, "Blocked")]


def stations(count: int, url: str, clock: Clock, seed: int) -> list[Station]:
    """`count` stations of various models that dial `url`; see Station."""
    return [
        Station(station_id, url, model, _cards(station_id, model), clock=clock, seed=seed, habits=BRISK)
        for station_id, model in _models(count)
    ]


def _models(count: int) -> list[tuple[str, Model]]:
    return [(f"DEMO-{number + 1:02}", MODELS[number % len(MODELS)]) for number in range(count)]


def _cards(station_id: str, model: Model) -> list[Cards]:
    """What is held to each connector of a station."""
    numbers = range(1, len(model.outlets) * DRIVERS + 1)
    regular = [f"{station_id}-CARD{number}" for number in numbers]
    return [Cards(regular[start : start + DRIVERS], BLOCKED_CARD) for start in range(0, len(regular), DRIVERS)]
