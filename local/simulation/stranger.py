"""A station that is not let in: it dials again and again with what it believes to be right."""

import logging
from base64 import b64encode
from contextlib import suppress
from typing import NamedTuple
from urllib.parse import quote

from websockets.asyncio.client import connect
from websockets.typing import Subprotocol

from local.simulation.clock import Clock, ClockStopped
from local.simulation.line import BROKEN

log = logging.getLogger(__name__)

DIALS_EVERY_S = 20.0


class Stranger(NamedTuple):
    """How it dials: a password, which may be wrong, and the subprotocol that it speaks, which may be none of ours."""

    station_id: str
    password: str
    subprotocol: str

    async def run(self, url: str, clock: Clock) -> None:
        """Dial until the clock is stopped. `url` is the system's; the station adds its identity."""
        credentials = b64encode(f"{self.station_id}:{self.password}".encode()).decode()
        with suppress(ClockStopped):
            while True:
                try:
                    async with connect(
                        url + quote(self.station_id, safe=""),
                        subprotocols=[Subprotocol(self.subprotocol)],
                        additional_headers={"Authorization": f"Basic {credentials}"},
                    ) as connection:
                        await connection.wait_closed()
                except BROKEN as error:
                    log.info("%s is not let in: %s", self.station_id, error)
                await clock.sleep(DIALS_EVERY_S)
