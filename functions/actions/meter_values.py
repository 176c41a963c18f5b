"""MeterValues: readings of a connector, in a transaction or outside. One write, never refused for content."""

from typing import TYPE_CHECKING, Any

from shared.aws.action import Action
from shared.aws.message import Call
from shared.ocpp.v16.meter_values import MeterValuesRequest, MeterValuesResponse
from shared.ocpp.words import meter_values_16, place_16
from shared.store.meter_values import MeterReport, record

if TYPE_CHECKING:
    from shared.ocpp.v21.meter_values import MeterValuesRequest as MeterValuesRequest2x

handler = Action("MeterValues", lambda _call: {})


@handler.on("1.6")
def keep_16(request: MeterValuesRequest, call: Call) -> MeterValuesResponse:
    """Section 4.7 of OCPP 1.6. Which transaction the values belong to, if they name a wrong one or none, is found
    out from the stream (functions/stream/follow_up.py) or when they are read."""
    values = meter_values_16(request.meter_value, "meterValue", call.kept)
    if values:
        record(
            MeterReport(
                station_id=call.station_id,
                evse_id=place_16(request.connector_id).evse_id,
                number=request.transaction_id,
                values=values,
                received_at=call.received_at,
            )
        )
    return MeterValuesResponse()


@handler.on("2.0.1", "2.1")
def keep(request: "MeterValuesRequest2x", call: Call) -> dict[str, Any]:
    """Use case J01 of OCPP 2.0.1: readings outside of transactions; EVSE 0 is the meter of the grid connection."""
    from shared.ocpp.words_2x import meter_values_2x  # noqa: PLC0415  # stations of 1.6 do without

    values = meter_values_2x(request.meter_value, call.payload)
    record(MeterReport(call.station_id, request.evse_id, None, values, call.received_at))
    return {}
