"""The shapes of battery swaps in the operator API."""

import datetime as dt

from shared.aws.paging import NextCursor
from shared.aws.views import View
from shared.aws.views_calls import Call
from shared.domain import battery_swaps as domain
from shared.domain.battery_swaps import SwapState


class Battery(View):
    """A battery."""

    evse_id: int
    """The bay."""
    serial_number: str
    soc_percent: float
    soh_percent: float
    """State of health."""
    produced_at: dt.datetime | None
    vendor_info: str | None


class BatterySwap(View):
    """Batteries that a driver has brought to a station, and those that he has got for them."""

    station_id: str
    request_id: int
    state: SwapState
    """requested: the station was asked for it. refused: it does not do it. in: batteries were brought. out: others were
    taken, none brought so far. completed: both. timed_out: the driver has not taken what was offered."""
    id_token: str | None
    id_token_type: str | None
    known_at: dt.datetime
    """When the first message of it came or went, by our clock, as all times here."""
    in_at: dt.datetime | None
    out_at: dt.datetime | None
    timed_out_at: dt.datetime | None
    batteries_in: list[Battery]
    batteries_out: list[Battery]
    call_id: str | None
    """The call that asked the station for it; null: the driver began at the station."""
    answer: str | None
    """The station's answer: Accepted, Rejected, or the code of its CALLERROR."""
    reason_code: str | None
    """Why it was rejected: NoBatteryAvailable, for example."""


class BatterySwapList(View):
    """A page of battery swaps, newest first; of one station the highest request ids first."""

    items: list[BatterySwap]
    next_cursor: NextCursor


class BatterySwapWithCall(BatterySwap):
    """A battery swap, and the call that was made for it."""

    call: Call


def swap_view(one: domain.BatterySwap) -> BatterySwap:
    fields = one._asdict()
    for name in ("batteries_in", "batteries_out"):
        fields[name] = [Battery(**battery._asdict()) for battery in fields[name]]
    return BatterySwap(**fields, state=one.state)
