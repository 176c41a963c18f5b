"""Which error is told to the caller, and how."""

from typing import Any

import pytest
from aws_lambda_powertools.event_handler.openapi.exceptions import RequestValidationError

from shared.aws.problems import refusal
from shared.domain.errors import Conflict, DomainError, Invalid, NotFound


@pytest.mark.parametrize(
    ("error", "status"),
    [(NotFound("gone"), 404), (Conflict("busy"), 409), (Invalid("bad"), 422), (DomainError("no"), 400)],
)
def test_a_no_of_the_domain_is_told_with_its_reason(error: DomainError, status: int) -> None:
    refused = refusal(error)
    assert refused is not None
    assert (refused.status, refused.detail, refused.errors) == (status, error.reason, [])


def test_a_problem_says_which_field_it_is_about() -> None:
    refused = refusal(Invalid("ends before it begins", place="query", path="to"))
    assert refused is not None
    assert refused.problem("request-1").model_dump(by_alias=True) == {
        "type": "about:blank",
        "title": "Unprocessable Entity",
        "status": 422,
        "detail": "ends before it begins",
        "errors": [{"in": "query", "path": "to", "reason": "ends before it begins"}],
        "request_id": "request-1",
    }


def validation_error(*loc: str | int) -> RequestValidationError:
    return RequestValidationError(
        [{"loc": loc, "msg": "Value error, is odd", "type": "value_error", "input": "secret"}]
    )


@pytest.mark.parametrize(
    ("loc", "path"),
    [(("body", "a", 0, "b"), "a[0].b"), (("body",), ""), (("query", "limit"), "limit")],
)
def test_a_wrong_field_is_named_by_its_path_and_its_value_kept_back(loc: Any, path: str) -> None:
    refused = refusal(validation_error(*loc))
    assert refused is not None
    assert refused.errors[0].model_dump(by_alias=True) == {"in": loc[0], "path": path, "reason": "is odd"}


@pytest.mark.parametrize("error", [KeyError("password"), validation_error("response", "station_id")])
def test_a_fault_of_ours_is_not_told(error: Exception) -> None:
    assert refusal(error) is None
