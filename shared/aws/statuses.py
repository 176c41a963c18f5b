"""The statuses that stations report, by whichever message."""

import datetime as dt

from shared.domain import shapes
from shared.domain.availability import ConnectorStatus
from shared.domain.events import Event
from shared.ocpp.reading.times import AHEAD_TOLERANCE
from shared.store import connectors, events


def not_ahead(at: dt.datetime, received_at: dt.datetime) -> dt.datetime:
    """A station's time for something that lasts until it tells otherwise. One that is ahead of ours would hide all that
    comes later: then it is the time of receipt (quirk Q-03)."""
    return received_at if at - received_at > AHEAD_TOLERANCE else at


def note(station_id: str, status: ConnectorStatus) -> None:
    """Keep the latest status of its connector; one that a later one has overtaken belongs to the history only."""
    status = status._replace(changed_at=not_ahead(status.changed_at, status.received_at))
    if not connectors.report(station_id, status):
        data = {**shapes.connector_status(status), "evse_id": status.evse_id, "connector_id": status.connector_id}
        told = {**data, "previous_status": None, "late": True}
        events.record(Event("status.changed", station_id, status.changed_at, told), status.received_at)
