"""Problem details (RFC 9457): how the operator API says no. Only what the caller may know; the rest is in the log."""

from collections.abc import Iterable, Mapping, Sequence
from http import HTTPStatus
from typing import Any, Literal

from aws_lambda_powertools.event_handler.openapi.exceptions import RequestValidationError
from pydantic import BaseModel, ConfigDict, Field

from shared.domain.errors import Conflict, DomainError, Invalid, NotFound
from shared.store.dynamodb import Unavailable

MEDIA_TYPE = "application/problem+json"

Place = Literal["body", "query", "path", "header"]


class FieldProblem(BaseModel):
    """One field of a request that cannot be taken."""

    model_config = ConfigDict(use_attribute_docstrings=True, populate_by_name=True)

    place: Place = Field(alias="in")
    """The part of the request it is in."""
    path: str
    """Where it is there: `call_timeout_s`, `limit`; empty for the whole part."""
    reason: str
    """What is wrong, in a sentence."""


class Problem(BaseModel):
    """Problem details of RFC 9457."""

    model_config = ConfigDict(use_attribute_docstrings=True)

    type: str = "about:blank"
    """Always `about:blank`: the status says what kind of problem it is."""
    title: str
    """The name of the status."""
    status: int
    """The HTTP status of the response."""
    detail: str
    """What went wrong here, in a sentence."""
    errors: list[FieldProblem] = []
    """The fields that are wrong, if it is for them."""
    request_id: str | None = None
    """Stands in the log beside the reason."""


class Refused(Exception):
    """A request that is answered with problem details; `headers` go with them."""

    def __init__(
        self,
        status: HTTPStatus,
        detail: str,
        errors: Iterable[FieldProblem] = (),
        headers: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(detail)
        self.status = status
        self.detail = detail
        self.errors = list(errors)
        self.headers = dict(headers or {})

    def problem(self, request_id: str | None) -> Problem:
        return Problem(
            title=self.status.phrase,
            status=self.status,
            detail=self.detail,
            errors=self.errors,
            request_id=request_id,
        )


STATUS_OF: Mapping[type[DomainError], HTTPStatus] = {
    NotFound: HTTPStatus.NOT_FOUND,
    Conflict: HTTPStatus.CONFLICT,
    Invalid: HTTPStatus.UNPROCESSABLE_ENTITY,
}
NOT_VALID = "The request has fields that cannot be taken"
NOT_NOW = "The table does not answer for the moment. Perhaps it was done all the same; trying again does no harm"
RETRY_AFTER_S = 5
"""Long enough for a table that is throttled to take a breath; one that is down takes longer whatever is said."""


def refusal(error: Exception) -> Refused | None:
    """What to tell the caller of an error; None if it is a fault of ours."""
    if isinstance(error, Refused):
        return error
    if isinstance(error, RequestValidationError) and not _of_ours(error):
        return Refused(HTTPStatus.UNPROCESSABLE_ENTITY, NOT_VALID, _field_problems(error.errors()))
    if isinstance(error, Unavailable):
        return Refused(HTTPStatus.SERVICE_UNAVAILABLE, NOT_NOW, headers={"Retry-After": str(RETRY_AFTER_S)})
    if isinstance(error, DomainError):
        return Refused(_status(error), error.reason, _fields(error))
    return None


def _of_ours(error: RequestValidationError) -> bool:
    """Whether it is an answer that is not what its type says: Powertools raises the same for both directions."""
    return any(one["loc"][0] == "response" for one in error.errors())


def _status(error: DomainError) -> HTTPStatus:
    return next((status for kind, status in STATUS_OF.items() if isinstance(error, kind)), HTTPStatus.BAD_REQUEST)


def _fields(error: DomainError) -> list[FieldProblem]:
    """The fields that the error names: one by its path and for its reason, or several in `errors`."""
    named = error.fields.get("errors") or ([(error.fields["path"], error.reason)] if "path" in error.fields else [])
    place: Place = error.fields.get("place", "body")
    return [FieldProblem(place=place, path=path, reason=reason) for path, reason in named]


def _field_problems(errors: Iterable[Mapping[str, Any]]) -> list[FieldProblem]:
    """Where pydantic's errors are and what they say; never the value, which may be a password."""
    return [
        FieldProblem(
            place=error["loc"][0], path=_path(error["loc"][1:]), reason=error["msg"].removeprefix("Value error, ")
        )
        for error in errors
    ]


def _path(steps: Sequence[str | int]) -> str:
    return "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in steps).removeprefix(".")
