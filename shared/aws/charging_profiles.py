"""Charging profiles at work: what becomes of them when something happens elsewhere, and when nobody noted it."""

import datetime as dt
from collections.abc import Sequence
from typing import Any

from shared.aws.charging_bounds import bounds
from shared.aws.charging_reports import clear_known
from shared.aws.orders import Names
from shared.aws.spoken import Target
from shared.aws.unsent import never_sent
from shared.domain.charging_profiles import ChargingProfile
from shared.domain.charging_rules import complaints
from shared.domain.errors import Invalid
from shared.domain.known_profiles import KnownProfile, current
from shared.domain.transactions import Transaction
from shared.ocpp.charging import paths, profile_of
from shared.store import charging_limits, charging_profiles


def drop(transaction: Transaction) -> None:
    """A TxProfile ends with its transaction. May be done twice."""
    now = dt.datetime.now(dt.UTC)
    for known in charging_profiles.of_station(transaction.station_id):
        if known.profile.transaction_id == transaction.transaction_id:
            clear_known(transaction.station_id, known, now)


def seen(station_id: str, found: Sequence[KnownProfile]) -> list[KnownProfile]:
    """Profiles as they count now: one whose call never went out is not at the station."""
    unsent = never_sent([(station_id, one.call_id) for one in found if one.state == "sent" and one.call_id])
    return [one._replace(state="cleared") if one.state == "sent" and one.call_id in unsent else one for one in found]


def counting(station_id: str) -> list[ChargingProfile]:
    """What limits the charging at a station now, as far as we know: installed profiles, and limits from elsewhere."""
    installed = [current(one) for one in charging_profiles.everybodys(station_id) if one.state == "accepted"]
    return installed + [profile for limit in charging_limits.of_station(station_id) for profile in limit.as_profiles()]


def check_for_start(given: Any, evse_id: int | None, target: Target) -> None:
    """The rules for a profile of 2.x that comes with a remote start (use case K05). Raises Invalid with its paths."""
    profile = profile_of(given, evse_id or 1, None)  # whichever EVSE the station will choose
    found = complaints(profile, bounds(target.station_id, target.ocpp_version))
    if found:
        names = Names(paths("chargingProfile", "chargingProfile.chargingSchedule[]"))
        errors = [(names.theirs(path), reason) for path, reason in found]
        raise Invalid("The station would refuse the charging profile", errors=errors)
