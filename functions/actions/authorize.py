"""Authorize: may this id token charge? To change the answer, see shared/domain/authorization.py."""

from shared.aws.action import Action
from shared.aws.message import Call
from shared.domain.authorization import authorize
from shared.ocpp.v16.authorize import AuthorizeRequest, AuthorizeResponse, IdTagInfo
from shared.ocpp.words import id_tag_info_16
from shared.store import tokens

handler = Action("Authorize")


@handler.on("1.6")
def ask(request: AuthorizeRequest, call: Call) -> AuthorizeResponse:
    """Section 4.1 of OCPP 1.6. Asked before a start and before a stop with another token; an unknown one is Invalid."""
    token, uses = tokens.find_with_uses(call.kept.get("idTag") or request.id_tag)
    verdict = authorize(token, at=call.received_at, station_id=call.station_id, uses=uses)
    expires_at, group_id = (token.expires_at, token.group_id) if token else (None, None)
    return AuthorizeResponse(id_tag_info=IdTagInfo(**id_tag_info_16(verdict, expires_at, group_id)))
