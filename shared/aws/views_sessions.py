"""The shapes of who asks, and of tickets for the live feed, in the operator API."""

import datetime as dt

from shared.aws.views import View
from shared.resources import Role


class Me(View):
    """Whom the token of the request speaks for."""

    username: str
    """A person's name in the user pool, or a machine's client id."""
    role: Role
    """The highest that the token gives; each role may do what those below it may."""
    expires_at: dt.datetime
    """When the token expires."""


class LiveTicket(View):
    """A ticket for one connection to the live feed."""

    ticket: str
    """For the query of the WebSocket's URL: `/live?ticket=…`."""
    expires_at: dt.datetime
    """By when the connection must be opened. It lasts until the token expires that the ticket was asked with."""
