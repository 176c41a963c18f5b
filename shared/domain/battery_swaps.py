"""Battery swaps (block S of OCPP 2.1): a driver brings batteries to a station and takes others; one record each."""

import datetime as dt
from typing import Literal, NamedTuple

SwapEvent = Literal["BatteryIn", "BatteryOut", "BatteryOutTimeout"]
SwapState = Literal["requested", "refused", "in", "out", "completed", "timed_out"]
"""requested: the station was asked for it (S02). refused: it does not do it. in: batteries were brought. out: others
were taken, none brought so far. completed: both. timed_out: the driver has not taken what was offered; it is charged
again, and he may get it later."""


class Battery(NamedTuple):
    """A battery that was put in or taken out."""

    evse_id: int
    serial_number: str
    soc_percent: float
    soh_percent: float
    """State of health."""
    produced_at: dt.datetime | None = None
    vendor_info: str | None = None


class BatterySwap(NamedTuple):
    """What is known of a swap, whichever of its messages came first."""

    station_id: str
    request_id: int
    known_at: dt.datetime
    id_token: str | None = None
    id_token_type: str | None = None
    call_id: str | None = None
    """The call that asked the station for it; None: the driver began at the station."""
    answer: str | None = None
    """The station's answer to that: Accepted, Rejected, or the code of its CALLERROR."""
    reason_code: str | None = None
    """Why it was rejected: NoBatteryAvailable, for example."""
    in_at: dt.datetime | None = None
    out_at: dt.datetime | None = None
    timed_out_at: dt.datetime | None = None
    batteries_in: tuple[Battery, ...] = ()
    batteries_out: tuple[Battery, ...] = ()

    @property
    def state(self) -> SwapState:
        if self.out_at is not None:
            return "completed" if self.in_at is not None else "out"
        if self.timed_out_at is not None:
            return "timed_out"
        if self.in_at is not None:
            return "in"
        return "requested" if self.answer in (None, "Accepted") else "refused"
