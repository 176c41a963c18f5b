"""ChangeAvailability: a connector, an EVSE or the whole station is put out of service or back into it."""

from typing import TYPE_CHECKING

from shared.aws import outcomes
from shared.aws.command import Command, Message, Settled, Target
from shared.domain.availability import Availability, AvailabilityWish, is_met
from shared.domain.calls import Call
from shared.domain.errors import Invalid
from shared.ocpp.v16.change_availability import ChangeAvailabilityRequest, ChangeAvailabilityResponse
from shared.ocpp.words import Place, place_16
from shared.store import connectors

if TYPE_CHECKING:
    from shared.ocpp.v21.change_availability import ChangeAvailabilityRequest as ChangeAvailabilityRequest2x
    from shared.ocpp.v21.change_availability import ChangeAvailabilityResponse as ChangeAvailabilityResponse2x

handler = Command("ChangeAvailability")
handler.speaks("1.6", "2.0.1", "2.1")


@handler.before("1.6")
def check(request: ChangeAvailabilityRequest, _target: Target) -> Message:
    """Section 5.2 of OCPP 1.6."""
    if request.connector_id < 0:
        raise Invalid("A connector is named by its number, from 1; 0 is the whole station", path="payload.connectorId")
    return Message(request)


@handler.answered("1.6")
def keep(request: ChangeAvailabilityRequest, response: ChangeAvailabilityResponse, call: Call) -> Settled | None:
    return _keep(place_16(request.connector_id), request.type, response.status, call)


@handler.before("2.0.1", "2.1")
def check_evse(request: "ChangeAvailabilityRequest2x", _target: Target) -> Message:
    """Use cases G03 and G04. Without an EVSE the whole station is meant, without a connector all of the EVSE."""
    evse = request.evse
    if evse and evse.id <= 0:
        path = "payload.evse.id"
        raise Invalid("An EVSE is named by its number, from 1; left out, the whole station is meant", path=path)
    if evse and evse.connector_id is not None and evse.connector_id <= 0:
        path = "payload.evse.connectorId"
        raise Invalid("A connector is named by its number, from 1; left out, all of the EVSE are meant", path=path)
    return Message(request)


@handler.answered("2.0.1", "2.1")
def keep_evse(
    request: "ChangeAvailabilityRequest2x", response: "ChangeAvailabilityResponse2x", call: Call
) -> Settled | None:
    evse = request.evse
    place = Place(evse.id, evse.connector_id or 0) if evse else Place(0, 0)
    return _keep(place, request.operational_status, response.status, call)


def _keep(place: Place, availability: Availability, status: str, call: Call) -> Settled | None:
    """The availability is wished once the station has accepted it, at once or after its transactions; a status of the
    station confirms it."""
    if status == "Rejected":
        return None
    is_scheduled = status == "Scheduled"
    wish = AvailabilityWish(*place, availability, call.created_at, call.call_id, is_scheduled)
    known = connectors.wish(call.station_id, wish)
    if is_met(wish, known.wishes, known.statuses):
        return Settled(outcomes.done())
    return Settled(outcomes.pending(outcomes.ENDS_WITHIN_S if is_scheduled else outcomes.FOLLOWS_WITHIN_S))
