"""GetLocalListVersion: which version of the local authorization list a station has."""

from typing import TYPE_CHECKING

from shared.aws.command import Command
from shared.domain.calls import Call, CallError
from shared.domain.local_list import UNSUPPORTED, lack, report
from shared.ocpp.model import Wire
from shared.ocpp.v16.get_local_list_version import GetLocalListVersionRequest, GetLocalListVersionResponse
from shared.store import local_lists

if TYPE_CHECKING:
    from shared.ocpp.v21.get_local_list_version import GetLocalListVersionResponse as GetLocalListVersionResponse2x

handler = Command("GetLocalListVersion")
handler.speaks("1.6", "2.0.1", "2.1")


@handler.answered("1.6")
def keep(_request: GetLocalListVersionRequest, response: GetLocalListVersionResponse, call: Call) -> None:
    """Section 5.10 of OCPP 1.6: 0 is an empty list, -1 none at all."""
    _keep(response.list_version, call)


@handler.answered("2.0.1", "2.1")
def keep_number(_request: Wire, response: "GetLocalListVersionResponse2x", call: Call) -> None:
    """Use case D02: 0 is no list, which is as good as an empty one."""
    _keep(response.version_number, call)


def _keep(version: int, call: Call) -> None:
    local_lists.change(call.station_id, lambda known: report(known, version, call.created_at))


@handler.refused("1.6", "2.0.1", "2.1")
def give_up(_request: Wire, error: CallError, call: Call) -> None:
    """A station without local lists may say so by a CALLERROR as well."""
    if error.code in UNSUPPORTED:
        local_lists.change(call.station_id, lambda known: lack(known, call.created_at))
