"""The bucket of files: links by which stations fetch and bring them, and what operators download.

A key is `firmware/{firmware id}` or `uploads/{ref}`. Stations come by the links of shared/domain/file_links.py through
the front door; operators, whose clients take long URLs, by URLs that S3 itself checks.
"""

import datetime as dt
from collections.abc import Iterator
from functools import cache
from typing import Any
from urllib.parse import quote

import boto3
from botocore.config import Config
from botocore.exceptions import ClientError

from shared.aws.clients import PATIENCE
from shared.domain import file_links, firmware
from shared.domain.firmware import Firmware
from shared.settings import settings
from shared.store import uploads
from shared.store.uploads import Purpose

CHUNK_BYTES = 1024 * 1024
GONE = ("NoSuchKey", "404")
TAKEN = ("PreconditionFailed", "ConditionalRequestConflict")
"""What S3 says of a key that has an object; the latter, if two come at the same time and it cannot tell the first."""


class AlreadyThere(Exception):
    """A file came by this link before."""


@cache
def client() -> Any:
    # Version 4 everywhere: regions that opened after 2014 take no other, and it alone limits a URL to one host.
    return boto3.client("s3", config=PATIENCE.merge(Config(signature_version="s3v4", read_timeout=20)))


# ------------------------------------------------------------------ links of stations


def upload_link(ref: str, *, expires_at: dt.datetime, most_mib: int) -> str:
    """The URL under which a station brings one file, with a slash at its end: stations append a name, or do not. `ref`
    is at most 64 letters, digits, `_` and `-`, and is not used again."""
    return _url(f"uploads/{ref}", expires_at, most_mib)


def keep_purpose(
    ref: str, station_id: str, retrieval_id: str, expires_at: dt.datetime, most_mib: int = file_links.MOST_MIB
) -> None:
    """Say which retrieval the file belongs to that will come by an upload link. Before the link is given away."""
    uploads.keep(ref, Purpose(station_id, retrieval_id, most_mib), expires_at)


def firmware_location(firmware: Firmware, expires_at: dt.datetime) -> str:
    """The URL under which stations fetch firmware; it ends in the file's name, which some of them want."""
    return _url(_key(firmware), expires_at, 0) + quote(firmware.file_name, safe="")


def firmware_upload(firmware: Firmware, expires_at: dt.datetime) -> str:
    """The URL to which firmware is uploaded in one piece, by a PUT."""
    declared = firmware.declared_size_bytes
    most_mib = max(1, -(-declared // file_links.MIB)) if declared else file_links.MOST_MIB
    return _url(_key(firmware), expires_at, most_mib)


def _key(of: Firmware) -> str:
    return firmware.key(of.firmware_id)


def _url(key: str, expires_at: dt.datetime, limit_mib: int) -> str:
    secret = settings().origin_secret
    return settings().files_url + file_links.path(key, expires_at=expires_at, limit_mib=limit_mib, secret=secret)


# ------------------------------------------------------------------ URLs of operators


def presigned(key: str, file_name: str, expires_in_s: int) -> str:
    """A URL that downloads a file under a name. It is long, and ends with the credentials of the function that makes
    it if they end before: within hours."""
    disposition = f"attachment; filename*=UTF-8''{quote(file_name, safe='')}"
    return _presigned("get_object", expires_in_s, Key=key, ResponseContentDisposition=disposition)


def presigned_part(key: str, upload_id: str, number: int, expires_in_s: int) -> str:
    """A URL to which one part of a file is PUT."""
    return _presigned("upload_part", expires_in_s, Key=key, UploadId=upload_id, PartNumber=number)


def _presigned(operation: str, expires_in_s: int, **parameters: Any) -> str:
    given = {"Bucket": settings().files_bucket, **parameters}
    return str(client().generate_presigned_url(operation, Params=given, ExpiresIn=expires_in_s))


# ------------------------------------------------------------------ files


def put(key: str, content: bytes) -> None:
    """Keep a file. Raises AlreadyThere if there is one."""
    try:
        client().put_object(Bucket=settings().files_bucket, Key=key, Body=content, IfNoneMatch="*")
    except ClientError as error:
        if error.response["Error"]["Code"] in TAKEN:
            raise AlreadyThere from error
        raise


def chunks(key: str) -> Iterator[bytes] | None:
    """The content of a file, piece by piece; None if there is none."""
    try:
        found = client().get_object(Bucket=settings().files_bucket, Key=key)
    except ClientError as error:
        if error.response["Error"]["Code"] in GONE:
            return None
        raise
    pieces: Iterator[bytes] = found["Body"].iter_chunks(CHUNK_BYTES)
    return pieces


def delete(key: str) -> None:
    """Remove a file, if it is there."""
    client().delete_object(Bucket=settings().files_bucket, Key=key)
