"""POST /u/{link}/…: a file that a station brings by a POST, as the body or in a form of multipart/form-data.

S3 takes neither, so CloudFront sends them here (infra/edge/files.js), and larger ones nowhere: a PUT has no such limit.
"""

import base64
import datetime as dt
from http import HTTPStatus
from typing import Any

from shared.aws import files
from shared.aws.files import AlreadyThere
from shared.aws.telemetry import logger
from shared.domain import file_links, forms
from shared.domain.file_links import Refused
from shared.settings import settings


def handler(event: dict[str, Any], _context: object) -> dict[str, Any]:
    """API Gateway's event for HTTP APIs, payload format 2.0, and its answer. 201: the file is kept. 400: the form holds
    no file. 412: the link was used before. Others as in shared/domain/file_links.py."""
    status, reason = _receive(event)
    logger.info("upload", extra={"status": int(status), "reason": reason or None})
    return {"statusCode": int(status), "headers": {"content-type": "text/plain"}, "body": reason}


def _receive(event: dict[str, Any]) -> tuple[int, str]:
    body = _body(event)
    link = file_links.read(
        event["rawPath"],
        event["requestContext"]["http"]["method"],
        str(len(body)),
        at=dt.datetime.now(dt.UTC),
        secret=settings().origin_secret,
    )
    if isinstance(link, Refused):
        return link.status, link.reason
    content = forms.first_file(body, _content_type(event))
    if content is None:
        return HTTPStatus.BAD_REQUEST, "The form holds no file"
    try:
        files.put(link.key, content)
    except AlreadyThere:
        return HTTPStatus.PRECONDITION_FAILED, "A file came by this link before"
    return HTTPStatus.CREATED, ""


def _body(event: dict[str, Any]) -> bytes:
    body: str = event.get("body") or ""
    return base64.b64decode(body) if event.get("isBase64Encoded") else body.encode()


def _content_type(event: dict[str, Any]) -> str:
    return str((event.get("headers") or {}).get("content-type", ""))
