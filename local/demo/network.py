"""What the operator of the demo has entered before the first station dials: prices, cards, stations and places."""

import asyncio
from collections.abc import Sequence
from http import HTTPStatus
from itertools import zip_longest
from typing import Any

from aiohttp import ClientResponseError

from local.demo.client import Client
from local.demo.sites import SITES, Site
from local.simulation import fleet
from local.simulation.station import Station
from local.simulation.stranger import Stranger

VAT = [{"type": "VAT", "percent": 19}]
TARIFFS = {
    "DEMO-STREET": {
        "energy": {"prices": [{"price": 0.42}], "tax_rates": VAT},
        "fixed_fee": {"prices": [{"price": 0.29}], "tax_rates": VAT},
        "description": [
            {"language": "en", "content": "0.50 EUR per kWh and 0.35 EUR per charge"},
            {"language": "de", "content": "0,50 EUR je kWh und 0,35 EUR je Ladevorgang"},
        ],
    },
    "DEMO-HIGHWAY": {
        "energy": {"prices": [{"price": 0.5}], "tax_rates": VAT},
        "idle_time": {"prices": [{"price": 0.1}], "tax_rates": VAT},
        "description": [
            {"language": "en", "content": "0.60 EUR per kWh; full cars 0.12 EUR per minute"},
            {"language": "de", "content": "0,60 EUR je kWh; volle Autos 0,12 EUR je Minute"},
        ],
    },
}
GROUP_NAMES = dict(zip(fleet.GROUPS, ("Parcel vans", "City taxis", "Home care", "Pool cars"), strict=True))

BOOKED_PASSWORD = "the-one-in-the-operators-books"  # noqa: S105  # of stations that do not exist
STRANGERS = {
    Stranger("DEMO-MISTYPED", "one-that-was-mistyped-on-site", "ocpp1.6"): Site("Linz, Hafenhof", 48.3137, 14.3089),
    Stranger("DEMO-OUTDATED", BOOKED_PASSWORD, "ocpp1.5"): Site("Erfurt, Domgarage", 50.9747, 11.0232),
}
"""Stations that are expected and do not get in: one has a wrong password, one speaks an OCPP of long ago."""


async def enter(client: Client, stations: Sequence[Station]) -> None:
    """What an operator has set there otherwise stays, should there be something already."""
    for tariff_id, tariff in TARIFFS.items():
        prices = {"currency": "EUR", "time_zone": "Europe/Berlin", "running_cost": True, **tariff}
        await client.send("PUT", "tariffs", tariff_id, **prices)
    for group_id, name in GROUP_NAMES.items():
        await client.send("PUT", "groups", group_id, name=name)
    await asyncio.gather(
        *(_enter_card(client, card) for card in fleet.cards(len(stations))),
        *(_enter_station(client, *one) for one in zip_longest(stations, SITES[: len(stations)])),
        *(
            _set(client, one.station_id, site, password=BOOKED_PASSWORD, security_profile=1)
            for one, site in STRANGERS.items()
        ),
    )


async def _enter_card(client: Client, card: fleet.Card) -> None:
    await client.send("PUT", "id-tokens", card.id_token, status=card.status, group_id=card.group_id)


async def _enter_station(client: Client, station: Station, site: Site | None) -> None:
    is_fast = any(one.dc_power_w for one in station.model.outlets)
    await _set(client, station.station_id, site, tariff_id="DEMO-HIGHWAY" if is_fast else "DEMO-STREET")


async def _set(client: Client, station_id: str, site: Site | None, **settings: Any) -> None:
    """Change a station, or create it."""
    settings |= site._asdict() if site else {}
    try:
        await client.send("PATCH", "stations", station_id, **settings)
    except ClientResponseError as error:
        if error.status != HTTPStatus.NOT_FOUND:
            raise
        await client.send("PUT", "stations", station_id, **settings)
