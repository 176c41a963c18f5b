"""Tickets for the live feed: a browser cannot send a token when it opens a WebSocket, and a URL must not hold one."""

import datetime as dt
import secrets
from http import HTTPStatus

from aws_lambda_powertools.event_handler import Response

from shared.aws import access
from shared.aws.http import JSON, Api
from shared.aws.views_sessions import LiveTicket
from shared.domain.live import TICKET_LASTS, ticket_hash
from shared.store import live

TICKET_BYTES = 32

api = handler = Api("live_tickets")


@api.route("POST /live-tickets", {HTTPStatus.CREATED: LiveTicket}, takes_body=False)
def issue_live_ticket() -> Response[LiveTicket]:
    """Get a ticket for one connection to the live feed, to be opened within a minute.

    The connection lasts until the token of this request expires. docs/live.md describes what is spoken there.
    """
    now = dt.datetime.now(dt.UTC)
    token = access.session(api.event["requestContext"].get("authorizer"))
    ticket = secrets.token_urlsafe(TICKET_BYTES)
    expires_at = now + TICKET_LASTS
    live.issue(ticket_hash(ticket), api.caller.principal, until=token.expires_at, expires_at=expires_at)
    return Response(HTTPStatus.CREATED, JSON, LiveTicket(ticket=ticket, expires_at=expires_at))
