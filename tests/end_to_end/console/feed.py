"""What a page hears by the live WebSocket: a change is on the page because it was pushed, not because it was asked for.

How long it takes is measured by `python -m bench.console`: a test machine may be busy with something else for a moment.
"""

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any
from weakref import WeakKeyDictionary

from playwright.async_api import Page, WebSocket

AT_MOST_S = 30.0

Message = dict[str, Any]


class Feed:
    """What the WebSockets of a page have received."""

    def __init__(self) -> None:
        self.messages: list[Message] = []
        self._news = asyncio.Event()

    def opened(self, socket: WebSocket) -> None:
        socket.on("framereceived", self._received)

    def _received(self, frame: str | bytes) -> None:
        self.messages.append(json.loads(frame))
        self._news.set()

    async def until(self, is_it: Callable[[Message], bool], since: int = 0) -> None:
        """Wait until one of the messages after the first `since` ones is what is waited for."""
        async with asyncio.timeout(AT_MOST_S):
            while not any(map(is_it, self.messages[since:])):
                self._news.clear()
                await self._news.wait()


_feeds: WeakKeyDictionary[Page, Feed] = WeakKeyDictionary()


def listen(page: Page) -> None:
    """From now on, keep what the page hears."""
    _feeds[page] = Feed()
    page.on("websocket", _feeds[page].opened)


async def watches(page: Page, station_id: str) -> None:
    """Until the page is told of all that happens at a station."""

    def does(message: Message) -> bool:
        return message["type"] == "watching" and station_id in (message["station_ids"] or [station_id])

    await _feeds[page].until(does)


@asynccontextmanager
async def pushed(page: Page, station_id: str) -> AsyncIterator[None]:
    """What happens at a station in here, and is waited for on the page, is told to the page by the live feed."""
    feed = _feeds[page]
    before = len(feed.messages)
    yield
    await feed.until(lambda one: one["type"] == "event" and one["event"]["station_id"] == station_id, before)
