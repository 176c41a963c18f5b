"""$default of the live feed: messages without an action that there is."""

import datetime as dt
from typing import Any

from shared.aws.live_message import answer
from shared.domain import live


def handler(event: dict[str, Any], context: object) -> dict[str, Any]:
    return answer(event, context, _refuse)


def _refuse(_connection_id: str, _asked: dict[str, Any], _now: dt.datetime) -> str:
    return live.error("There is no such action; there are watch and ping")
