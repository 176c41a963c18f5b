"""What the operator of the demo does while its stations live, all of it by requests that anybody could make."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from random import Random

from local.demo.client import FAILURES, Client
from local.simulation import fleet
from local.simulation.clock import Clock
from local.simulation.station import Station

NEW_VERSION = "9.0.0"
FIRMWARE = f"version {NEW_VERSION}\nnot for {fleet.ODD_STATION.name}\n".encode()
"""What the simulated stations take for firmware, see local/simulation/transfers.py."""
UPDATED, FIRST_WAVE = 6, 2
"""Stations of the campaign."""
LIMITED, LOGGED = 2, 4
"""Stations that get a charging profile, and that are asked for their logs."""

ASKS_AFTER_S, LIMITS_AFTER_S, COLLECTS_AFTER_S = 8.0, 20.0, 45.0
BETWEEN_WAVES_S = 15.0
RESERVES_EVERY_S = (20.0, 45.0)
RESERVED_FOR_S = 150
CALLED_OFF_PROBABILITY, CALLED_OFF_AFTER_S = 0.25, 12.0
INVITES_EVERY_S = (40.0, 90.0)

PERIODS = ((0, 1.0), (7, 0.6), (11, 1.0), (17, 0.4), (21, 0.8))
"""From which hour of the day which share of the power may be had."""


class Acts:
    """An operator at work. What the API refuses, such as to reserve what is taken meanwhile, is left."""

    def __init__(self, client: Client, stations: Sequence[Station], clock: Clock, seed: int) -> None:
        self._client = client
        self._stations = stations
        self._clock = clock
        self._random = Random(seed)  # noqa: S311  # chooses stations, guards no secret
        self._cards = [one.id_token for one in fleet.cards(len(stations)) if one.status == "Accepted"]

    async def do(self, update_after_s: float) -> None:
        """Until the clock is stopped (ClockStopped)."""
        async with asyncio.TaskGroup() as group:
            group.create_task(self._after(ASKS_AFTER_S, self._ask_for_settings))
            group.create_task(self._after(LIMITS_AFTER_S, self._limit))
            group.create_task(self._after(COLLECTS_AFTER_S, self._collect_logs))
            group.create_task(self._after(update_after_s, self._update))
            group.create_task(self._again_and_again(RESERVES_EVERY_S, self._reserve))
            group.create_task(self._again_and_again(INVITES_EVERY_S, self._invite))

    async def _after(self, seconds: float, act: Callable[[], Awaitable[None]]) -> None:
        await self._clock.sleep(seconds)
        with suppress(*FAILURES):
            await act()

    async def _again_and_again(self, every_s: tuple[float, float], act: Callable[[], Awaitable[None]]) -> None:
        while True:
            await self._after(self._random.uniform(*every_s), act)

    async def _ask_for_settings(self) -> None:
        """What every station is set to, so that there is something to compare with."""
        for station in self._stations:
            kind = "configuration" if station.model.version == "1.6" else "variables"
            await self._client.send("POST", "stations", station.station_id, kind, "refresh")

    async def _limit(self) -> None:
        """The stations of one site may have less when the grid is busy."""
        for station in self._stations[:LIMITED]:
            outlet = station.model.outlets[0]
            periods = [{"start_s": hour * 3600, "limit": round(outlet.most_w * share)} for hour, share in PERIODS]
            midnight = datetime.now(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
            await self._client.send(
                "PUT",
                *("stations", station.station_id, "charging-profiles"),
                evse_id=0,
                purpose="TxDefaultProfile",
                kind="Recurring",
                recurrency="Daily",
                schedules=[{"unit": "W", "start_at": midnight.isoformat(), "duration_s": 86_400, "periods": periods}],
            )

    async def _collect_logs(self) -> None:
        asked = [station.station_id for station in self._stations[:LOGGED]]
        await self._client.send("POST", "diagnostics", stations=asked)

    async def _update(self) -> None:
        """New firmware for some, two of them first. One kind of station cannot install it."""
        made = await self._client.send("POST", "firmware", file_name="demo-9.0.0.txt", version=NEW_VERSION)
        await self._client.bring(made["upload_url"], FIRMWARE)
        await self._client.until("ready", "firmware", made["firmware_id"])
        await self._client.send(
            "POST",
            "firmware-campaigns",
            stations=[station.station_id for station in self._stations[:UPDATED]],
            firmware_id=made["firmware_id"],
            waves=[FIRST_WAVE, "100%"],
            pause_between_waves_s=round(BETWEEN_WAVES_S / self._clock.speed),
            halt_after={"failures": UPDATED},
            attempts=1,
        )

    async def _reserve(self) -> None:
        """A free place for somebody who has called; some call it off again."""
        if (place := await self._free_place()) is None:
            return
        station_id, evse_id, _version = place
        expires_at = datetime.now(UTC) + timedelta(seconds=RESERVED_FOR_S)
        wanted = {"id_token": self._card(), "evse_id": evse_id, "expires_at": expires_at.isoformat()}
        made = await self._client.send("POST", "stations", station_id, "reservations", **wanted)
        if self._random.random() < CALLED_OFF_PROBABILITY:
            await self._clock.sleep(CALLED_OFF_AFTER_S)
            await self._client.remove("stations", station_id, "reservations", str(made["reservation_id"]))

    async def _invite(self) -> None:
        """Somebody starts a charge with the operator's app."""
        if (place := await self._free_place()) is None:
            return
        station_id, evse_id, version = place
        if version == "1.6":
            action, payload = "RemoteStartTransaction", {"idTag": self._card(), "connectorId": evse_id}
        else:
            token = {"idToken": self._card(), "type": "ISO14443"}
            action, payload = "RequestStartTransaction", {"idToken": token, "evseId": evse_id}
        await self._client.send("POST", "stations", station_id, "calls", action=action, payload=payload)

    async def _free_place(self) -> tuple[str, int, str] | None:
        """A station with a free EVSE, and the OCPP that it speaks."""
        free = [
            (station["station_id"], evse["evse_id"], station["ocpp_version"])
            for station in await self._client.items("stations", status="online")
            for evse in station["evses"]
            if all(connector["status"] == "Available" for connector in evse["connectors"])
        ]
        return self._random.choice(free) if free else None

    def _card(self) -> str:
        return self._random.choice(self._cards)
