"""Assumptions about files: links that the edge checks, and the bucket behind them."""

import asyncio
import hashlib
import os
import urllib.error
import urllib.request
from typing import Any

from bench.smoke.check import check, eventually, expect
from bench.smoke.target import Target

READ_WITHIN_S = 60
IMAGE = os.urandom(100_000)


@check("U-90", "a file that is PUT to its link comes into the bucket, once, and is noted with its SHA-256")
async def put_once(target: Target) -> None:
    made = await asyncio.to_thread(target.api, "POST", "/firmware", {"file_name": "smoke.bin", "version": "smoke"})
    expect(made.status == 201, made)
    path, url = f"/firmware/{made.body['firmware_id']}", made.body["upload_url"]
    try:
        forged = url[:-3] + ("AA/" if url[-3:] != "AA/" else "BB/")
        statuses = [await asyncio.to_thread(put, one, IMAGE) for one in (forged, url, url)]
        expect(statuses == [403, 200, 412], statuses)
        found: dict[str, Any] = {}

        async def is_ready() -> bool:
            found.update((await asyncio.to_thread(target.api, "GET", path)).body)
            return bool(found["state"] == "ready")

        expect(await eventually(is_ready, READ_WITHIN_S), found)
        expect(found["sha256"] == hashlib.sha256(IMAGE).hexdigest(), found)
    finally:
        await asyncio.to_thread(target.api, "DELETE", path)


def put(url: str, content: bytes) -> int:
    """Upload a file to a link; the status of the answer."""
    request = urllib.request.Request(url, content, {"Content-Type": "application/octet-stream"}, method="PUT")
    try:
        with urllib.request.urlopen(request, timeout=30) as answer:
            return int(answer.status)
    except urllib.error.HTTPError as error:
        return error.code
