"""What a station reports of its charging profiles, and what that tells of those that it does not name.

Apart from the rest of smart charging, since the functions of stations' messages stand on it and must start quickly.
"""

import datetime as dt

from shared.domain.charging_profiles import OURS, ChargingProfile, Selection
from shared.domain.known_profiles import KnownProfile, clear, observe
from shared.domain.reports import Report
from shared.store import charging_profiles


def note_reported(station_id: str, profile: ChargingProfile, source: str, at: dt.datetime) -> None:
    """The station has reported that it has a profile, which `source` has set."""
    if source == OURS:
        charging_profiles.change(station_id, profile.profile_id, lambda known: observe(known, profile, source, at))
    else:
        charging_profiles.change_foreign(station_id, profile, source, lambda known: observe(known, profile, source, at))


def drop_unreported(report: Report) -> None:
    """What a complete report does not name, although it was asked for, is not at the station. May be done twice."""
    asked = Selection(**report.asked)
    wanted = asked._replace(profile_ids=tuple(asked.profile_ids), sources=tuple(asked.sources))
    for known in charging_profiles.everybodys(report.station_id):
        was_reported = known.reported_at is not None and known.reported_at >= report.requested_at
        if known.state == "accepted" and not was_reported and wanted.fits(known.profile, known.source):
            clear_known(report.station_id, known, report.requested_at)


def clear_known(station_id: str, known: KnownProfile, at: dt.datetime) -> None:
    """A station does not have a profile any more, whoever had set it."""
    if known.source == OURS:
        charging_profiles.change(station_id, known.profile.profile_id, lambda standing: clear(standing, at))
    else:
        charging_profiles.change_foreign(station_id, known.profile, known.source, lambda standing: clear(standing, at))
