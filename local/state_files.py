"""The objects of buckets in a directory beside the state file, from one run to the next.

A file there is named by the SHA-256 of its content, and is written before the state file names it and removed after the
state file has ceased to. So whichever state file there is, the old or the new, finds the contents that it names.
"""

import hashlib
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from local.identity import client

Objects = dict[str, dict[str, str]]
"""By key: the `content`, and the `type` of it that was given."""

CHUNK_BYTES = 1024 * 1024


def directory(path: Path) -> Path:
    """Where the contents are that a state file names: `state.json.files`."""
    return path.with_name(f"{path.name}.files")


def write(path: Path, buckets: Mapping[str, str]) -> dict[str, Objects]:
    """Write the contents that are not there yet; returns the objects of each bucket, by its logical id."""
    return {logical_id: _objects(path, name) for logical_id, name in buckets.items()}


def _objects(path: Path, bucket: str) -> Objects:
    s3 = client("s3")
    pages = s3.get_paginator("list_objects_v2").paginate(Bucket=bucket)
    found: Objects = {}
    for key in (one["Key"] for page in pages for one in page.get("Contents", [])):
        standing = s3.get_object(Bucket=bucket, Key=key)
        found[key] = {"content": _keep(path, standing["Body"]), "type": standing["ContentType"]}
    return found


def _keep(path: Path, body: Any) -> str:
    """Keep a content; returns its name."""
    folder = directory(path)
    folder.mkdir(exist_ok=True)
    unfinished = folder / f"{os.getpid()}.tmp"
    sha256 = hashlib.sha256()
    with unfinished.open("wb") as file:
        for chunk in body.iter_chunks(CHUNK_BYTES):
            sha256.update(chunk)
            file.write(chunk)
        file.flush()
        os.fsync(file.fileno())
    unfinished.replace(folder / sha256.hexdigest())
    return sha256.hexdigest()


def forget_others(path: Path, buckets: Mapping[str, Objects]) -> None:
    """Remove the contents that none of these objects has."""
    named = {one["content"] for objects in buckets.values() for one in objects.values()}
    if directory(path).exists():
        for file in directory(path).iterdir():
            if file.name not in named:
                file.unlink()


def read(path: Path, bucket: str, objects: Objects) -> None:
    """Put objects into a bucket, of which nobody is told: they did not arrive now. Raises OSError if one has gone."""
    s3 = client("s3")
    told = s3.get_bucket_notification_configuration(Bucket=bucket)
    del told["ResponseMetadata"]
    s3.put_bucket_notification_configuration(Bucket=bucket, NotificationConfiguration={})
    try:
        for key, one in objects.items():
            with (directory(path) / one["content"]).open("rb") as file:
                s3.put_object(Bucket=bucket, Key=key, Body=file, ContentType=one["type"])
    finally:
        s3.put_bucket_notification_configuration(Bucket=bucket, NotificationConfiguration=told)
