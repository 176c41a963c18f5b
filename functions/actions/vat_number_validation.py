"""VatNumberValidation: a driver who pays at a station wants an invoice for a company; is its VAT number valid?"""

from typing import TYPE_CHECKING, Any

from shared.aws import vat_registers
from shared.aws.action import Action
from shared.aws.message import Call
from shared.ocpp.words_payments import address_21

if TYPE_CHECKING:
    from shared.ocpp.v21.vat_number_validation import VatNumberValidationRequest

handler = Action("VatNumberValidation")


@handler.on("2.1")
def validate(request: "VatNumberValidationRequest", _call: Call) -> dict[str, Any]:
    """Use cases C18 and C19. What nobody can be asked about is not accepted: the invoice would be wrong."""
    answer = vat_registers.register()(request.vat_number)
    said: dict[str, Any] = {
        "vatNumber": request.vat_number,
        "status": "Accepted" if answer.is_valid else "Rejected",
        "evseId": request.evse_id,
    }
    if answer.company:
        said["company"] = address_21(answer.company)
    if answer.reason:
        said["statusInfo"] = {"reasonCode": answer.reason}
    return said
