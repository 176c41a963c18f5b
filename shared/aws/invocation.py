"""How a command's own function is called: by a state machine, a rule on the bus, or `aws lambda invoke`."""

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from shared.domain.calls import Json

WEEK_S = 7 * 86_400
"""How long a call may wait to be sent at most."""


class Invocation(BaseModel):
    """What a command's function is called with."""

    model_config = ConfigDict(extra="forbid", strict=True, hide_input_in_errors=True)

    station_id: str
    payload: Json | None = None
    """In the words of the station's OCPP version; or instead"""
    order: Json | None = None
    """in ours, as the command's file describes them."""
    expires_in_s: Annotated[int, Field(ge=1, le=WEEK_S)] | None = None
    requested_by: str = "lambda"
    call_id: Annotated[str, Field(min_length=36, max_length=36)] | None = None
    """The same call each time it is made, for whoever may have to try again."""
    task_token: Annotated[str, Field(min_length=1, max_length=2048)] | None = None
    """By which a state machine waits for the call's end (shared/aws/workflow.py). What cannot be sent fails its task,
    with the kind of the error as its name."""
