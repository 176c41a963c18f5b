"""CustomerInformation: a station is asked what it knows of a customer, or told to forget it, or both."""

from typing import TYPE_CHECKING

from shared.aws.command import Command, Message, Settled, Target
from shared.aws.orders import Names, Orders
from shared.domain.authorization import normalize
from shared.domain.calls import Call, CallError, Json, Order, request_id_of
from shared.domain.customer_information import CustomerQuery
from shared.domain.errors import Invalid
from shared.domain.local_list import full
from shared.ocpp.local_lists import payload_of
from shared.ocpp.words_2x import id_token_2x
from shared.store import local_lists, reports

if TYPE_CHECKING:
    from shared.ocpp.v21.customer_information import CustomerInformationRequest, CustomerInformationResponse

PAGES = "NotifyCustomerInformation"
"""The action that brings them."""

handler = Command("CustomerInformation")
handler.speaks("2.0.1", "2.1")

orders = Orders(handler)

NAMES = Names(
    {
        "id_token": "idToken.idToken",
        "id_token_type": "idToken.type",
        "customer_identifier": "customerIdentifier",
        "certificate": "customerCertificate",
        "report": "report",
        "clear": "clear",
    }
)


@orders.worded("2.0.1", "2.1", names=NAMES)
def word(query: CustomerQuery) -> Json:
    payload: Json = {"report": query.report, "clear": query.clear}
    if query.id_token is not None:
        payload["idToken"] = id_token_2x(query.id_token, query.id_token_type)
    if query.customer_identifier is not None:
        payload["customerIdentifier"] = query.customer_identifier
    if query.certificate is not None:
        one = query.certificate
        payload["customerCertificate"] = {
            "hashAlgorithm": one.hash_algorithm,
            "issuerNameHash": one.issuer_name_hash,
            "issuerKeyHash": one.issuer_key_hash,
            "serialNumber": one.serial_number,
        }
    return payload


@handler.completed("2.0.1", "2.1")
def number(payload: Json, call_id: str) -> Json:
    return {"requestId": request_id_of(call_id), **payload}


@handler.before("2.0.1", "2.1")
def expect(request: "CustomerInformationRequest", target: Target) -> Message:
    """Use cases N09 and N10: a customer is named in exactly one way (N09.FR.04, N10.FR.08)."""
    named = (request.id_token, request.customer_certificate, request.customer_identifier)
    if sum(one is not None for one in named) != 1:
        raise Invalid("A customer is named by exactly one of id token, certificate and identifier", path="payload")
    if not (request.report or request.clear):
        raise Invalid("It is to be reported or cleared", path="payload.report")
    asked = {"report": request.report, "clear": request.clear}
    reports.expect(target.station_id, request.request_id, PAGES, target.call_id, asked)
    return Message(request)


@handler.answered("2.0.1", "2.1")
def settle(
    request: "CustomerInformationRequest", response: "CustomerInformationResponse", call: Call
) -> Settled | None:
    """What is cleared without a report brings no pages; a station that sends some all the same is heard. With what it
    knew of a token the station may have lost its place on the local list, so the whole list goes out again (N10)."""
    is_silent = response.status == "Accepted" and not request.report
    reports.settle(call.station_id, request.request_id, "EmptyResultSet" if is_silent else response.status, PAGES)
    if response.status != "Accepted" or not request.clear or request.id_token is None:
        return None
    wish = local_lists.wish(call.station_id)
    if wish is None or wish.entries is None or normalize(request.id_token.id_token) not in wish.entries:
        return None
    again = full(wish.entries, local_lists.find(call.station_id).issued + 1)
    return Settled(next=[Order("SendLocalList", payload_of(again, call.ocpp_version))])


@handler.refused("2.0.1", "2.1")
def give_up(request: "CustomerInformationRequest", error: CallError, call: Call) -> None:
    reports.settle(call.station_id, request.request_id, error.code, PAGES)
