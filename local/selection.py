"""Route selection: which route a message takes, by the RouteSelectionExpression of its API.

https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-websocket-api-overview.html
"""

import json
import re
from functools import cache
from typing import Any

DEFAULT = "$default"

Steps = tuple[str | int, ...]
_STEP = re.compile(r"\.?\[(\d+)\]|\.?\['([^']+)'\]|\.(\w[\w-]*)")


class ExpressionError(ValueError):
    """A RouteSelectionExpression that this gateway cannot evaluate."""


@cache
def steps(expression: str) -> Steps:
    """`$request.body.[2]` as the steps into a parsed message, here `(2,)`."""
    path = expression.removeprefix("${").removesuffix("}") if expression.startswith("${") else expression
    if not path.removeprefix("$").startswith("request.body"):
        raise ExpressionError(f"{expression!r} does not select by the message's body")
    rest = path.removeprefix("$").removeprefix("request.body")
    found: list[str | int] = []
    while rest:
        match = _STEP.match(rest)
        if match is None:
            raise ExpressionError(f"{expression!r} is not a path that this gateway knows")
        index, quoted, name = match.groups()
        found.append(int(index) if index is not None else quoted or name)
        rest = rest[match.end() :]
    return tuple(found)


def route_key(expression: str, message: str) -> str:
    """The value the expression has for a message, as a string; `$default` when it has none.

    A value with a leading `$` never selects a route: those keys are the service's own.
    """
    try:
        value: Any = json.loads(message)
        for step in steps(expression):
            if not isinstance(value, list | dict):
                return DEFAULT
            value = value[int(step)] if isinstance(value, list) else value[step]
    except (ValueError, LookupError, RecursionError):
        return DEFAULT
    key = value if isinstance(value, str) else json.dumps(value)
    return DEFAULT if key.startswith("$") else key
