"""Links by which a station fetches or brings one file: whoever has the link may do that one thing, for a time.

    /u/{ref}.{expires}.{limit}.{mac}/{what the station appends}

`u` is a file that a station brings, `f` a firmware file; `expires` is in seconds since 1970 and `limit` in MiB, both in
hex digits. A limit of 0 makes the link one for downloads, any other one for a single upload of at most so much. The mac
is the beginning (132 bits) of an HMAC-SHA-256 over all of it. The front door checks links before anything else sees a
request: infra/edge/files.js is this module's `read` in JavaScript, and tests/golden/edge_files.json holds both to the
same answers. A location of OCPP has at most 512 characters (GetLog of the 1.6 security whitepaper, and of 2.0.1).
"""

import base64
import datetime as dt
import hashlib
import hmac
import re
from typing import NamedTuple

FOLDERS = {"u": "uploads/", "f": "firmware/"}
"""What the first segment of a link's path stands for at the beginning of a key in the bucket."""
MOST_MIB = 4096
"""The largest file a link may be for: S3 takes 5 GB in one request."""
MIB = 1024 * 1024
MOST_POSTED_BYTES = 4_500_000
"""The largest body of a POST: S3 takes none, so a function does, and Lambda takes 6 MB of base64 with all about it."""
MAC_LENGTH = 22

_LINK = re.compile(
    r"/(?P<folder>[uf])/(?P<ref>[A-Za-z0-9_-]{1,64})"
    r"\.(?P<expires>[1-9a-f][0-9a-f]{0,9})\.(?P<limit>0|[1-9a-f][0-9a-f]{0,3})\.(?P<mac>[A-Za-z0-9_-]{22})"
)
"""The mac is always as long, so a name may follow it without a slash."""
_LENGTH = re.compile(r"[0-9]{1,15}")


class File(NamedTuple):
    """A file that has arrived in the bucket."""

    size_bytes: int
    sha256: str
    """Of its content, in 64 hex digits."""
    arrived_at: dt.datetime


class Refused(NamedTuple):
    """Why a request by a link is not served, as HTTP says it."""

    status: int
    """403 no link of ours; 405 an upload by a link for downloads or the reverse; 410 expired; 411 an upload that does
    not say its length; 413 larger than the link allows."""
    reason: str


class Link(NamedTuple):
    """What a link that is good allows."""

    key: str
    """Of the object in the bucket: `uploads/{ref}`, `firmware/{ref}`."""
    expires_at: dt.datetime
    limit_mib: int
    """0: a download."""


def path(key: str, *, expires_at: dt.datetime, limit_mib: int, secret: str) -> str:
    """The path of a link to an object, with a slash at its end; what follows that slash does not matter."""
    folder, ref = key.split("/")
    letter = next(letter for letter, prefix in FOLDERS.items() if prefix == f"{folder}/")
    expires, limit = f"{int(expires_at.timestamp()):x}", f"{limit_mib:x}"
    made = f"/{letter}/{ref}.{expires}.{limit}.{_mac(key, expires, limit, secret)}"
    if not _LINK.fullmatch(made) or limit_mib > MOST_MIB:
        raise ValueError(f"no link can be made for {key} with a limit of {limit_mib} MiB")
    return f"{made}/"


def read(target: str, method: str, content_length: str | None, *, at: dt.datetime, secret: str) -> Link | Refused:
    """What a request may do: `target` is the path of its URL without a query, `content_length` the text of that header.

    Nothing is said about a link's time or limit before its mac is known to be ours.
    """
    found = _LINK.match(target)
    if found is None:
        return Refused(403, "This is no link of ours")
    key = FOLDERS[found["folder"]] + found["ref"]
    mac = _mac(key, found["expires"], found["limit"], secret)
    if not hmac.compare_digest(mac, found["mac"]):
        return Refused(403, "This is no link of ours")
    expires_s, limit_mib = int(found["expires"], 16), int(found["limit"], 16)
    if at.timestamp() >= expires_s:
        return Refused(410, "The link has expired")
    if method not in _methods(found["folder"], limit_mib):
        return Refused(405, f"The link is for {'uploads' if limit_mib else 'downloads'}")
    if limit_mib:
        if content_length is None or not _LENGTH.fullmatch(content_length):
            return Refused(411, "An upload says its Content-Length")
        if int(content_length) > limit_mib * MIB:
            return Refused(413, f"The file is larger than {limit_mib} MiB")
        if method == "POST" and int(content_length) > MOST_POSTED_BYTES:
            return Refused(413, f"A POST brings at most {MOST_POSTED_BYTES} bytes; a PUT brings more")
    return Link(key, dt.datetime.fromtimestamp(expires_s, dt.UTC), limit_mib)


def _methods(folder: str, limit_mib: int) -> tuple[str, ...]:
    if not limit_mib:
        return ("GET", "HEAD")
    return ("PUT", "POST") if folder == "u" else ("PUT",)


def _mac(key: str, expires: str, limit: str, secret: str) -> str:
    text = f"file\n{key}\n{expires}\n{limit}"
    mac = hmac.digest(secret.encode(), text.encode(), hashlib.sha256)
    return base64.urlsafe_b64encode(mac)[:MAC_LENGTH].decode()
