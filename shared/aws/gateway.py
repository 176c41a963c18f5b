"""API Gateway's @connections: what we do to a station's socket from outside its messages."""

from functools import cache
from typing import Any

import boto3

from shared.settings import settings


@cache
def _client() -> Any:
    return boto3.client("apigatewaymanagementapi", endpoint_url=settings().connections_url)


def close(connection_id: str) -> bool:
    """Close a socket; False if it is gone already. The station sees a normal close and dials again."""
    try:
        _client().delete_connection(ConnectionId=connection_id)
    except _client().exceptions.GoneException:
        return False
    return True


def is_open(connection_id: str) -> bool:
    """Whether API Gateway still holds a connection."""
    try:
        _client().get_connection(ConnectionId=connection_id)
    except _client().exceptions.GoneException:
        return False
    return True
