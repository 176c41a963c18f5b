"""Changes that are made only to what the caller has seen: `ETag` and `If-Match` (RFC 9110 section 13.1.1).

What can be changed counts its revisions, and the revision is its entity tag.
"""

from http import HTTPStatus
from typing import Annotated

from aws_lambda_powertools.event_handler.openapi.params import Header

from shared.aws.problems import Refused

IfMatch = Annotated[
    str | None,
    Header(alias="If-Match", description='The `ETag` that it must still have, `"3"`, or `*`: it must exist.'),
]
ETAG = {"ETag": "The revision, for `If-Match`."}
ANOTHER_REVISION = {HTTPStatus.PRECONDITION_FAILED: "It is not of the revision that `If-Match` names."}


def etag(revision: int) -> str:
    """The entity tag of a revision."""
    return f'"{revision}"'


def require(if_match: str | None, revision: int | None) -> None:
    """Compare what a request asks for with what stands there; None: nothing does. Raises Refused (412)."""
    if if_match is None:
        return
    tags = {tag.strip() for tag in if_match.split(",")}
    if revision is None or not tags & {"*", etag(revision)}:
        raise another_revision()


def another_revision() -> Refused:
    """The refusal of a change to something that is not there any more, or not as the caller saw it."""
    return Refused(HTTPStatus.PRECONDITION_FAILED, "It is not of the revision that If-Match names")
