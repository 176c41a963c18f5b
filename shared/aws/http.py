"""The shell around every resource of the operator API: route, validate, answer, log; problem details for every no.

A resource's file holds its routes as functions with typed parameters and results; the OpenAPI document follows from
them (local/openapi.py). The event is API Gateway's for HTTP APIs, payload format 2.0.
"""

import inspect
import json
import time
from collections.abc import Callable, Mapping
from http import HTTPStatus
from typing import Any, TypeVar

from aws_lambda_powertools.event_handler import APIGatewayHttpResolver, Response
from aws_lambda_powertools.event_handler.middlewares import NextMiddleware
from aws_lambda_powertools.event_handler.openapi.exceptions import RequestValidationError
from aws_lambda_powertools.event_handler.openapi.models import HTTPBearer, SecurityScheme
from aws_lambda_powertools.event_handler.openapi.types import OpenAPIResponse
from pydantic import BaseModel

from shared.aws import access, problems
from shared.aws.access import Caller
from shared.aws.http_request import METHODS_WITH_BODY, located, with_json
from shared.aws.problems import Problem, Refused
from shared.aws.resolver import Resolver
from shared.aws.telemetry import logger
from shared.resources import API_ROOT, RESOURCES, ROLES, Role, scope
from shared.store import patience

JSON = "application/json"
SECURITY = "token"
SCHEMES: dict[str, SecurityScheme] = {
    SECURITY: HTTPBearer(
        bearerFormat="JWT",
        description=(
            "A token of the user pool. The role that an operation names beside it is the least that it takes:"
            f" {', '.join(ROLES)}, each with the rights of those before it. People have the role of their group,"
            f" machines that of their scope, `{scope(ROLES[0])}` and so on."
        ),
    )
}
"""OpenAPI 3.1 lets a security requirement of any kind of scheme name roles; tests are made from them."""
ALWAYS = {"Cache-Control": "no-store", "X-Content-Type-Options": "nosniff"}
"""Headers of every answer, unless the route sets them itself."""

Handle = TypeVar("Handle", bound=Callable[..., Any])


class GatewayRefusal(BaseModel):
    """What API Gateway answers by itself, before a function is asked."""

    message: str


class Api:
    """The Lambda handler of one resource of the operator API."""

    def __init__(self, name: str) -> None:
        self.resource = next(resource for resource in RESOURCES if resource.name == name)
        self._resolver = Resolver(prefix=API_ROOT, middleware=_refuse_unknown_parameters)
        self._resolver.exception_handler(Exception)(self._problem)
        self._without_body: set[str] = set()

    def route(
        self,
        route: str,
        answers: Mapping[HTTPStatus, type[BaseModel] | str | None],
        refusals: Mapping[HTTPStatus, str] | None = None,
        headers: Mapping[str, str] | None = None,
        *,
        takes_body: bool = True,
    ) -> Callable[[Handle], Handle]:
        """Register the function of a route of the catalog, `GET /stations/{station_id}`.

        `answers` gives the model of each good status, or its media type if the body is made already; `refusals` says
        when which problem comes, `headers` describes those of the good answers. A POST that does not take a body
        ignores what is sent as one. Summary and description are the function's docstring.
        """
        method, path = route.split(" ")
        takes_body = takes_body and method in METHODS_WITH_BODY
        if not takes_body:
            self._without_body.add(route)

        def register(handle: Handle) -> Handle:
            role = self.resource.role(route)
            summary, *description = inspect.cleandoc(handle.__doc__ or "").split("\n\n")
            if role:
                description.append(f"Needs the role `{role}`.")
            self._resolver.route(
                path.replace("{", "<").replace("}", ">"),
                method,
                summary=summary.removesuffix("."),
                description="\n\n".join(" ".join(paragraph.split()) for paragraph in description) or None,
                operation_id=handle.__name__,
                tags=[path.split("/")[1]],
                responses=_responses(answers, refusals or {}, headers or {}, role, takes_body=takes_body),
                security=[{SECURITY: [role]}] if role else None,
            )(handle)
            self._resolver.build()
            return handle

        return register

    def __call__(self, event: dict[str, Any], context: Any) -> dict[str, Any]:
        patience.begin(context)
        began = time.perf_counter()
        caller = access.caller(event["requestContext"].get("authorizer"))
        try:
            route, request = located(event, self.resource.routes)
            _require(self.resource.role(route), caller)
            if route not in self._without_body:
                request = with_json(request)
            answer = self._resolver.resolve(request, context)
        except Refused as refused:
            answer = _result(refused.problem(event["requestContext"].get("requestId")), refused.headers)
        answer["headers"] = ALWAYS | answer.get("headers", {})
        _log(event, caller, answer["statusCode"], began)
        return answer

    @property
    def event(self) -> dict[str, Any]:
        """The event of the request that is being answered. Only within the function of a route."""
        return self._resolver.current_event.raw_event

    @property
    def caller(self) -> Caller:
        """Who made the request that is being answered. Only within the function of a route."""
        return access.caller(self.event["requestContext"].get("authorizer"))

    def require(self, role: Role) -> None:
        """For what a route does only sometimes and takes a higher role. Raises Refused if the caller's is too low."""
        _require(role, self.caller)

    def openapi(self) -> dict[str, Any]:
        """The OpenAPI document of this resource's routes alone."""
        return json.loads(self._resolver.get_openapi_json_schema(security_schemes=SCHEMES))  # type: ignore[no-any-return]  # an object

    def _problem(self, error: Exception) -> Response[str]:
        request_id = self._resolver.current_event.request_context.request_id
        refused = problems.refusal(error)
        if refused is None or refused.status >= HTTPStatus.INTERNAL_SERVER_ERROR:
            logger.exception("failed", extra={"resource": self.resource.name, "request_id": request_id})
        if refused is None:
            refused = Refused(HTTPStatus.INTERNAL_SERVER_ERROR, "This is a fault of ours; the log has the reason")
        problem = refused.problem(request_id)
        return Response(problem.status, problems.MEDIA_TYPE, _text(problem), refused.headers)


def _require(role: Role | None, caller: Caller) -> None:
    """Raises Refused if the caller's role is below this one."""
    if role is None or caller.may(role):
        return
    has = f"your token gives you {caller.role}" if caller.role else "your token gives you none"
    raise Refused(HTTPStatus.FORBIDDEN, f"This needs the role {role}; {has}")


def _refuse_unknown_parameters(app: APIGatewayHttpResolver, next_middleware: NextMiddleware) -> Response[Any]:
    """A misspelt filter must not be ignored: the caller would take everything for what it asked for."""
    known = {parameter.alias for parameter in app.context["_route"].dependant.query_params}
    unknown = app.current_event.query_string_parameters.keys() - known
    if unknown:
        reason = f"is no parameter here; there are {', '.join(sorted(known))}" if known else "is no parameter here"
        raise RequestValidationError([{"loc": ("query", name), "msg": reason} for name in sorted(unknown)])
    return next_middleware(app)


def _result(problem: Problem, headers: Mapping[str, str]) -> dict[str, Any]:
    return {
        "statusCode": problem.status,
        "headers": {"Content-Type": problems.MEDIA_TYPE, **headers},
        "body": _text(problem),
        "isBase64Encoded": False,
    }


def _text(problem: Problem) -> str:
    return problem.model_dump_json(by_alias=True)


def _log(event: dict[str, Any], caller: Caller, status: int, began: float) -> None:
    """The one line of a request: who asked for what, and what came of it."""
    line = {
        "route": event.get("routeKey"),
        "path": event.get("rawPath"),
        "principal": caller.principal or None,
        "role": caller.role,
        "request_id": event["requestContext"].get("requestId"),
        "status": status,
        "ms": round((time.perf_counter() - began) * 1000, 1),
    }
    (logger.warning if status >= 500 else logger.info)("request", extra=line)


OUR_FAULT = "A fault of ours; `request_id` finds its reason in the log."
NOT_NOW = "The table does not answer for the moment; try again after `Retry-After` seconds."
GATEWAYS = {
    HTTPStatus.UNAUTHORIZED: "There is no token, or it is not valid. Answered by API Gateway.",
    HTTPStatus.TOO_MANY_REQUESTS: "More requests than the API takes; try again later. Answered by API Gateway.",
}
OF_BODIES = {
    HTTPStatus.BAD_REQUEST: "The body is no JSON.",
    HTTPStatus.UNSUPPORTED_MEDIA_TYPE: "The body is said to be something other than JSON.",
}


def _responses(
    answers: Mapping[HTTPStatus, type[BaseModel] | str | None],
    refusals: Mapping[HTTPStatus, str],
    headers: Mapping[str, str],
    role: Role | None,
    *,
    takes_body: bool,
) -> dict[int, OpenAPIResponse]:
    described = {status: _answer(status, content, headers) for status, content in answers.items()}
    all_problems = {
        **({HTTPStatus.FORBIDDEN: f"The role that the token gives is below `{role}`."} if role else {}),
        **(OF_BODIES if takes_body else {}),
        HTTPStatus.UNPROCESSABLE_ENTITY: "A parameter or a field cannot be taken; `errors` says which and why.",
        HTTPStatus.INTERNAL_SERVER_ERROR: OUR_FAULT,
        **({HTTPStatus.SERVICE_UNAVAILABLE: NOT_NOW} if role else {}),
        **refusals,
    }
    for status, text in all_problems.items():
        described[status] = {"description": text, "content": {problems.MEDIA_TYPE: {"model": Problem}}}
    for status, text in GATEWAYS.items() if role else ():
        described[status] = {"description": text, "content": {JSON: {"model": GatewayRefusal}}}
    return {int(status): described[status] for status in sorted(described)}


def _answer(status: HTTPStatus, content: type[BaseModel] | str | None, headers: Mapping[str, str]) -> OpenAPIResponse:
    response: OpenAPIResponse = {"description": status.phrase, "content": {}}
    if isinstance(content, str):
        response["content"] = {content: {"schema": {"type": "object" if content == JSON else "string"}}}
    elif content is not None:
        response["content"] = {JSON: {"model": content}}
    if headers and content is not None:
        response["headers"] = {
            name: {"description": text, "schema": {"type": "string"}} for name, text in headers.items()
        }
    return response
