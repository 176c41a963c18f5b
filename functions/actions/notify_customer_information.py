"""NotifyCustomerInformation: a page of what a station knows of a customer, as a text."""

from typing import TYPE_CHECKING, Any

from shared.aws.action import Action
from shared.aws.message import Call
from shared.store import reports

if TYPE_CHECKING:
    from shared.ocpp.v21.notify_customer_information import NotifyCustomerInformationRequest

handler = Action("NotifyCustomerInformation", lambda _call: {})


@handler.on("2.0.1", "2.1")
def keep(request: "NotifyCustomerInformationRequest", call: Call) -> dict[str, Any]:
    """Use case N09. The text may be cut anywhere; its pages put together make it."""
    reports.note_page(
        call.station_id,
        request.request_id,
        handler.name,
        seq_no=request.seq_no,
        more=bool(request.tbc),
        at=call.received_at,
        part=request.data,
    )
    return {}
