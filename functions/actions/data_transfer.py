"""DataTransfer: a vendor's own message. To speak a vendor's protocol, add its functions to VENDORS."""

import json
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, Literal, NamedTuple

from shared.aws.action import Action
from shared.aws.message import Call
from shared.domain.events import Event
from shared.ocpp.v16.data_transfer import DataTransferRequest, DataTransferResponse
from shared.store import events

if TYPE_CHECKING:
    from shared.ocpp.v21.data_transfer import DataTransferRequest as DataTransferRequest2x


class Transferred(NamedTuple):
    """A vendor handler's answer: whether the message was taken, and text for the station."""

    status: Literal["Accepted", "Rejected", "UnknownVendorId", "UnknownMessageId"] = "Accepted"
    data: str | None = None


VendorHandler = Callable[[str | None, Call], Transferred]
"""Handles one message of one vendor, given its data as text. The message itself is in the station's history already."""


def connector_unplugged(data: str | None, _call: Call) -> Transferred:
    """`ConnectorUnplugged` of the OCA's pricing note: tells which transaction's cable was unplugged, as JSON text."""
    try:
        told = json.loads(data or "")
    except ValueError:
        return Transferred("Rejected")
    return Transferred("Accepted" if isinstance(told, dict) and "transactionId" in told else "Rejected")


VENDORS: Mapping[str, Mapping[str | None, VendorHandler]] = {
    "org.openchargealliance.costmsg": {"ConnectorUnplugged": connector_unplugged},
}
"""What we understand: vendor id, message id (None: a message without one), handler."""

handler = Action("DataTransfer")


@handler.on("1.6")
def take(request: DataTransferRequest, call: Call) -> DataTransferResponse:
    """Section 4.3 of OCPP 1.6. Every message is kept in the station's history, whether we understand it or not."""
    answer = _take(request.vendor_id, request.message_id, request.data, call)
    return DataTransferResponse(status=answer.status, data=answer.data)


@handler.on("2.0.1", "2.1", once=True)
def take_2x(request: "DataTransferRequest2x", call: Call) -> dict[str, Any]:
    """Use case P02. Data is any JSON; what is no text, vendors' functions get as JSON text."""
    answer = _take(request.vendor_id, request.message_id, request.data, call)
    return {"status": answer.status, "data": answer.data}


def _take(vendor_id: str, message_id: str | None, data: Any, call: Call) -> Transferred:
    kept = {"vendor_id": vendor_id, "message_id": message_id, "data": data}
    events.record(Event("data_transfer.received", call.station_id, call.received_at, kept), call.received_at)
    messages = VENDORS.get(vendor_id)
    if messages is None:
        return Transferred("UnknownVendorId")
    handle = messages.get(message_id)
    if handle is None:
        return Transferred("UnknownMessageId")
    return handle(data if isinstance(data, str | None) else json.dumps(data), call)
