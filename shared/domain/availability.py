"""Availability (block G): the status of connectors and of the station, and faults."""

import datetime as dt
from collections.abc import Iterable, Sequence
from typing import Literal, NamedTuple

Availability = Literal["Operative", "Inoperative"]
"""2.0.1's OperationalStatus: whether something may be used for charging."""
Status = Literal["Available", "Occupied", "Reserved", "Unavailable", "Faulted"]


class ConnectorStatus(NamedTuple):
    """The latest status of a connector; EVSE 0 connector 0 is the station as a whole.

    `status` is OCPP 2.0.1's word, `reported_status` the station's own (1.6 tells Charging from SuspendedEV; both are
    Occupied), None if it has a transaction but never reported. `changed_at` is the station's time, `received_at` ours.
    """

    evse_id: int
    connector_id: int
    status: Status
    reported_status: str | None
    error_code: str
    changed_at: dt.datetime
    received_at: dt.datetime
    info: str | None = None
    vendor_id: str | None = None
    vendor_error_code: str | None = None

    @property
    def faulted(self) -> bool:
        """Whether the station reports an error here; some do so without the status Faulted."""
        return self.status == "Faulted" or self.error_code != "NoError"


class AvailabilityWish(NamedTuple):
    """The availability that a connector is to have; with connector 0 all of its EVSE, with EVSE 0 all of the station.

    A station has accepted it and keeps it over its restarts (1.6 section 5.2, use cases G03 and G04 of 2.0.1); whether
    it is so, its status tells.
    """

    evse_id: int
    connector_id: int
    availability: Availability
    asked_at: dt.datetime
    """When the call was made; the latest wish counts."""
    call_id: str
    is_scheduled: bool = False
    """Whether the station puts it off until its transactions have ended."""


def wish_for(wishes: Iterable[AvailabilityWish], evse_id: int, connector_id: int) -> AvailabilityWish | None:
    """The wish that counts for a connector: the latest of its own, those for its EVSE and those for the whole
    station."""
    places = ((0, 0), (evse_id, 0), (evse_id, connector_id))
    concerning = (one for one in wishes if (one.evse_id, one.connector_id) in places)
    return max(concerning, key=lambda one: one.asked_at, default=None)


def is_overtaken(wish: AvailabilityWish, wishes: Iterable[AvailabilityWish]) -> bool:
    """Whether another wish for the same connector has come since."""
    return wish_for(wishes, wish.evse_id, wish.connector_id) != wish


def is_met(wish: AvailabilityWish, wishes: Sequence[AvailabilityWish], statuses: Iterable[ConnectorStatus]) -> bool:
    """Whether what a station reports is what was wished, wherever this is the wish that counts.

    To a wish for more than one connector what is faulted says nothing, since it cannot be used either way.
    """
    concerned = [one for one in statuses if wish_for(wishes, one.evse_id, one.connector_id) == wish]
    if wish.connector_id == 0:
        concerned = [one for one in concerned if one.status != "Faulted"]
    return bool(concerned) and all(meets(wish, one) for one in concerned)


def meets(wish: AvailabilityWish, status: ConnectorStatus) -> bool:
    """Whether one status is what was wished."""
    return (status.status == "Unavailable") == (wish.availability == "Inoperative")
