"""Faults (block G): the connectors and stations that report an error now."""

import datetime as dt
from typing import NamedTuple

from shared.domain.availability import Status


class Fault(NamedTuple):
    """A connector that reports an error; EVSE 0 connector 0 is the station as a whole."""

    station_id: str
    evse_id: int
    connector_id: int
    since: dt.datetime
    """When the first report with an error came after one without, by the station's clock."""
    changed_at: dt.datetime
    """When the station last told of it."""
    status: Status
    error_code: str
    """1.6's error code; `NoError` of a station that only says Faulted, as those of 2.x do."""
    info: str | None = None
    vendor_id: str | None = None
    vendor_error_code: str | None = None
