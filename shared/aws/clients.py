"""Clients of AWS services with the patience of a function: answers come within milliseconds, or another attempt may.

The table has a client of its own (shared/store/dynamodb.py). What waits for somebody else's code, or must not try
twice, has a patience of its own beside its use.
"""

from typing import Any

import boto3
from botocore.config import Config

PATIENCE = Config(connect_timeout=1, read_timeout=2, retries={"mode": "standard", "total_max_attempts": 3})
"""At worst twelve seconds with the pauses: within the fifteen that most functions have."""
ONCE = Config(connect_timeout=1, read_timeout=3, retries={"mode": "standard", "total_max_attempts": 1})


def client(service: str, config: Config = PATIENCE, **options: Any) -> Any:
    """A client of boto3."""
    return boto3.client(service, config=config, **options)
