"""Forms in which some clients send a file: multipart/form-data (RFC 7578)."""

import itertools
import re

FORM = "multipart/form-data"
_BOUNDARY = re.compile(r';\s*boundary=(?:"([^"]{1,70})"|([^\s;"]{1,70}))', re.IGNORECASE)
_NAMES_A_FILE = re.compile(rb"^content-disposition:[^\r\n]*;\s*filename\*?=", re.IGNORECASE | re.MULTILINE)


def first_file(body: bytes, content_type: str) -> bytes | None:
    """The file that a client sends: the body itself, or that of a form the content of its first part that names a file,
    or else of its only part. None if the form holds no file."""
    if not content_type.lower().startswith(FORM):
        return body
    boundary = _BOUNDARY.search(content_type)
    if boundary is None:
        return None
    parts = _parts(body, (boundary[1] or boundary[2]).encode())
    named = [content for head, content in parts if _NAMES_A_FILE.search(head)]
    if named:
        return named[0]
    return parts[0][1] if len(parts) == 1 else None


def _parts(body: bytes, boundary: bytes) -> list[tuple[bytes, bytes]]:
    """Head and content of each part, byte for byte; what is before the first and after the last does not count, nor
    does a part that does not end (RFC 2046, section 5.1.1)."""
    delimiter = re.compile(rb"(?:\r\n)--" + re.escape(boundary) + rb"(--)?[ \t]*(?=\r\n|\Z)")
    body = b"\r\n" + body  # every delimiter begins with a line end, but the first may stand at the very beginning
    found = list(delimiter.finditer(body))
    parts = []
    for opened, closed in itertools.pairwise(found):
        if opened[1]:
            break
        head, _, content = body[opened.end() : closed.start()].partition(b"\r\n\r\n")
        parts.append((head, content))
    return parts
