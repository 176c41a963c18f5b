"""GetChargingProfiles: a station is asked to report the charging profiles that it has, whoever has set them."""

from typing import TYPE_CHECKING

from shared.aws import charging_reports
from shared.aws.command import Command, Message, Target
from shared.aws.orders import Names, Orders
from shared.domain.calls import Call, CallError, Json, request_id_of
from shared.domain.charging_profiles import Selection
from shared.domain.errors import Invalid
from shared.ocpp.messages import V2X
from shared.store import reports

if TYPE_CHECKING:
    from shared.ocpp.v21.get_charging_profiles import GetChargingProfilesRequest, GetChargingProfilesResponse

KIND = "ReportChargingProfiles"
CRITERION = "chargingProfile"

handler = Command("GetChargingProfiles")
handler.speaks(*V2X)
orders = Orders(handler)


@handler.completed(*V2X)
def number(payload: Json, call_id: str) -> Json:
    return {"requestId": request_id_of(call_id), **payload}


@handler.before(*V2X)
def request(request: "GetChargingProfilesRequest", target: Target) -> Message:
    """Use case K09: by ids, or by at least one of purpose, stack level and source (K09.FR.03)."""
    wanted = _selection(request)
    others = (wanted.purpose, wanted.stack_level, wanted.sources or None)
    if not wanted.profile_ids and others == (None, None, None):
        raise Invalid("It takes ids, a purpose, a stack level or sources", path=f"payload.{CRITERION}")
    if wanted.profile_ids and others != (None, None, None):
        raise Invalid("Ids go without other criteria", path=f"payload.{CRITERION}.chargingProfileId")
    asked = {name: value for name, value in wanted._asdict().items() if value not in (None, ())}
    reports.expect(target.station_id, request.request_id, KIND, target.call_id, asked)
    return Message(request)


@handler.answered(*V2X)
def settle(request: "GetChargingProfilesRequest", response: "GetChargingProfilesResponse", call: Call) -> None:
    """NoProfiles: what we took for installed is not."""
    report = reports.settle(call.station_id, request.request_id, response.status, KIND)
    if report is not None and report.state == "empty":
        charging_reports.drop_unreported(report)


@handler.refused(*V2X)
def give_up(request: "GetChargingProfilesRequest", error: CallError, call: Call) -> None:
    reports.settle(call.station_id, request.request_id, error.code, KIND)


def _selection(request: "GetChargingProfilesRequest") -> Selection:
    criterion = request.charging_profile
    return Selection(
        evse_id=request.evse_id,
        profile_ids=tuple(criterion.charging_profile_id or ()),
        purpose=criterion.charging_profile_purpose,
        stack_level=criterion.stack_level,
        sources=tuple(criterion.charging_limit_source or ()),
    )


NAMES = Names(
    {
        "evse_id": "evseId",
        "profile_ids": f"{CRITERION}.chargingProfileId",
        "profile_ids[]": f"{CRITERION}.chargingProfileId[]",
        "purpose": f"{CRITERION}.chargingProfilePurpose",
        "stack_level": f"{CRITERION}.stackLevel",
        "sources": f"{CRITERION}.chargingLimitSource",
        "sources[]": f"{CRITERION}.chargingLimitSource[]",
    }
)


@orders.worded(*V2X, names=NAMES)
def word(order: Selection) -> Json:
    criterion = {
        "chargingProfileId": list(order.profile_ids) or None,
        "chargingProfilePurpose": order.purpose,
        "stackLevel": order.stack_level,
        "chargingLimitSource": list(order.sources) or None,
    }
    return _given({"evseId": order.evse_id, CRITERION: _given(criterion)})


def _given(fields: Json) -> Json:
    return {name: value for name, value in fields.items() if value is not None}
