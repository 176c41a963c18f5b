"""Firmware: a file that stations fetch and install, with what an operator says of it and what was found in it."""

import datetime as dt
from typing import Literal, NamedTuple

from shared.domain.errors import Conflict
from shared.domain.file_links import File

FirmwareState = Literal["uploading", "ready", "rejected"]
"""uploading: its file has not come. ready: stations may have it. rejected: its file was not what had been declared, and
was removed."""


class Firmware(NamedTuple):
    """A firmware file."""

    firmware_id: str
    """A UUID that sorts by time."""
    file_name: str
    """What stations are to call it."""
    version: str
    """What a station reports once it runs it."""
    created_at: dt.datetime
    state: FirmwareState = "uploading"
    reason: str | None = None
    """Why it was rejected: a sentence for the operator."""
    vendor: str | None = None
    """Whose stations it is for, as they name themselves when they boot; None: not said."""
    model: str | None = None
    declared_size_bytes: int | None = None
    declared_sha256: str | None = None
    """What the operator says that the file must be; None: whatever comes is taken."""
    size_bytes: int | None = None
    sha256: str | None = None
    """Of the file that came, in 64 hex digits; None until it is ready."""
    ready_at: dt.datetime | None = None
    signature: str | None = None
    """Of the file, by the manufacturer, in base64."""
    signing_certificate: str | None = None
    """The manufacturer's, by which a station checks the signature; PEM."""
    upload_id: str | None = None
    """Of S3, while it is uploaded in parts."""
    revision: int = 0


def key(firmware_id: str) -> str:
    """Of its file in the bucket."""
    return f"firmware/{firmware_id}"


def awaiting(firmware: Firmware) -> Firmware:
    """The firmware as it waits for its file, also after one was rejected. Raises Conflict if it has its file."""
    if firmware.state == "ready":
        raise Conflict("Its file has come already")
    return firmware._replace(state="uploading", reason=None)


def arrived(firmware: Firmware, file: File) -> Firmware:
    """The firmware once a file has come for it: ready, or rejected if the file is not what was declared."""
    if firmware.state == "ready":
        return firmware
    reason = _mismatch(firmware, file)
    if reason:
        return firmware._replace(state="rejected", reason=reason, upload_id=None)
    return firmware._replace(
        state="ready",
        reason=None,
        size_bytes=file.size_bytes,
        sha256=file.sha256,
        ready_at=file.arrived_at,
        upload_id=None,
    )


def _mismatch(firmware: Firmware, file: File) -> str | None:
    if file.size_bytes == 0:
        return "The file is empty"
    if firmware.declared_size_bytes not in (None, file.size_bytes):
        return f"The file has {file.size_bytes} bytes, but {firmware.declared_size_bytes} were declared"
    if firmware.declared_sha256 not in (None, file.sha256):
        return f"The file's SHA-256 is {file.sha256}, but {firmware.declared_sha256} was declared"
    return None
