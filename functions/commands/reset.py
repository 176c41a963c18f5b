"""Reset: a station is asked to restart."""

from shared.aws import outcomes
from shared.aws.command import Command, Message, Settled, Target
from shared.domain.calls import Call
from shared.ocpp.v16.reset import ResetRequest, ResetResponse

handler = Command("Reset")
handler.speaks("1.6")


@handler.before("1.6")
def prepare(request: ResetRequest, _target: Target) -> Message:
    """Section 5.14 of OCPP 1.6. Soft: what charges is stopped first; Hard: at once."""
    return Message(request, {"awaits": "boot", "within_s": outcomes.BOOTS_WITHIN_S})


@handler.answered("1.6")
def await_boot(_request: ResetRequest, response: ResetResponse, _call: Call) -> Settled | None:
    """An accepted reset is done when the station boots."""
    return Settled(outcomes.pending(outcomes.BOOTS_WITHIN_S)) if response.status == "Accepted" else None
