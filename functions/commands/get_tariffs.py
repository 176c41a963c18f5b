"""GetTariffs: a station is asked by which tariffs it calculates costs, everywhere or at an EVSE."""

import datetime as dt
from typing import TYPE_CHECKING

from shared.aws.command import Command
from shared.domain.calls import Call
from shared.domain.tariffs import StationTariff
from shared.store import station_tariffs

if TYPE_CHECKING:
    from shared.ocpp.v21.get_tariffs import GetTariffsRequest, GetTariffsResponse

handler = Command("GetTariffs")
handler.speaks("2.1")


@handler.answered("2.1")
def keep(request: "GetTariffsRequest", response: "GetTariffsResponse", call: Call) -> None:
    """Use case I09. What it tells takes the place of what was known of the EVSE, or with EVSE 0 of the station."""
    if response.status not in ("Accepted", "NoTariff"):
        return
    now = dt.datetime.now(dt.UTC)
    told = [
        StationTariff(
            one.tariff_id, one.tariff_kind, evse_id, now, one.valid_from, tuple(one.id_tokens or ()), call.call_id
        )
        for one in response.tariff_assignments or ()
        for evse_id in one.evse_ids or (request.evse_id,)
    ]
    known = station_tariffs.of_station(call.station_id)
    places = {(one.evse_id, one.kind, one.wire_id) for one in told}
    gone = [
        one
        for one in known
        if request.evse_id in (0, one.evse_id) and (one.evse_id, one.kind, one.wire_id) not in places
    ]
    station_tariffs.save(call.station_id, *told)
    station_tariffs.remove(call.station_id, *gone)
