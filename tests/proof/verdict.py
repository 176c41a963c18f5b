"""Rights held against what was done: what was done without a right, and which right nobody used."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, NamedTuple

from local.accesses import Access
from tests.policies import Request, Statement, allows, listed, matches
from tests.proof.roles import LEADING_KEYS, Role, Roles


class Grant(NamedTuple):
    """The smallest part of a statement: one action on one resource, of one kind of items."""

    action: str
    resource: str
    key: str | None
    """A pattern of partition keys; None where the statement has no condition on them."""
    statement: Statement

    def covers(self, request: Request) -> bool:
        """Whether a request needs this very part of the statement."""
        narrow = {**self.statement, "Action": self.action, "Resource": self.resource}
        if not matches(narrow, request):
            return False
        if self.key is None:
            return True
        keys = request.context.get(LEADING_KEYS, ())
        only = {**narrow, "Condition": {"ForAnyValue:StringLike": {LEADING_KEYS: self.key}}}
        return bool(keys) and matches(only, request)

    def __str__(self) -> str:
        return f"{self.action} on {self.resource}" + (f" of {self.key}" if self.key else "")


def missing(roles: Roles, accesses: Iterable[Access]) -> list[str]:
    """Calls that were made and are not allowed, each with who made it."""
    return sorted({complaint for access in accesses for complaint in _missing(roles, access)})


def _missing(roles: Roles, access: Access) -> Iterator[str]:
    role = roles.of(access)
    if role is None:
        yield f"{access.by}: the template has no such function, and so no rights for {access.action}"
        return
    for request in roles.requests(access):
        if not allows(role.statements, request):
            of = f" of {', '.join(access.entities)}" if access.entities else ""
            yield f"{access.by}: {request.action} on {request.resource}{of} is not allowed by {role.logical_id}"


def unused(roles: Roles, accesses: Iterable[Access]) -> list[str]:
    """Grants that nobody used who has them, each with its role and those who act in it."""
    done: dict[str, list[Request]] = {}
    for access in accesses:
        if role := roles.of(access):
            done.setdefault(role.logical_id, []).extend(roles.requests(access))
    return [complaint for role in roles.all for complaint in _unused(roles, role, done.get(role.logical_id, []))]


def _unused(roles: Roles, role: Role, done: list[Request]) -> Iterator[str]:
    done = done + [request for name in role.holders for request in roles.by_lambda.get(name, ())]
    for grant in grants(role):
        if not any(grant.covers(request) for request in done):
            yield f"{role.logical_id} ({', '.join(sorted(role.holders))}): {grant} was not used"


def grants(role: Role) -> Iterator[Grant]:
    """The parts of what a role is allowed."""
    for statement in role.statements:
        if statement["Effect"] == "Allow":
            condition: Mapping[str, Any] = statement.get("Condition", {}).get("ForAllValues:StringLike", {})
            for action in listed(statement["Action"]):
                for resource in listed(statement["Resource"]):
                    for key in listed(condition.get(LEADING_KEYS)):
                        yield Grant(action, resource, key, statement)
