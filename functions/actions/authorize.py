"""Authorize: may this id token charge? To change the answer, see shared/domain/authorization.py."""

from typing import TYPE_CHECKING, Any

from shared.aws.action import Action
from shared.aws.message import Call
from shared.domain.authorization import Verdict, authorize
from shared.ocpp.v16.authorize import AuthorizeRequest, AuthorizeResponse, IdTagInfo
from shared.ocpp.words import id_tag_info_16
from shared.store import tokens

if TYPE_CHECKING:
    from shared.aws.contract_certificates import Verdict as OfCertificate
    from shared.ocpp.v21.authorize import AuthorizeRequest as AuthorizeRequest2x

handler = Action("Authorize")

OF_NO_CONTRACT: tuple[Verdict, ...] = ("Blocked", "Expired", "Invalid", "Unknown")
"""The verdicts by which a contract is not accepted, however good its certificate is."""


@handler.on("1.6")
def ask_16(request: AuthorizeRequest, call: Call) -> AuthorizeResponse:
    """Section 4.1 of OCPP 1.6. Asked before a start and before a stop with another token; an unknown one is Invalid."""
    token, uses = tokens.find_with_uses(call.kept.get("idTag") or request.id_tag)
    verdict = authorize(token, at=call.received_at, station_id=call.station_id, uses=uses)
    expires_at, group_id = (token.expires_at, token.group_id) if token else (None, None)
    return AuthorizeResponse(id_tag_info=IdTagInfo(**id_tag_info_16(verdict, expires_at, group_id)))


@handler.on("2.0.1", "2.1")
def ask(request: "AuthorizeRequest2x", call: Call) -> dict[str, Any]:
    """Block C of OCPP 2.0.1. With the certificate of a contract the answer says of both whether they hold (C07)."""
    from shared.aws import authorizing  # noqa: PLC0415  # late, as whatever only the later versions need
    from shared.ocpp.words_2x import id_token_info, uncut  # noqa: PLC0415  # as above

    given = request.id_token
    id_token = uncut(given.id_token, call.payload, "idToken", "idToken")
    verdict, token, evse_ids = authorizing.ask(call.station_id, id_token, given.type, call.received_at)
    answer: dict[str, Any] = {}
    if request.certificate or request.iso_15118_certificate_hash_data:
        from shared.aws import contract_certificates  # noqa: PLC0415  # few drivers have such a contract

        shown = contract_certificates.examine(request.certificate, request.iso_15118_certificate_hash_data)
        verdict, answer["certificateStatus"] = _with_certificate(verdict, shown)
    answer["idTokenInfo"] = id_token_info(verdict, token, at=call.received_at, evse_ids=evse_ids)
    if verdict == "Accepted" and token is not None and token.tariff_id:
        from shared.aws import driver_texts  # noqa: PLC0415  # few tokens have a tariff

        text, tariff = driver_texts.of_token(call.station_id, token, call.ocpp_version, call.received_at)
        answer["idTokenInfo"] |= text
        answer |= {"tariff": tariff} if tariff else {}
    return answer


def _with_certificate(verdict: Verdict, shown: "OfCertificate | None") -> tuple[Verdict, str | None]:
    """The verdict and the certificateStatus of a contract (section 4.4 of our requirements, C07.FR.13 to 17)."""
    if shown == "CertificateExpired":
        return "Expired", shown
    if shown in ("CertificateRevoked", "CertChainError"):
        return "Invalid", shown
    return verdict, "ContractCancelled" if verdict in OF_NO_CONTRACT else shown
