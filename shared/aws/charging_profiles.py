"""Charging profiles at work: what becomes of them when something happens elsewhere, and when nobody noted it."""

import datetime as dt
from collections.abc import Sequence

from shared.aws.unsent import never_sent
from shared.domain.charging_profiles import KnownProfile, clear
from shared.domain.transactions import Transaction
from shared.store import charging_profiles


def drop(transaction: Transaction) -> None:
    """A TxProfile ends with its transaction. May be done twice."""
    now = dt.datetime.now(dt.UTC)
    for known in charging_profiles.of_station(transaction.station_id):
        if known.profile.transaction_id == transaction.transaction_id:
            charging_profiles.change(
                transaction.station_id, known.profile.profile_id, lambda standing: clear(standing, now)
            )


def seen(station_id: str, found: Sequence[KnownProfile]) -> list[KnownProfile]:
    """Profiles as they count now: one whose call never went out is not at the station."""
    unsent = never_sent([(station_id, one.call_id) for one in found if one.state == "sent" and one.call_id])
    return [one._replace(state="cleared") if one.state == "sent" and one.call_id in unsent else one for one in found]
