"""A file has arrived in the bucket: what it is like is noted where it belongs. Fed by S3's events on EventBridge.

The events may come twice, and after the file has gone again.
"""

import datetime as dt
import hashlib
from contextlib import suppress
from typing import Any

from shared.aws import files
from shared.aws.telemetry import logger
from shared.domain import firmware as domain
from shared.domain.errors import NotFound
from shared.domain.file_links import FOLDERS, MIB, File
from shared.store import firmware, patience, retrievals, uploads


def handler(event: dict[str, Any], context: object) -> None:
    patience.begin(context)
    key: str = event["detail"]["object"]["key"]
    file = _looked_at(key, dt.datetime.fromisoformat(event["time"]))
    if file is None:
        logger.info("no such file any more", extra={"key": key})
        return
    folder, _, ref = key.partition("/")
    logger.info("file", extra={"key": key, "size_bytes": file.size_bytes, "sha256": file.sha256})
    if f"{folder}/" == FOLDERS["f"]:
        _note_firmware(key, ref, file)
    else:
        _note_retrieved(key, ref, file)


def _looked_at(key: str, arrived_at: dt.datetime) -> File | None:
    """What the file is like, read piece by piece; None: there is none."""
    chunks = files.chunks(key)
    if chunks is None:
        return None
    size_bytes, sha256 = 0, hashlib.sha256()
    for chunk in chunks:
        size_bytes += len(chunk)
        sha256.update(chunk)
    return File(size_bytes, sha256.hexdigest(), arrived_at)


def _note_firmware(key: str, firmware_id: str, file: File) -> None:
    """A file that is not what was declared is removed, as is one that belongs to nothing any more."""
    standing = firmware.find(firmware_id)
    if standing is None or domain.arrived(standing, file).state == "rejected":
        # Before it is noted: whoever reads that it was rejected may bring another at once.
        files.delete(key)
    if standing is not None:
        with suppress(NotFound):
            firmware.change(firmware_id, lambda standing: domain.arrived(standing, file))


def _note_retrieved(key: str, ref: str, file: File) -> None:
    purpose = uploads.find(ref)
    if purpose is None:
        logger.warning("an upload that belongs to nothing", extra={"key": key})
        return
    if file.size_bytes > purpose.most_mib * MIB:
        # The front door lets none pass that says its length; whoever has rights of their own in the bucket may.
        files.delete(key)
        logger.warning("removed: larger than its link allowed", extra={"key": key, "most_mib": purpose.most_mib})
        return
    retrievals.note_file(purpose.station_id, purpose.retrieval_id, ref, file)
