"""NotifyEVChargingSchedule: how an EV will charge, of what it was offered."""

from typing import TYPE_CHECKING, Any, Literal

from shared.aws import charging_transactions
from shared.aws.action import Action
from shared.aws.message import Call
from shared.domain.charging_needs import ChargingNeeds, is_beyond
from shared.domain.charging_profiles import ChargingProfile
from shared.domain.transactions import Transaction
from shared.ocpp.charging import schedule_of
from shared.store import charging_needs, charging_profiles

if TYPE_CHECKING:
    from shared.ocpp.v21.notify_ev_charging_schedule import NotifyEVChargingScheduleRequest

handler = Action("NotifyEVChargingSchedule")


@handler.on("2.0.1", "2.1")
def check(request: "NotifyEVChargingScheduleRequest", call: Call) -> dict[str, Any]:
    """Use cases K15 to K17. What is beyond the limits of its profile is rejected; the EV negotiates anew then."""
    transaction = charging_transactions.active(call.station_id, request.evse_id)
    profile = _profile(call.station_id, transaction)
    status: Literal["Accepted", "Rejected"] = "Accepted"
    if profile is not None and is_beyond(
        schedule_of(request.charging_schedule),
        request.time_base,
        profile,
        chosen_id=getattr(request, "selected_charging_schedule_id", None),
        began_at=transaction.started_at if transaction else None,
    ):
        status = "Rejected"
    needs = charging_needs.find(call.station_id, request.evse_id) or ChargingNeeds(
        request.evse_id, call.received_at, "unknown", "Processing"
    )
    told = needs._replace(
        schedule=request.to_wire(milliseconds=True), schedule_status=status, schedule_at=call.received_at
    )
    charging_needs.note(call.station_id, told)
    return {"status": status}


def _profile(station_id: str, transaction: Transaction | None) -> ChargingProfile | None:
    """The profile that the EV has chosen of: the highest of its transaction."""
    if transaction is None:
        return None
    known = charging_profiles.of_station(station_id)
    its = [
        one.profile
        for one in known
        if one.state == "accepted" and one.profile.transaction_id == transaction.transaction_id
    ]
    return max(its, key=lambda one: one.stack_level, default=None)
