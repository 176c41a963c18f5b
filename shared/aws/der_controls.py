"""DER controls at work: what a report of them tells of those that it does not name."""

from shared.domain.der_controls import DerCriteria, clear
from shared.domain.reports import Report
from shared.store import der_controls


def drop_unreported(report: Report) -> None:
    """What a complete report does not name, although it was asked for, is not at the station. May be done twice."""
    wanted = DerCriteria(**report.asked)
    for known in der_controls.of_station(report.station_id):
        was_reported = known.reported_at is not None and known.reported_at >= report.requested_at
        if known.state == "accepted" and not was_reported and wanted.fit(known):
            der_controls.change(
                report.station_id, known.control_id, lambda standing: clear(standing, report.requested_at)
            )
