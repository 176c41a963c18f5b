"""The shapes of firmware in the operator API."""

import datetime as dt

from shared.aws.paging import NextCursor
from shared.aws.views import View
from shared.domain.firmware import FirmwareState


class Firmware(View):
    """A file that stations fetch and install."""

    firmware_id: str
    state: FirmwareState
    """uploading: its file has not come, or is being read. ready: stations may have it. rejected: its file was not what
    had been declared, and was removed; another may be uploaded."""
    reason: str | None
    """Why it was rejected."""
    file_name: str
    """What stations are to call it."""
    version: str
    """What a station reports once it runs it."""
    vendor: str | None
    """Whose stations it is for, as they name themselves when they boot."""
    model: str | None
    declared_size_bytes: int | None
    """What the file must be like; null: whatever comes is taken."""
    declared_sha256: str | None
    size_bytes: int | None
    """Of the file that came; null until it is ready."""
    sha256: str | None
    signature: str | None
    """Of the file, by the manufacturer, in base64."""
    signing_certificate: str | None
    """The manufacturer's, in PEM, by which a station checks the signature."""
    created_at: dt.datetime
    ready_at: dt.datetime | None


class FirmwareList(View):
    """A page of firmware, newest first."""

    items: list[Firmware]
    next_cursor: NextCursor


class FirmwareDownload(Firmware):
    """Firmware, with where its file is."""

    download_url: str | None
    """Downloads the file, for an hour; null unless it is ready."""


class FirmwareUpload(Firmware):
    """Firmware, with where its file is to be brought."""

    upload_url: str
    """PUT the file there in one piece: `curl -T FILE URL`. It takes one file."""
    upload_expires_at: dt.datetime


class Part(View):
    """Where a part of a file is to be brought."""

    number: int
    """From 1, in the order of the file."""
    url: str
    """PUT the part there; its ETag is in the answer's header."""


class PartList(View):
    """Where the parts of a file are to be brought."""

    parts: list[Part]
    expires_at: dt.datetime
    """Until then the URLs can be used, unless the credentials behind them end before; ask for them again then."""
