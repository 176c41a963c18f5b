"""An operator who looks on: what the API says of stations, charges and findings, and the cards made through it."""

import asyncio
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from types import TracebackType
from typing import Any
from urllib.parse import quote

import aiohttp

Json = dict[str, Any]

AT_ONCE = 4
"""How many requests are under way at a time: the stations are to be served as well."""
PAGE = 100
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
        """Of all transactions, as far as it is known."""
        return sum(one["energy_wh"] or 0 for one in self.transactions.values())

    def latest_time(self) -> datetime | None:
        """The latest that a station has told of itself: a change of status, a transaction's start or end."""
        connectors = [connector for one in self.stations for evse in one["evses"] for connector in evse["connectors"]]
        told = [one["changed_at"] for one in connectors]
        told += [one[name] for one in self.transactions.values() for name in ("started_at", "ended_at")]
        return max((datetime.fromisoformat(text) for text in told if text), default=None)


class Operator:
    """Asks the operator API; use it as an asynchronous context manager."""

    def __init__(self, api_url: str) -> None:
        self._api_url = api_url
        self._looks = 0
        self.view = View()

    async def __aenter__(self) -> "Operator":
        self._session = aiohttp.ClientSession(
            connector=aiohttp.TCPConnector(limit=AT_ONCE), raise_for_status=True, timeout=aiohttp.ClientTimeout(60)
        )
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._session.close()

    async def save_card(self, id_token: str, group_id: str | None, status: str) -> None:
        """Create an id token, or replace it."""
        url = f"{self._api_url}/id-tokens/{quote(id_token, safe='')}"
        async with self._session.put(url, json={"status": status, "group_id": group_id}):
            pass

    async def look(self) -> View:
        """Bring the view up to date. The first look reads all transactions, later ones the newest page."""
        view = self.view
        view.stations = await self._pages("/stations")
        if self._looks == 0:
            listed = await self._pages("/transactions")
        else:
            listed = (await self._get("/transactions", limit=str(PAGE)))["items"]
        # A list has no energy of what runs; that comes with each transaction by itself.
        view.transactions |= {one["transaction_id"]: one for one in listed}
        running = [one["transaction_id"] for one in view.active()]
        view.power_w = {}
        await asyncio.gather(*(self._look_at(transaction_id) for transaction_id in running))
        if self._looks % FINDINGS_EVERY == 0:
            await self.look_at_findings()
        self._looks += 1
        return view

    async def look_at_findings(self) -> None:
        station_ids = [one["station_id"] for one in self.view.stations]
        found = await asyncio.gather(*(self._pages(f"/stations/{quote(one, safe='')}/findings") for one in station_ids))
        self.view.findings = dict(zip(station_ids, found, strict=True))

    async def _look_at(self, transaction_id: str) -> None:
        whole, measured = await asyncio.gather(
            self._get(f"/transactions/{transaction_id}"),
            self._pages(f"/transactions/{transaction_id}/meter-values", measurand=POWER),
        )
        self.view.transactions[transaction_id] = whole
        if measured and whole["state"] == "active":
            self.view.power_w[transaction_id] = _watts(measured[-1]["sampled_values"])

    async def _pages(self, path: str, **query: str) -> list[Json]:
        items: list[Json] = []
        cursor: str | None = ""
        while cursor is not None:
            page = await self._get(path, limit=str(PAGE), **query, **({"cursor": cursor} if cursor else {}))
            items += page["items"]
            cursor = page["next_cursor"]
        return items

    async def _get(self, path: str, **query: str) -> Json:
        async with self._session.get(self._api_url + path, params=query) as answer:
            found: Json = await answer.json()
            return found


def _watts(samples: Iterable[Json]) -> float:
    """The power of one moment: the sum over phases, if a station tells them apart."""
    return sum(float(one["value"]) * (1000 if one["unit"] == "kW" else 1) for one in samples)
