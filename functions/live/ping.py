"""`ping` of the live feed: keeps the connection open, and events marked while its console watches."""

import datetime as dt
from typing import Any

from shared.aws.live_message import OverError, answer
from shared.domain import live as domain
from shared.store import live


def handler(event: dict[str, Any], context: object) -> dict[str, Any]:
    return answer(event, context, _ping)


def _ping(connection_id: str, _asked: dict[str, Any], now: dt.datetime) -> str:
    console = live.find(connection_id)
    if console is None or console.until <= now:
        raise OverError
    if console.watch:
        live.renew(connection_id, now)
    return domain.pong()
