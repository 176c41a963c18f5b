"""NotifyEVChargingNeeds: what an EV needs of its charging session, as it has told by ISO 15118."""

from typing import TYPE_CHECKING, Any

from shared.aws import charging_answers, charging_transactions
from shared.aws.action import Action
from shared.aws.message import Call
from shared.domain.charging_needs import ChargingNeeds
from shared.domain.events import Event
from shared.store import charging_needs, events

if TYPE_CHECKING:
    from shared.ocpp.v21.notify_ev_charging_needs import NotifyEVChargingNeedsRequest

handler = Action("NotifyEVChargingNeeds")

MOST_WH = 10**12
"""No battery holds so much: such a number says nothing."""


@handler.on("2.0.1", "2.1", once=True)
def note(request: "NotifyEVChargingNeedsRequest", call: Call) -> dict[str, Any]:
    """Use cases K15, K17 to K20 and Q01. A profile that is announced here goes out after this answer."""
    transaction = charging_transactions.active(call.station_id, request.evse_id)
    needs = _needs(request, call)._replace(transaction_id=transaction.transaction_id if transaction else None)
    needs = needs._replace(
        status=charging_answers.answer(call.station_id, needs, call.options.ev_charging, call.ocpp_version)
    )
    charging_needs.note(call.station_id, needs)
    told = ("evse_id", "transaction_id", "status", "energy_transfer", "energy_wh", "soc_percent", "control_mode")
    data = {name: getattr(needs, name) for name in told}
    data["departure_at"] = needs.departure_at.isoformat().replace("+00:00", "Z") if needs.departure_at else None
    events.record(Event("charging_needs.changed", call.station_id, call.received_at, data), call.received_at)
    return {"status": needs.status}


def _needs(request: "NotifyEVChargingNeedsRequest", call: Call) -> ChargingNeeds:
    """In our words what all EVs tell in one way or another; the rest stays as it is."""
    given = request.charging_needs
    ac, dc = given.ac_charging_parameters, given.dc_charging_parameters
    v2x = getattr(given, "v2x_charging_parameters", None)
    energy_wh = ac.energy_amount if ac else dc.energy_amount if dc else None
    power_w = dc.ev_max_power if dc else None
    if v2x is not None:
        energy_wh = v2x.ev_target_energy_request if energy_wh is None else energy_wh
        power_w = v2x.max_charge_power if power_w is None else power_w
    current = ac or dc
    return ChargingNeeds(
        evse_id=request.evse_id,
        noted_at=call.received_at,
        energy_transfer=given.requested_energy_transfer,
        status="Processing",
        departure_at=given.departure_time,
        energy_wh=round(energy_wh) if energy_wh is not None and abs(energy_wh) < MOST_WH else None,
        min_current_a=ac.ev_min_current if ac else None,
        max_current_a=current.ev_max_current if current else getattr(v2x, "max_charge_current", None),
        max_voltage_v=current.ev_max_voltage if current else getattr(v2x, "max_voltage", None),
        max_power_w=power_w,
        soc_percent=dc.state_of_charge if dc else None,
        control_mode=getattr(given, "control_mode", None),
        available_energy_transfers=tuple(getattr(given, "available_energy_transfer", None) or ()),
        max_schedule_tuples=request.max_schedule_tuples,
        told_at=getattr(request, "timestamp", None),
        details=given.to_wire(milliseconds=True),
    )
