"""Firmware: files that stations fetch, uploaded by operators in one piece or in parts."""

import datetime as dt
from http import HTTPStatus
from typing import Annotated, Any

from aws_lambda_powertools.event_handler import Response
from aws_lambda_powertools.event_handler.openapi.params import Path
from pydantic import ConfigDict, Field

from shared.aws import files, firmware_parts, idempotency, views
from shared.aws.http import JSON, Api
from shared.aws.idempotency import IdempotencyKey
from shared.aws.paging import DEFAULT_LIMIT, Cursor, Limit
from shared.aws.parameters import FirmwareVersion, PathText, Printable
from shared.aws.signing import Signature, SigningCertificate
from shared.aws.views_firmware import Firmware, FirmwareDownload, FirmwareList, FirmwareUpload, Part, PartList
from shared.domain import firmware as domain
from shared.domain.errors import NotFound
from shared.domain.file_links import MIB, MOST_MIB
from shared.store import firmware

DAY_S, WEEK_S = 86_400, 7 * 86_400
DOWNLOAD_S = 3600
MOST_PARTS = 1000
UNKNOWN = {HTTPStatus.NOT_FOUND: "There is no such firmware."}
HAS_ITS_FILE = {HTTPStatus.CONFLICT: "Its file has come already."}
CHANGING = {HTTPStatus.CONFLICT: "Others keep changing it; try again."}

api = handler = Api("firmware")


FirmwareId = Annotated[PathText, Path(min_length=1, max_length=64, description="The id of firmware.")]
FileName = Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9._+-]{0,99}$")]
"""It stands in URLs, for which OCPP has 512 characters; some stations take no escapes there."""
Text = Annotated[str, Field(min_length=1, max_length=255), Printable]


class _Taken(views.View):
    model_config = ConfigDict(extra="forbid", strict=True)


class FirmwareSettings(_Taken):
    """What can be changed of firmware; a field that is not named stays, null takes it away."""

    vendor: Text | None = None
    """Whose stations it is for, as they name themselves when they boot."""
    model: Text | None = None
    signature: Signature | None = None
    """Of the file, by the manufacturer, in base64."""
    signing_certificate: SigningCertificate | None = None
    """The manufacturer's, in PEM, by which a station checks the signature."""


class NewFirmware(FirmwareSettings):
    """Firmware, whose file is uploaded next."""

    file_name: FileName
    """What stations are to call it."""
    version: FirmwareVersion
    """What a station reports once it runs it."""
    size_bytes: Annotated[int, Field(ge=1, le=MOST_MIB * MIB)] | None = None
    """What the file must be like, if it is known: another is rejected."""
    sha256: Annotated[str, Field(pattern=r"^[0-9a-fA-F]{64}$")] | None = None
    """Of the file, in hex digits."""


class UploadOrder(_Taken):
    """A URL for an upload in one piece."""

    expires_in_s: Annotated[int, Field(ge=60, le=WEEK_S)] = DAY_S
    """How long it can be used."""


class PartsOrder(_Taken):
    """In how many parts a file is brought."""

    count: Annotated[int, Field(ge=1, le=MOST_PARTS)]
    """Each but the last has at least 5 MiB, and at most 5 GiB."""


class PartDone(_Taken):
    """A part that was brought."""

    number: Annotated[int, Field(ge=1, le=MOST_PARTS)]
    etag: Annotated[str, Field(min_length=1, max_length=100), Printable]
    """From the header ETag of the answer to its PUT."""


class PartsDone(_Taken):
    """All parts of a file, in order."""

    parts: Annotated[list[PartDone], Field(min_length=1, max_length=MOST_PARTS)]


@api.route("GET /firmware", {HTTPStatus.OK: FirmwareList})
def list_firmware(limit: Limit = DEFAULT_LIMIT, cursor: Cursor = None) -> FirmwareList:
    """Firmware, newest first."""
    found, rest = firmware.page(cursor, limit)
    return FirmwareList(items=[Firmware(**_shown(one)) for one in found], next_cursor=rest)


@api.route("GET /firmware/{firmware_id}", {HTTPStatus.OK: FirmwareDownload}, UNKNOWN)
def get_firmware(firmware_id: FirmwareId) -> FirmwareDownload:
    """Firmware, and where its file can be downloaded."""
    found = _existing(firmware_id)
    url = None
    if found.state == "ready":
        url = files.presigned(domain.key(firmware_id), found.file_name, DOWNLOAD_S)
    return FirmwareDownload(**_shown(found), download_url=url)


@api.route("POST /firmware", {HTTPStatus.CREATED: FirmwareUpload})
def create_firmware(wanted: NewFirmware, idempotency_key: IdempotencyKey = None) -> Response[FirmwareUpload]:
    """Make firmware known, and get a URL to which its file is uploaded.

    `curl -T firmware.bin URL` brings it in one piece, within a day. A large file is better brought in parts. Once it
    has come it is read: then the firmware is `ready`, with its size and SHA-256, or `rejected`.
    """
    given = wanted.model_dump(exclude={"size_bytes", "sha256"})
    made = firmware.create(
        domain.Firmware(
            firmware_id=idempotency.promise(api, idempotency_key).resource_id,
            created_at=_now(),
            declared_size_bytes=wanted.size_bytes,
            declared_sha256=wanted.sha256.lower() if wanted.sha256 else None,
            **given,
        )
    )
    return Response(HTTPStatus.CREATED, JSON, _upload(made))


@api.route("PATCH /firmware/{firmware_id}", {HTTPStatus.OK: Firmware}, UNKNOWN | CHANGING)
def change_firmware(firmware_id: FirmwareId, wanted: FirmwareSettings) -> Firmware:
    """Say whose stations it is for, or add its signature. What has been sent to stations stays as it was."""
    changes = wanted.model_dump(exclude_unset=True)
    return Firmware(**_shown(firmware.change(firmware_id, lambda standing: standing._replace(**changes))))


@api.route("DELETE /firmware/{firmware_id}", {HTTPStatus.NO_CONTENT: None}, UNKNOWN)
def delete_firmware(firmware_id: FirmwareId) -> Response[None]:
    """Remove firmware and its file. Stations that were told to fetch it, and have not, will fail to."""
    found = _existing(firmware_id)
    if found.upload_id:
        firmware_parts.give_up(found)
    files.delete(domain.key(firmware_id))
    firmware.delete(firmware_id)
    return Response(HTTPStatus.NO_CONTENT)


@api.route("POST /firmware/{firmware_id}/upload", {HTTPStatus.OK: FirmwareUpload}, UNKNOWN | HAS_ITS_FILE)
def upload_again(firmware_id: FirmwareId, order: UploadOrder, idempotency_key: IdempotencyKey = None) -> FirmwareUpload:
    """Get another URL to upload the file to: when the first has expired, or the file was rejected."""
    idempotency.promise(api, idempotency_key)
    return _upload(firmware.change(firmware_id, domain.awaiting), order.expires_in_s)


@api.route("POST /firmware/{firmware_id}/parts", {HTTPStatus.OK: PartList}, UNKNOWN | HAS_ITS_FILE)
def upload_in_parts(firmware_id: FirmwareId, order: PartsOrder, idempotency_key: IdempotencyKey = None) -> PartList:
    """Get URLs to which the file is uploaded in parts, at the same time or one after the other.

    Asked again, it gives other URLs for the same parts, of which those that came are kept, for 7 days.
    """
    idempotency.promise(api, idempotency_key)
    expires_at = _now() + dt.timedelta(seconds=DAY_S)
    begun = firmware_parts.begin(_existing(firmware_id))
    numbers = range(1, order.count + 1)
    urls = firmware_parts.urls(begun, numbers, DAY_S)
    return PartList(parts=[Part(number=number, url=url) for number, url in urls.items()], expires_at=expires_at)


@api.route("POST /firmware/{firmware_id}/complete", {HTTPStatus.ACCEPTED: Firmware}, UNKNOWN | HAS_ITS_FILE)
def complete_parts(
    firmware_id: FirmwareId, done: PartsDone, idempotency_key: IdempotencyKey = None
) -> Response[Firmware]:
    """Put the parts of a file together. It is read then, which takes a moment."""
    idempotency.promise(api, idempotency_key)
    found = _existing(firmware_id)
    firmware_parts.complete(found, {part.number: part.etag for part in done.parts})
    return Response(HTTPStatus.ACCEPTED, JSON, Firmware(**_shown(_existing(firmware_id))))


def _existing(firmware_id: str) -> domain.Firmware:
    found = firmware.find(firmware_id)
    if found is None:
        raise NotFound(f"There is no firmware {firmware_id}")
    return found


def _upload(waiting: domain.Firmware, expires_in_s: int = DAY_S) -> FirmwareUpload:
    expires_at = _now() + dt.timedelta(seconds=expires_in_s)
    url = files.firmware_upload(waiting, expires_at)
    return FirmwareUpload(**_shown(waiting), upload_url=url, upload_expires_at=expires_at)


def _shown(one: domain.Firmware) -> dict[str, Any]:
    return {name: value for name, value in one._asdict().items() if name in Firmware.model_fields}


def _now() -> dt.datetime:
    return dt.datetime.now(dt.UTC)
