"""From the bus: events that were marked because somebody watches, to the consoles that want them (docs/live.md).

One console never keeps an event from the others: each is sent to by a thread of its own, once, and whatever becomes of
that is nobody else's. A console that is throttled misses the event; it gets what it shows anew by the API now and then.
"""

import datetime as dt
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from shared.aws import gateway
from shared.aws.telemetry import logger
from shared.domain.live import Console, told
from shared.settings import settings
from shared.store import live, patience

AT_ONCE = 10
"""As many connections as botocore keeps open to one address."""


def handler(event: dict[str, Any], context: object) -> None:
    """Raises DynamoDBError if it cannot be known who watches: Lambda tries again twice."""
    patience.begin(context)
    now = dt.datetime.now(dt.UTC)
    consoles = live.consoles()
    over = [console for console in consoles if console.until <= now]
    wanting = [one for one in consoles if one.until > now and one.watch and one.watch.wants(event["detail"])]
    if not over and not wanting:
        return
    text = told(event["detail"])
    with ThreadPoolExecutor(AT_ONCE) as pool:
        sent = pool.map(lambda console: _send(console, text), wanting)
        closed = pool.map(_close, over)
        gone = [console for console, is_there in zip([*wanting, *over], [*sent, *closed], strict=True) if not is_there]
    # Not in the threads: the store's connection to the table is of one at a time.
    for console in gone:
        live.forget(console.connection_id)


def _send(console: Console, text: str) -> bool:
    """False if the console is gone."""
    outcome = gateway.send(console.connection_id, text, url=settings().live_url)
    if outcome in ("throttled", "unknown"):
        logger.warning("live", extra={"connection_id": console.connection_id, "outcome": f"missed: {outcome}"})
    return outcome != "gone"


def _close(console: Console) -> bool:
    """End a connection whose token has expired, so that its console buys a new ticket. True if that must be tried
    again, with the next event."""
    return not gateway.try_to_close(console.connection_id, url=settings().live_url)
