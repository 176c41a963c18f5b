"""NotifyMonitoringReport: a page of a station's monitors, which is kept as what is known of them."""

from typing import TYPE_CHECKING, Any

from shared.aws.action import Action
from shared.aws.message import Call
from shared.domain.monitoring import Monitor
from shared.domain.reports import Report
from shared.ocpp.words_variables import variable_id
from shared.store import monitors, reports

if TYPE_CHECKING:
    from shared.ocpp.v21.notify_monitoring_report import NotifyMonitoringReportRequest

handler = Action("NotifyMonitoringReport", lambda _call: {})


@handler.on("2.0.1", "2.1")
def keep(request: "NotifyMonitoringReportRequest", call: Call) -> dict[str, Any]:
    """Use case N02. Once a report of all monitors is complete, those that it does not name are gone."""
    known = {one.monitor_id: one for one in monitors.of_station(call.station_id)}
    told = _told(request, call, known)
    monitors.save(call.station_id, told)
    report = reports.note_page(
        call.station_id,
        request.request_id,
        handler.name,
        seq_no=request.seq_no,
        more=bool(request.tbc),
        at=call.received_at,
    )
    if report.state == "complete" and report.asked.get("all"):
        _drop_unnamed(report, [one for one in known.values() if one.monitor_id not in {new.monitor_id for new in told}])
    return {}


def _told(request: "NotifyMonitoringReportRequest", call: Call, known: dict[int, Monitor]) -> list[Monitor]:
    found: dict[int, Monitor] = {}
    for about in request.monitor or []:
        for one in about.variable_monitoring:
            before = known.get(one.id)
            found[one.id] = Monitor(
                monitor_id=one.id,
                variable=variable_id(about.component, about.variable),
                type=one.type,
                value=one.value,
                severity=one.severity,
                transaction_only=one.transaction,
                # 2.0.1 does not tell the kind: what was known of it stays.
                kind=getattr(one, "event_notification_type", None) or (before.kind if before else None),
                noted_at=call.received_at,
                call_id=before.call_id if before else None,
            )
    return list(found.values())


def _drop_unnamed(report: Report, others: list[Monitor]) -> None:
    for one in others:
        if one.noted_at < report.requested_at:
            monitors.remove(report.station_id, one.monitor_id)
