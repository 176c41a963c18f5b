"""Reset: a station is asked to restart, or one of its EVSEs."""

from typing import TYPE_CHECKING

from shared.aws import outcomes
from shared.aws.command import Command, Message, Settled, Target
from shared.domain.calls import Call
from shared.domain.errors import Invalid
from shared.ocpp.v16.reset import ResetRequest, ResetResponse

if TYPE_CHECKING:
    from shared.ocpp.v21.reset import ResetRequest as ResetRequest2x
    from shared.ocpp.v21.reset import ResetResponse as ResetResponse2x

handler = Command("Reset")
handler.speaks("1.6", "2.0.1", "2.1")


@handler.before("1.6")
def prepare(request: ResetRequest, _target: Target) -> Message:
    """Section 5.14 of OCPP 1.6. Soft: what charges is stopped first; Hard: at once."""
    return Message(request, {"awaits": "boot", "within_s": outcomes.BOOTS_WITHIN_S})


@handler.answered("1.6")
def await_boot(_request: ResetRequest, response: ResetResponse, _call: Call) -> Settled | None:
    """An accepted reset is done when the station boots."""
    return Settled(outcomes.pending(outcomes.BOOTS_WITHIN_S)) if response.status == "Accepted" else None


@handler.before("2.0.1", "2.1")
def check(request: "ResetRequest2x", _target: Target) -> Message:
    """Use cases B11 and B12, and B13 of 2.1. An EVSE is reset without a boot; whether it can be, its station says."""
    if request.evse_id is None:
        return Message(request, {"awaits": "boot", "within_s": outcomes.BOOTS_WITHIN_S})
    if request.evse_id <= 0:
        raise Invalid("An EVSE is named by its number, from 1; left out, the station restarts", path="payload.evseId")
    return Message(request, {"evse_id": request.evse_id})


@handler.answered("2.0.1", "2.1")
def await_reset(request: "ResetRequest2x", response: "ResetResponse2x", _call: Call) -> Settled | None:
    """Scheduled: once the transactions have ended, which may take a while."""
    if request.evse_id is not None or response.status == "Rejected":
        return None
    is_scheduled = response.status == "Scheduled"
    return Settled(outcomes.pending(outcomes.ENDS_WITHIN_S if is_scheduled else outcomes.BOOTS_WITHIN_S))
