"""ClearTariffs: a station drops tariffs by which it calculates costs, some or all."""

from typing import TYPE_CHECKING

from shared.aws.command import Command
from shared.domain.calls import Call
from shared.store import station_tariffs

if TYPE_CHECKING:
    from shared.ocpp.v21.clear_tariffs import ClearTariffsRequest, ClearTariffsResponse

GONE = ("Accepted", "NoTariff")

handler = Command("ClearTariffs")
handler.speaks("2.1")


@handler.answered("2.1")
def drop(request: "ClearTariffsRequest", response: "ClearTariffsResponse", call: Call) -> None:
    """Use case I10. There is a result for every tariff; one that names none is for all that were meant."""
    results = response.clear_tariffs_result
    all_gone = any(one.tariff_id is None and one.status in GONE for one in results)
    gone = {one.tariff_id for one in results if one.status in GONE}
    kept = {one.tariff_id for one in results if one.status not in GONE}

    def is_meant(wire_id: str, evse_id: int) -> bool:
        if request.tariff_ids and wire_id not in request.tariff_ids:
            return False
        return request.evse_id in (None, 0, evse_id)

    station_tariffs.remove(
        call.station_id,
        *(
            one
            for one in station_tariffs.of_station(call.station_id)
            if is_meant(one.wire_id, one.evse_id) and (one.wire_id in gone or (all_gone and one.wire_id not in kept))
        ),
    )
