"""Smart charging in the table of the schema test: what a station of OCPP 2.1 has of it, and bodies that are granted."""

from datetime import UTC, datetime
from typing import Any

from tests.integration import api
from tests.integration.sessions import iso
from tests.integration.station import DirectStation

LIMIT = {"unit": "A", "periods": [{"start_s": 0, "limit": 16}]}
SETPOINT = {"start_s": 0, "setpoint": 0, "operation_mode": "CentralSetpoint"}
DYNAMIC = {
    "profile_id": 1,
    "evse_id": 1,
    "purpose": "TxDefaultProfile",
    "kind": "Dynamic",
    "schedules": [{"unit": "W", "periods": [SETPOINT]}],
}
FIXED_VAR = {"priority": 1, "setpoint": 10, "unit": "PctMaxVar"}

GRANTED: dict[str, Any] = {
    "put_charging_profile": {"evse_id": 1, "purpose": "TxDefaultProfile", "kind": "Relative", "schedules": [LIMIT]},
    "report_charging_profiles": {"purpose": "TxDefaultProfile"},
    "set_setpoint": {"setpoint": 1000},
    "use_priority_charging": {"is_active": True},
    "put_der_control": {"control_type": "FixedVar", "is_default": True, "control": FIXED_VAR},
    "refresh_der_controls": {"is_default": True},
}
FOR_2X = {
    "report_charging_profiles",
    "set_setpoint",
    "list_charging_limits",
    "list_charging_needs",
    "get_priority_charging",
    "use_priority_charging",
    "list_der_controls",
    "get_der_control",
    "put_der_control",
    "clear_der_control",
    "clear_der_controls",
    "refresh_der_controls",
    "list_der_alarms",
}
"""Operations that take a station of OCPP 2.x, or a transaction of one."""
TRANSACTION_2X = "tx-2x"


def leave(station_id: str, now: datetime) -> dict[str, object]:
    """What a station of 2.1 leaves behind that charges; returns what the variables of paths may be."""
    station, at = DirectStation(station_id, version="2.1"), iso(now.astimezone(UTC))
    info = {"transactionId": TRANSACTION_2X}
    begun = {"eventType": "Started", "timestamp": at, "triggerReason": "CablePluggedIn", "seqNo": 0}
    station.send("TransactionEvent", **begun, transactionInfo=info, evse={"id": 1, "connectorId": 1})
    station.send("NotifyChargingLimit", chargingLimit={"chargingLimitSource": "EMS"})
    ac = {"energyAmount": 11000, "evMinCurrent": 6, "evMaxCurrent": 32, "evMaxVoltage": 400}
    needs = {"requestedEnergyTransfer": "AC_three_phase", "acChargingParameters": ac}
    station.send("NotifyEVChargingNeeds", evseId=1, chargingNeeds=needs)
    station.send("NotifyPriorityCharging", transactionId=TRANSACTION_2X, activated=True)
    station.send("NotifyDERAlarm", controlType="HVMustTrip", gridEventFault="OverVoltage", timestamp=at)
    api.call("PUT", f"/stations/{station_id}/charging-profiles", body=DYNAMIC)
    api.call("PUT", f"/stations/{station_id}/der-controls/fixed-var", body=GRANTED["put_der_control"])
    return {"control_id": "fixed-var"}
