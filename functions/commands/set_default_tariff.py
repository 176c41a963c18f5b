"""SetDefaultTariff: a station is given the tariff by which it calculates costs where no driver has his own."""

import datetime as dt
from typing import TYPE_CHECKING

from shared.aws.command import Command
from shared.domain.calls import Call
from shared.domain.tariffs import StationTariff
from shared.store import station_tariffs

if TYPE_CHECKING:
    from shared.ocpp.v21.set_default_tariff import SetDefaultTariffRequest, SetDefaultTariffResponse

handler = Command("SetDefaultTariff")
handler.speaks("2.1")


@handler.answered("2.1")
def keep(request: "SetDefaultTariffRequest", response: "SetDefaultTariffResponse", call: Call) -> None:
    """Use case I07. It takes the place of the one that there was; of the whole station, of those of all EVSEs."""
    if response.status != "Accepted":
        return
    now, tariff = dt.datetime.now(dt.UTC), request.tariff
    given = StationTariff(
        tariff.tariff_id, "DefaultTariff", request.evse_id, now, tariff.valid_from, call_id=call.call_id
    )
    replaced = [
        one
        for one in station_tariffs.of_station(call.station_id)
        if one.kind == "DefaultTariff" and request.evse_id in (0, one.evse_id) and one.wire_id != given.wire_id
    ]
    is_later = tariff.valid_from is not None and tariff.valid_from > now
    station_tariffs.save(call.station_id, given)
    if not is_later:
        station_tariffs.remove(call.station_id, *replaced)
