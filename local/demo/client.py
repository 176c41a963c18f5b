"""Requests to the operator API, as the demo makes them."""

import asyncio
from types import TracebackType
from typing import Any
from urllib.parse import quote

import aiohttp

Json = dict[str, Any]

AT_ONCE = 4
"""How many requests are under way at a time: the stations are to be served as well."""
PAGE = 100
FAILURES = (aiohttp.ClientError, TimeoutError)
"""What comes of a request that was refused (ClientResponseError) or not answered."""


class Client:
    """Use it as an asynchronous context manager. Paths are relative to the API's root and given in parts."""

    def __init__(self, api_url: str) -> None:
        self._api_url = api_url

    async def __aenter__(self) -> "Client":
        self._session = aiohttp.ClientSession(
            connector=aiohttp.TCPConnector(limit=AT_ONCE), raise_for_status=True, timeout=aiohttp.ClientTimeout(60)
        )
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._session.close()

    async def get(self, *path: str, **query: str) -> Json:
        async with self._session.get(self._url(path), params=query) as answer:
            found: Json = await answer.json()
            return found

    async def items(self, *path: str, **query: str) -> list[Json]:
        """A list, over as many pages as it has."""
        found: list[Json] = []
        cursor: str | None = ""
        while cursor is not None:
            page = await self.get(*path, limit=str(PAGE), **query, **({"cursor": cursor} if cursor else {}))
            found += page["items"]
            cursor = page["next_cursor"]
        return found

    async def send(self, method: str, *path: str, **body: Any) -> Json:
        async with self._session.request(method, self._url(path), json=body) as answer:
            found: Json = await answer.json()
            return found

    async def remove(self, *path: str) -> None:
        async with self._session.delete(self._url(path)):
            pass

    async def bring(self, url: str, content: bytes) -> None:
        """A file to where the API wants it."""
        async with self._session.put(url, data=content):
            pass

    async def until(self, state: str, *path: str) -> Json:
        """What a path tells once it is in a state."""
        while (found := await self.get(*path))["state"] != state:
            await asyncio.sleep(0.5)
        return found

    def _url(self, path: tuple[str, ...]) -> str:
        return "/".join((self._api_url, *(quote(part, safe="") for part in path)))
