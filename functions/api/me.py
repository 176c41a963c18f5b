"""Who asks: what a console shows of its user, and by which it knows what to offer."""

from http import HTTPStatus

from shared.aws import access
from shared.aws.http import Api
from shared.aws.views_sessions import Me

api = handler = Api("me")


@api.route("GET /me", {HTTPStatus.OK: Me})
def get_me() -> Me:
    """Whom your token speaks for, and its role."""
    session = access.session(api.event["requestContext"].get("authorizer"))
    role = api.caller.role
    assert role is not None  # noqa: S101  # the route takes one
    return Me(username=session.username, role=role, expires_at=session.expires_at)
