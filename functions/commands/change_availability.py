"""ChangeAvailability: a connector, or the whole station, is put out of service or back into it."""

from shared.aws import outcomes
from shared.aws.command import Command, Message, Settled, Target
from shared.domain.availability import AvailabilityWish, is_met
from shared.domain.calls import Call
from shared.domain.errors import Invalid
from shared.ocpp.v16.change_availability import ChangeAvailabilityRequest, ChangeAvailabilityResponse
from shared.ocpp.words import place_16
from shared.store import connectors

handler = Command("ChangeAvailability")
handler.speaks("1.6")


@handler.before("1.6")
def check(request: ChangeAvailabilityRequest, _target: Target) -> Message:
    """Section 5.2 of OCPP 1.6."""
    if request.connector_id < 0:
        raise Invalid("A connector is named by its number, from 1; 0 is the whole station", path="payload.connectorId")
    return Message(request)


@handler.answered("1.6")
def keep(request: ChangeAvailabilityRequest, response: ChangeAvailabilityResponse, call: Call) -> Settled | None:
    """The availability is wished once the station has accepted it, at once or after its transactions; a status of the
    station confirms it."""
    if response.status == "Rejected":
        return None
    is_scheduled = response.status == "Scheduled"
    place = place_16(request.connector_id)
    wish = AvailabilityWish(*place, request.type, call.created_at, call.call_id, is_scheduled)
    known = connectors.wish(call.station_id, wish)
    if is_met(wish, known.wishes, known.statuses):
        return Settled(outcomes.done())
    return Settled(outcomes.pending(outcomes.ENDS_WITHIN_S if is_scheduled else outcomes.FOLLOWS_WITHIN_S))
