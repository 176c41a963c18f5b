"""`/config.json`, by which the console knows where it is: one shape for the cloud and for the local system.

Data and the standard library only, so that the local system can read it without CDK.
"""

from typing import NamedTuple, TypedDict

PATH = "/config.json"
SCOPE = "openid email"
"""What the console asks for when somebody signs in. It gives no role: that is the group's."""
AUTHORIZE, TOKEN, REVOKE, LOG_OUT = "/oauth2/authorize", "/oauth2/token", "/oauth2/revoke", "/logout"
"""The paths of a user pool's sign-in domain; the local system has the same."""


class SignIn(TypedDict):
    """Where people sign in, by OAuth 2.0's authorization code with PKCE."""

    issuer: str
    authorization_endpoint: str
    token_endpoint: str
    revocation_endpoint: str
    """Where a refresh token ends (RFC 7009)."""
    end_session_endpoint: str
    """Takes `client_id` and `logout_uri`, as Cognito wants it, not OpenID Connect."""
    client_id: str
    scope: str


class MapTiles(TypedDict):
    """Where the images of the map come from, and whom to name for them."""

    url: str
    attribution: str


class Configuration(TypedDict):
    """The file. `sign_in` null: whoever comes is let in, and is admin. `map_tiles` null: the map has outlines only."""

    stage: str
    version: str
    sign_in: SignIn | None
    map_tiles: MapTiles | None


class Issuer(NamedTuple):
    """Whose tokens the operator API takes: the user pool and the client that people sign in with."""

    issuer: str
    client_id: str


def sign_in(at: str, issuer: Issuer) -> SignIn:
    """How to sign in at a domain, `https://idlewatt-dev-….auth.eu-central-1.amazoncognito.com`."""
    return SignIn(
        issuer=issuer.issuer,
        authorization_endpoint=at + AUTHORIZE,
        token_endpoint=at + TOKEN,
        revocation_endpoint=at + REVOKE,
        end_session_endpoint=at + LOG_OUT,
        client_id=issuer.client_id,
        scope=SCOPE,
    )
