"""Availability (block G): the status of connectors and of the station, and faults."""

import datetime as dt
from typing import Literal, NamedTuple

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
