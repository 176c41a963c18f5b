"""The JSON shapes of what connectors report, in the operator API and in domain events (see shapes.py)."""

from typing import Any

from shared.domain.availability import AvailabilityWish, ConnectorStatus, is_met, wish_for
from shared.domain.iso_times import time

Json = dict[str, Any]


def connector_status(status: ConnectorStatus) -> Json:
    """A connector's status without its place: `status` in OCPP 2.0.1's words, `reported_status` in the station's."""
    return {
        "status": status.status,
        "reported_status": status.reported_status,
        "error_code": status.error_code,
        "info": status.info,
        "vendor_id": status.vendor_id,
        "vendor_error_code": status.vendor_error_code,
        "changed_at": time(status.changed_at),
    }


def evses(statuses: list[ConnectorStatus], wishes: list[AvailabilityWish]) -> list[Json]:
    """EVSEs with their connectors; EVSE 0, the station as a whole, is not among them. `availability` is what a station
    tells of an EVSE as a whole (connector 0), which only those of 2.x do."""
    by_evse: dict[int, list[Json]] = {}
    of_evse: dict[int, Json] = {}
    for status in statuses:
        if status.evse_id and status.connector_id == 0:
            of_evse[status.evse_id] = connector_status(status)
            by_evse.setdefault(status.evse_id, [])
        elif status.evse_id:
            connector = {
                "connector_id": status.connector_id,
                **connector_status(status),
                "wished_availability": wished_availability(status.evse_id, status.connector_id, statuses, wishes),
            }
            by_evse.setdefault(status.evse_id, []).append(connector)
    return [
        {"evse_id": evse_id, "availability": of_evse.get(evse_id), "connectors": connectors}
        for evse_id, connectors in by_evse.items()
    ]


def wished_availability(
    evse_id: int, connector_id: int, statuses: list[ConnectorStatus], wishes: list[AvailabilityWish]
) -> Json | None:
    """The availability that a connector is to have, or with EVSE 0 the station. `state`: met, pending, scheduled."""
    wish = wish_for(wishes, evse_id, connector_id)
    if wish is None:
        return None
    own = [one for one in statuses if (one.evse_id, one.connector_id) == (evse_id, connector_id)]
    is_so = is_met(wish, wishes, own if evse_id else statuses)
    return {
        "availability": wish.availability,
        "state": "met" if is_so else "scheduled" if wish.is_scheduled else "pending",
        "asked_at": time(wish.asked_at),
        "call_id": wish.call_id,
    }
