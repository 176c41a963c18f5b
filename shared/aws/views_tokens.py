"""How the operator API shows an id token, wherever it is listed."""

from shared.aws import views
from shared.domain.authorization import IdToken

MAX_GROUP_ID_16 = 20
"""What fits into a 1.6 station's parentIdTag."""


def token_view(token: IdToken) -> views.IdToken:
    """A token, with what should be looked at."""
    fields = token._asdict()
    del fields["revision"]
    return views.IdToken(**fields, warnings=_warnings(token))


def _warnings(token: IdToken) -> list[str]:
    if token.group_id is None or len(token.group_id) <= MAX_GROUP_ID_16:
        return []
    return [f"group_id is longer than the {MAX_GROUP_ID_16} characters that OCPP 1.6 can carry"]
