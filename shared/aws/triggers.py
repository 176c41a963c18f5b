"""Messages that a station is asked for: from one that is pending, nothing else is taken but its BootNotification."""

import datetime as dt
from collections.abc import Mapping

from shared.store import stations

WITHIN = dt.timedelta(minutes=1)
"""How long after the station has agreed its messages may come: one for each connector, perhaps."""
ACTIONS: Mapping[str, str] = {
    "SignChargePointCertificate": "SignCertificate",
    "SignChargingStationCertificate": "SignCertificate",
    "SignCombinedCertificate": "SignCertificate",
    "SignV2GCertificate": "SignCertificate",
    "SignV2G20Certificate": "SignCertificate",
}
"""The action of what is asked for, where that is not its name."""


def expect(station_id: str, requested: str) -> None:
    """The station has agreed to send a message: one that is pending may now."""
    stations.expect(station_id, ACTIONS.get(requested, requested), dt.datetime.now(dt.UTC) + WITHIN)
