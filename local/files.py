"""The front door for files: what CloudFront does with the links by which stations bring and fetch them.

The function that checks them there is infra/edge/files.js; here it is the module that it follows,
shared/domain/file_links.py. What it lets pass goes to the bucket as S3 takes it, or, if it is a POST, to the API.
"""

import asyncio
import datetime as dt
import tempfile
from collections.abc import Awaitable, Callable
from http import HTTPStatus
from typing import IO, Any

from aiohttp import web
from botocore.exceptions import ClientError
from multidict import CIMultiDict

from local.identity import client
from shared.domain import file_links
from shared.domain.file_links import Refused
from shared.domain.forms import FORM
from shared.settings import settings

CHUNK_BYTES = 1024 * 1024
IN_MEMORY_BYTES = 8 * CHUNK_BYTES
PASSED_ON = ("ContentType", "ContentRange", "ETag", "AcceptRanges")
"""What goes on of S3's answer, by boto3's names; the length of the content goes on by itself."""

ToApi = Callable[[web.Request], Awaitable[web.StreamResponse]]


class FileService:
    """Answers on /u/ and /f/."""

    def __init__(self, to_api: ToApi) -> None:
        """`to_api` hands a request to the HTTP API."""
        self._to_api = to_api
        self._bringing = asyncio.Lock()

    async def answer(self, request: web.Request) -> web.StreamResponse:
        """What CloudFront and S3, or the API, answer to a request."""
        link = file_links.read(
            request.raw_path.partition("?")[0],
            request.method,
            request.headers.get("content-length"),
            at=dt.datetime.now(dt.UTC),
            secret=settings().origin_secret,
        )
        if isinstance(link, Refused):
            return _refuse(link)
        if request.method == "POST":
            return await self._to_api(_not_text(request))
        if request.method == "PUT":
            return await self._bring(request, link.key)
        return await _fetch(request, link.key)

    async def _bring(self, request: web.Request, key: str) -> web.StreamResponse:
        with tempfile.SpooledTemporaryFile(IN_MEMORY_BYTES) as file:
            async for chunk in request.content.iter_chunked(CHUNK_BYTES):
                await asyncio.to_thread(file.write, chunk)
            file.seek(0)
            # One at a time, for moto looks whether there is an object, and then puts it.
            async with self._bringing:
                return await asyncio.to_thread(_put, key, file, request.headers.get("content-type"))


def _not_text(request: web.Request) -> web.Request:
    """The request as what API Gateway passes on byte by byte."""
    if request.content_type.startswith(FORM):
        return request
    headers = CIMultiDict(request.headers)
    headers["content-type"] = "application/octet-stream"
    return request.clone(headers=headers)


def _put(key: str, file: IO[bytes], content_type: str | None) -> web.Response:
    # Of what says that it is a form moto keeps nothing.
    is_form = (content_type or "").lower().startswith("application/x-www-form-urlencoded")
    kind = {"ContentType": content_type} if content_type and not is_form else {}
    try:
        made = client("s3").put_object(Bucket=settings().files_bucket, Key=key, Body=file, IfNoneMatch="*", **kind)
    except ClientError as error:
        return _s3s_refusal(error)
    return web.Response(headers={"ETag": made["ETag"]})


async def _fetch(request: web.Request, key: str) -> web.StreamResponse:
    try:
        found = await asyncio.to_thread(_find, request, key)
    except ClientError as error:
        return _s3s_refusal(error)
    headers = {_header(name): str(found[name]) for name in PASSED_ON if name in found}
    headers["Content-Length"] = str(found["ContentLength"])
    headers["Last-Modified"] = f"{found['LastModified']:%a, %d %b %Y %H:%M:%S GMT}"
    response = web.StreamResponse(status=found["ResponseMetadata"]["HTTPStatusCode"], headers=headers)
    await response.prepare(request)
    if "Body" in found:
        for chunk in found["Body"].iter_chunks(CHUNK_BYTES):
            await response.write(chunk)
    await response.write_eof()
    return response


def _find(request: web.Request, key: str) -> dict[str, Any]:
    """The object, or the part of it that was asked for. Raises ClientError."""
    wanted = request.headers.get("range", "")
    part = {"Range": wanted} if wanted.startswith("bytes=") else {}  # of no other unit S3 takes notice
    ask = client("s3").get_object if request.method == "GET" else client("s3").head_object
    found: dict[str, Any] = ask(Bucket=settings().files_bucket, Key=key, **part)
    return found


def _header(name: str) -> str:
    """boto3's name of a header as HTTP writes it: `ContentRange` -> `Content-Range`."""
    return name if name == "ETag" else "".join(f"-{one}" if one.isupper() else one for one in name)[1:]


def _s3s_refusal(error: ClientError) -> web.Response:
    status = int(error.response["ResponseMetadata"]["HTTPStatusCode"])
    if status == HTTPStatus.NOT_FOUND:
        status = HTTPStatus.FORBIDDEN  # S3 does not tell those that may not list what is missing
    return web.Response(status=status, text=error.response["Error"].get("Message", ""))


def _refuse(refused: Refused) -> web.Response:
    """An answer that is given before the body has come; the connection ends with it."""
    response = web.Response(status=refused.status, text=refused.reason)
    response.force_close()
    return response
