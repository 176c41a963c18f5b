"""The statuses that stations report, by whichever message."""

import datetime as dt

from shared.domain.availability import ConnectorStatus
from shared.domain.events import Event
from shared.domain.status_shapes import connector_status
from shared.ocpp.reading.times import AHEAD_TOLERANCE, TRUSTED_YEARS
from shared.store import connectors, events


def believed(at: dt.datetime, received_at: dt.datetime) -> dt.datetime:
    """A station's time for something that lasts until it tells otherwise. One that is ahead of ours would hide all that
    comes later, and by a clock that was never set nothing new would count: then it is the time of receipt (quirks Q-03
    and Q-05)."""
    return received_at if at.year not in TRUSTED_YEARS or at - received_at > AHEAD_TOLERANCE else at


def note(station_id: str, status: ConnectorStatus) -> None:
    """Keep the latest status of its connector; one that a later one has overtaken belongs to the history only."""
    status = status._replace(changed_at=believed(status.changed_at, status.received_at))
    if not connectors.report(station_id, status):
        data = {**connector_status(status), "evse_id": status.evse_id, "connector_id": status.connector_id}
        told = {**data, "previous_status": None, "late": True}
        events.record(Event("status.changed", station_id, status.changed_at, told), status.received_at)
