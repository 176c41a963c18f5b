"""Which AWS account and region this machine pretends to be."""

import os
import random
import uuid
from functools import cache
from typing import Any

import boto3
from botocore.config import Config

ACCOUNT_ID = "123456789012"
"""moto's default account, so that any access key finds it."""

REGION = os.environ.get("AWS_REGION") or os.environ.get("AWS_DEFAULT_REGION") or "us-east-1"
"""The region of the developer's shell, so that an AWS CLI beside us looks into the same one."""


def arn(service: str, resource: str, *, region: str = REGION, account: str = ACCOUNT_ID) -> str:
    """The Amazon Resource Name of something in this account."""
    return f"arn:aws:{service}:{region}:{account}:{resource}"


random_bits = random.Random().getrandbits  # noqa: S311  # ids are to differ, and are no secrets
"""Numbers of so many bits for ids. To ask the operating system for each gives the interpreter away."""


def new_uuid() -> str:
    """A UUID of version 4."""
    return str(uuid.UUID(int=random_bits(128), version=4))


@cache
def client(service: str) -> Any:
    """A boto3 client of this account, made once: making one takes longer than most of what is done with it. moto
    answers it within this process, whatever address functions are told to find a service at."""
    return boto3.client(service, region_name=REGION, config=Config(ignore_configured_endpoint_urls=True))
