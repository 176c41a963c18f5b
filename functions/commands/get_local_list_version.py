"""GetLocalListVersion: which version of the local authorization list a station has."""

from shared.aws.command import Command
from shared.domain.calls import Call, CallError
from shared.domain.local_list import UNSUPPORTED, lack, report
from shared.ocpp.v16.get_local_list_version import GetLocalListVersionRequest, GetLocalListVersionResponse
from shared.store import local_lists

handler = Command("GetLocalListVersion")
handler.speaks("1.6")


@handler.answered("1.6")
def keep(_request: GetLocalListVersionRequest, response: GetLocalListVersionResponse, call: Call) -> None:
    """Section 5.10 of OCPP 1.6: 0 is an empty list, -1 none at all."""
    local_lists.change(call.station_id, lambda known: report(known, response.list_version, call.created_at))


@handler.refused("1.6")
def give_up(_request: GetLocalListVersionRequest, error: CallError, call: Call) -> None:
    """A station without local lists may say so by a CALLERROR as well."""
    if error.code in UNSUPPORTED:
        local_lists.change(call.station_id, lambda known: lack(known, call.created_at))
