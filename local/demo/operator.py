"""An operator who looks on: what the API says of stations, charges and findings."""

import asyncio
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime

from local.demo.client import PAGE, Client, Json

FINDINGS_EVERY = 5
"""Findings change seldom: they are asked for with every so many looks."""
POWER = "Power.Active.Import"


@dataclass
class View:
    """What the API said last. Transactions are kept from look to look, as the list gives the newest only."""

    stations: list[Json] = field(default_factory=list)
    transactions: dict[str, Json] = field(default_factory=dict)
    power_w: dict[str, float] = field(default_factory=dict)
    """By transaction, of those that run: the latest reading."""
    findings: dict[str, list[Json]] = field(default_factory=dict)
    """By station."""

    def active(self) -> list[Json]:
        return [one for one in self.transactions.values() if one["state"] == "active"]

    def ended(self) -> list[Json]:
        return [one for one in self.transactions.values() if one["state"] == "ended"]

    def energy_wh(self) -> int:
        """Of the transactions that have ended, as far as it is known."""
        return sum(one["energy_wh"] or 0 for one in self.ended())

    def latest_time(self) -> datetime | None:
        """The latest that a station has told of itself: a change of status, a transaction's start or end."""
        connectors = [connector for one in self.stations for evse in one["evses"] for connector in evse["connectors"]]
        told = [one["changed_at"] for one in connectors]
        told += [one[name] for one in self.transactions.values() for name in ("started_at", "ended_at")]
        return max((datetime.fromisoformat(text) for text in told if text), default=None)


class Operator:
    """Looks at the API again and again."""

    def __init__(self, client: Client) -> None:
        self._client = client
        self._looks = 0
        self.view = View()

    async def look(self) -> View:
        """Bring the view up to date. The first look reads all transactions, later ones the newest page."""
        view = self.view
        view.stations = await self._client.items("stations")
        if self._looks == 0:
            listed = await self._client.items("transactions")
        else:
            listed = (await self._client.get("transactions", limit=str(PAGE)))["items"]
        view.transactions |= {one["transaction_id"]: one for one in listed}
        running = [one["transaction_id"] for one in view.active()]
        measured = await asyncio.gather(*(self._power_w(transaction_id) for transaction_id in running))
        view.power_w = {one: power_w for one, power_w in zip(running, measured, strict=True) if power_w is not None}
        if self._looks % FINDINGS_EVERY == 0:
            await self.look_at_findings()
        self._looks += 1
        return view

    async def look_at_findings(self) -> None:
        station_ids = [one["station_id"] for one in self.view.stations]
        found = await asyncio.gather(*(self._client.items("stations", one, "findings") for one in station_ids))
        self.view.findings = dict(zip(station_ids, found, strict=True))

    async def _power_w(self, transaction_id: str) -> float | None:
        measured = await self._client.items("transactions", transaction_id, "meter-values", measurand=POWER)
        return _watts(measured[-1]["sampled_values"]) if measured else None


def _watts(samples: Iterable[Json]) -> float:
    """The power of one moment: the sum over phases, if a station tells them apart."""
    return sum(float(one["value"]) * (1000 if one["unit"] == "kW" else 1) for one in samples)
