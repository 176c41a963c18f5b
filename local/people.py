"""People of the local user pool: adding them, and checking who somebody is."""

import secrets
from typing import NamedTuple

from botocore.exceptions import ClientError

from local.identity import client
from shared.resources import ROLES, Role


class Person(NamedTuple):
    """A user of the pool, as tokens name one."""

    username: str
    """The user pool's own name; for those who sign in with an e-mail address, an id."""
    subject: str
    email: str
    groups: tuple[str, ...]


class NotSignedInError(Exception):
    """Nobody is signed in; the code says why: `wrong`, `temporary` (the password has to be changed first), `more` (the
    user pool asks for more than a password)."""


def add(pool: str, email: str, password: str, role: Role | None) -> None:
    """Add a person who may sign in with this password; without a role one who may do nothing."""
    cognito = client("cognito-idp")
    attributes = [{"Name": "email", "Value": email}, {"Name": "email_verified", "Value": "true"}]
    cognito.admin_create_user(UserPoolId=pool, Username=email, UserAttributes=attributes, MessageAction="SUPPRESS")
    cognito.admin_set_user_password(UserPoolId=pool, Username=email, Password=password, Permanent=True)
    if role is not None:
        cognito.admin_add_user_to_group(UserPoolId=pool, Username=email, GroupName=role)


def add_one_per_role(pool: str) -> tuple[list[str], str]:
    """Add `viewer@example.com` and so on; returns their addresses and the password that all of them have."""
    password = f"Try-{secrets.token_hex(4)}-1a"
    addresses = [f"{role}@example.com" for role in ROLES]
    for role, address in zip(ROLES, addresses, strict=True):
        add(pool, address, password, role)
    return addresses, password


def check(pool: str, client_id: str, name: str, password: str) -> Person:
    """Who has this name and password. Raises NotSignedInError."""
    cognito = client("cognito-idp")
    try:
        answer = cognito.admin_initiate_auth(
            UserPoolId=pool,
            ClientId=client_id,
            AuthFlow="ADMIN_USER_PASSWORD_AUTH",
            AuthParameters={"USERNAME": name, "PASSWORD": password},
        )
    except ClientError:
        raise NotSignedInError("wrong") from None
    if "AuthenticationResult" not in answer:
        raise NotSignedInError("temporary" if answer.get("ChallengeName") == "NEW_PASSWORD_REQUIRED" else "more")
    found = find(pool, name)
    if found is None:
        raise NotSignedInError("wrong")
    return found


def find(pool: str, name: str) -> Person | None:
    """A person by username or e-mail address, with the groups of this moment; None: there is none, or may not."""
    cognito = client("cognito-idp")
    try:
        user = cognito.admin_get_user(UserPoolId=pool, Username=name)
        groups = cognito.admin_list_groups_for_user(UserPoolId=pool, Username=name)["Groups"]
    except ClientError:
        return None
    if not user.get("Enabled", True):
        return None
    attributes = {one["Name"]: one["Value"] for one in user["UserAttributes"]}
    names = tuple(group["GroupName"] for group in groups)
    return Person(user["Username"], attributes["sub"], attributes.get("email", ""), names)
