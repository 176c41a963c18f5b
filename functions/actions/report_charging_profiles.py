"""ReportChargingProfiles: a page of what a station has of charging profiles, per EVSE and source."""

from typing import TYPE_CHECKING, Any

from shared.aws import charging_reports, charging_transactions
from shared.aws.action import Action
from shared.aws.message import Call
from shared.ocpp.charging import profile_of
from shared.store import reports

if TYPE_CHECKING:
    from shared.ocpp.v21.report_charging_profiles import ReportChargingProfilesRequest

handler = Action("ReportChargingProfiles")


@handler.on("2.0.1", "2.1")
def note(request: "ReportChargingProfilesRequest", call: Call) -> dict[str, Any]:
    """Use case K09. Pages have no numbers; the last one says that no more come."""
    for given in request.charging_profile:
        transaction_id = given.transaction_id
        found = charging_transactions.find(call.station_id, transaction_id) if transaction_id else None
        profile = profile_of(given, request.evse_id, found.transaction_id if found else transaction_id)
        charging_reports.note_reported(call.station_id, profile, request.charging_limit_source, call.received_at)
    report = reports.note_page(
        call.station_id,
        request.request_id,
        handler.name,
        seq_no=None,
        more=bool(request.tbc),
        at=call.received_at,
        part=request.to_wire(),
    )
    if report.is_whole(call.connected_at) and not report.is_unsolicited:
        charging_reports.drop_unreported(report)
    return {}
