"""Variables, monitors and events of OCPP 2.x in our words, and the other way round."""

from typing import Any

from shared.domain.availability import Status
from shared.domain.monitoring import VariableEvent, WishedMonitor
from shared.ocpp.words_variables import component_and_variable, variable_id

STATUS_VARIABLE = "availabilitystate"
STATUSES: dict[str, Status] = {
    "available": "Available",
    "occupied": "Occupied",
    "reserved": "Reserved",
    "unavailable": "Unavailable",
    "faulted": "Faulted",
}
TIERS = ("chargingstation", "evse", "connector")
"""The components whose AvailabilityState is what a StatusNotification would say (use case G01)."""


def monitor_wire(wished: WishedMonitor) -> dict[str, Any]:
    """The SetMonitoringDataType of a monitor that a station is to have."""
    stream = given({"interval": wished.stream_interval_s, "values": wished.stream_values})
    return given(
        {
            "id": wished.monitor_id,
            "transaction": wished.transaction_only or None,
            "value": wished.value,
            "type": wished.type,
            "severity": wished.severity,
            **component_and_variable(wished.variable),
            "periodicEventStream": stream or None,
        }
    )


def event_of(said: Any) -> VariableEvent:
    """The event that an EventDataType tells of."""
    return VariableEvent(
        event_id=said.event_id,
        at=said.timestamp,
        trigger=said.trigger,
        variable=variable_id(said.component, said.variable),
        actual_value=said.actual_value,
        kind=said.event_notification_type,
        cause_id=said.cause,
        tech_code=said.tech_code,
        tech_info=said.tech_info,
        cleared=said.cleared,
        transaction_id=said.transaction_id,
        monitor_id=said.variable_monitoring_id,
        severity=getattr(said, "severity", None),
    )


def status_of(event: VariableEvent) -> tuple[int, int, Status] | None:
    """EVSE, connector and status of which an event tells; None: it tells of something else.

    Connector 0 is an EVSE as a whole, EVSE 0 the station.
    """
    variable = event.variable
    tier, status = variable.component.lower(), STATUSES.get(event.actual_value.strip().lower())
    if variable.variable.lower() != STATUS_VARIABLE or tier not in TIERS or status is None:
        return None
    evse_id = variable.evse_id or 0 if tier != "chargingstation" else 0
    connector_id = variable.connector_id or 1 if tier == "connector" and evse_id else 0
    return (evse_id, connector_id, status) if evse_id or tier == "chargingstation" else None


def given(fields: dict[str, Any]) -> dict[str, Any]:
    """The fields that have a value: what is left empty must be absent (rule T-20)."""
    return {name: value for name, value in fields.items() if value is not None}
