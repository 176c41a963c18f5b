"""`watch` of the live feed: what a console wants to be told of from now on, in place of what it wanted before."""

import datetime as dt
from typing import Any

from shared.aws.live_message import OverError, answer
from shared.domain import live as domain
from shared.store import live


def handler(event: dict[str, Any], context: object) -> dict[str, Any]:
    return answer(event, context, _watch)


def _watch(connection_id: str, asked: dict[str, Any], now: dt.datetime) -> str:
    wanted = domain.watch_of(asked)
    if not live.watch(connection_id, wanted, now):
        raise OverError
    return domain.watching(wanted)
