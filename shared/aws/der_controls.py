"""DER controls at work: which of them count, and what a report of them tells of those that it does not name."""

import datetime as dt

from shared.domain import der_controls as domain
from shared.domain.der_controls import DerCriteria, clear
from shared.domain.reports import Report
from shared.store import der_controls


def supersede(station_id: str, control_id: str, by: str, at: dt.datetime) -> None:
    """One control counts in the place of another."""
    der_controls.change(station_id, control_id, lambda standing: domain.supersede(standing, by, at))


def restore(station_id: str, by: str) -> None:
    """A control is over: those count again in whose place it did."""
    for known in der_controls.of_station(station_id):
        if known.superseded_by == by:
            der_controls.change(station_id, known.control_id, lambda standing: domain.restore(standing, by))


def drop_unreported(report: Report) -> None:
    """What a complete report does not name, although it was asked for, is not at the station. May be done twice."""
    wanted = DerCriteria(**report.asked)
    for known in der_controls.of_station(report.station_id):
        was_reported = known.reported_at is not None and known.reported_at >= report.requested_at
        if known.state == "accepted" and not was_reported and wanted.fit(known):
            der_controls.change(
                report.station_id, known.control_id, lambda standing: clear(standing, report.requested_at)
            )
