"""UpdateDynamicSchedule: what holds now in a Dynamic charging profile is changed."""

from typing import TYPE_CHECKING

from shared.aws.command import Command, Message, Target
from shared.aws.orders import Names, Orders
from shared.domain.calls import Call, CallError, Json
from shared.domain.charging_rules import complaints
from shared.domain.errors import Conflict, Invalid
from shared.domain.known_profiles import KnownProfile, SetpointOrder, current, settle, wish
from shared.ocpp.charging import SETPOINTS, setpoint_words, setpoints_of
from shared.store import charging_profiles

if TYPE_CHECKING:
    from shared.ocpp.v21.update_dynamic_schedule import UpdateDynamicScheduleRequest, UpdateDynamicScheduleResponse


PERIOD = "schedules[0].periods[0]."
NAMES = Names(
    {"profile_id": "chargingProfileId", **{name: f"scheduleUpdate.{theirs}" for name, theirs in SETPOINTS.items()}}
)

handler = Command("UpdateDynamicSchedule")
handler.speaks("2.1")
orders = Orders(handler)


@handler.before("2.1")
def request(request: "UpdateDynamicScheduleRequest", target: Target) -> Message:
    """Use case K28. What the profile becomes must go with its operation mode; from now on a station that asks is told
    the same."""
    profile_id, wished = request.charging_profile_id, setpoints_of(request.schedule_update)
    if not wished.given():
        raise Invalid("An update must change something", path="payload.scheduleUpdate")
    known = charging_profiles.find(target.station_id, profile_id)
    if known is None or known.state not in ("sent", "accepted"):
        raise Conflict(f"There is no charging profile {profile_id} at the station", path=NAMES.theirs("profile_id"))
    if known.profile.kind != "Dynamic":
        reason = f"The charging profile {profile_id} is not Dynamic but {known.profile.kind}"
        raise Conflict(reason, path=NAMES.theirs("profile_id"))
    if not target.unchecked:
        _check(known._replace(setpoints=wished))
    charging_profiles.change(target.station_id, profile_id, lambda standing: wish(standing, wished, target.call_id))
    return Message(request)


def _check(known: KnownProfile) -> None:
    found = [(path.removeprefix(PERIOD), reason) for path, reason in complaints(current(known))]
    if found:
        errors = [(NAMES.theirs(path), reason) for path, reason in found]
        raise Invalid("The station would refuse these setpoints", errors=errors)


@handler.answered("2.1")
def keep(request: "UpdateDynamicScheduleRequest", response: "UpdateDynamicScheduleResponse", call: Call) -> None:
    """An accepted update is part of the profile; one that is rejected never was."""
    _settle(request, call, accepted=response.status == "Accepted")


@handler.refused("2.1")
def give_up(request: "UpdateDynamicScheduleRequest", _error: CallError, call: Call) -> None:
    _settle(request, call, accepted=False)


def _settle(request: "UpdateDynamicScheduleRequest", call: Call, *, accepted: bool) -> None:
    charging_profiles.change(
        call.station_id,
        request.charging_profile_id,
        lambda standing: settle(standing, setpoints_of(request.schedule_update), call.call_id, accepted=accepted),
    )


@orders.worded("2.1", names=NAMES)
def word(order: SetpointOrder) -> Json:
    profile_id, setpoints = order
    return {"chargingProfileId": profile_id, "scheduleUpdate": setpoint_words(setpoints)}
