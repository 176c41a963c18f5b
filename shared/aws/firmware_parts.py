"""Firmware that is uploaded in parts: S3's multipart uploads, which operators' clients reach by presigned URLs."""

from collections.abc import Iterable, Mapping
from typing import Any

from botocore.exceptions import ClientError

from shared.aws import files
from shared.domain import firmware as domain
from shared.domain.errors import Conflict, Invalid
from shared.domain.firmware import Firmware
from shared.settings import settings
from shared.store import firmware

WRONG_PARTS: Mapping[str, str] = {
    "EntityTooSmall": "Every part but the last must have at least 5 MiB",
    "InvalidPart": "A part has not come, or its ETag is another",
    "InvalidPartOrder": "The parts must be named in order",
}
"""What S3 has against the parts of a file, and what it says of it to operators."""


def begin(wanted: Firmware) -> Firmware:
    """Let the file of firmware come in parts; those that came before, for the same file, count. Raises Conflict if the
    file has come."""
    if domain.awaiting(wanted).upload_id:
        return wanted
    drawn = files.client().create_multipart_upload(**_object(wanted))["UploadId"]
    kept = firmware.change(
        wanted.firmware_id,
        lambda standing: domain.awaiting(standing)._replace(upload_id=standing.upload_id or drawn),
    )
    if kept.upload_id != drawn:
        files.client().abort_multipart_upload(**_object(wanted), UploadId=drawn)
    return kept


def urls(begun: Firmware, numbers: Iterable[int], expires_in_s: int) -> dict[int, str]:
    """Where each part is to be PUT."""
    key, upload_id = domain.key(begun.firmware_id), str(begun.upload_id)
    return {number: files.presigned_part(key, upload_id, number, expires_in_s) for number in numbers}


def complete(begun: Firmware, etags: Mapping[int, str]) -> None:
    """Put the parts together, in order. Raises Invalid if they are not all there, Conflict if none are awaited."""
    if not domain.awaiting(begun).upload_id:
        raise Conflict("No upload in parts was begun")
    parts = [{"PartNumber": number, "ETag": etag} for number, etag in etags.items()]
    try:
        files.client().complete_multipart_upload(
            **_object(begun), UploadId=begun.upload_id, MultipartUpload={"Parts": parts}, IfNoneMatch="*"
        )
    except ClientError as error:
        code = error.response["Error"]["Code"]
        if code in WRONG_PARTS:
            raise Invalid(WRONG_PARTS[code], path="parts") from error
        if code == "NoSuchUpload":
            firmware.change(begun.firmware_id, lambda standing: standing._replace(upload_id=None))
            raise Conflict("The parts were put together before, or have been given up: begin again") from error
        if code in files.TAKEN:
            raise Conflict("Its file has come already") from error
        raise


def give_up(begun: Firmware) -> None:
    """Remove the parts that have come."""
    try:
        files.client().abort_multipart_upload(**_object(begun), UploadId=begun.upload_id)
    except ClientError as error:
        if error.response["Error"]["Code"] != "NoSuchUpload":
            raise


def _object(of: Firmware) -> dict[str, Any]:
    return {"Bucket": settings().files_bucket, "Key": domain.key(of.firmware_id)}
