"""Files that a station fetches or brings (block L and N): where from and where to, and in which span of time."""

import datetime as dt
from urllib.parse import urlsplit

from shared.domain.errors import Invalid

PROTOCOLS = ("FTP", "FTPS", "HTTP", "HTTPS", "SFTP")
"""What a station may support, as its SupportedFileTransferProtocols names it and as the scheme of a URI does."""
PROTOCOLS_KEY = "SupportedFileTransferProtocols"
LONGEST_LOCATION = 512
"""As the security extension and OCPP 2.0.1 have it; 1.6 itself has no limit, 2.1 a wider one."""
LONGEST_NAME = 150
MD5 = "[0-9A-Fa-f]{32}"
"""The form of a checksum, where OCPP wants one of a file (use cases L03 and L04 of 2.0.1)."""
_NOT_IN_NAMES = {ord(one): "_" for one in '<>:"|?*'}
"""What some file systems do not take."""


def check_location(location: str, supported: str | None, path: str, *, longest: int = LONGEST_LOCATION) -> None:
    """Raise Invalid if a station cannot use a location: a URI with a host, of a protocol that it supports.

    `supported` is what it has told of the protocols it supports, with commas between them; `path` names the field.
    """
    if len(location) > longest:
        raise Invalid(f"A location has at most {longest} characters", path=path)
    if not location.isprintable() or " " in location:
        raise Invalid("A location has no blanks; in a URI they are written %20", path=path)
    try:
        parts = urlsplit(location)
        has_host = bool(parts.hostname)
    except ValueError:
        raise Invalid("The location is not a URI", path=path) from None
    protocol = parts.scheme.upper()
    if protocol not in PROTOCOLS or not has_host:
        raise Invalid(f"A location is a URI with a host; its protocol is {' or '.join(PROTOCOLS)}", path=path)
    known = [one.strip().upper() for one in (supported or "").split(",") if one.strip()]
    if known and protocol not in known:
        raise Invalid(f"The station transfers files by {', '.join(known)} only", path=path)


def check_order(earlier: dt.datetime | None, later: dt.datetime | None, path: str) -> None:
    """Raise Invalid if two times are in the wrong order; `path` names the later one."""
    if earlier and later and later < earlier:
        raise Invalid("The time must not be before the one it follows", path=path)


def check_retries(retries: int | None, retry_interval_s: int | None) -> None:
    """Raise Invalid for numbers that are none of retries and seconds."""
    for name, number in (("retries", retries), ("retryInterval", retry_interval_s)):
        if number is not None and number < 0:
            raise Invalid("The number must not be below 0", path=f"payload.{name}")


def harmless_name(name: str) -> str | None:
    """A name that a station gave, as a name of a file and nothing more: no path, nothing that cannot be seen, of at
    most 150 characters. None if nothing is left."""
    last = name.replace("\\", "/").rstrip("/").rpartition("/")[2]
    seen = "".join(one for one in last if one.isprintable()).translate(_NOT_IN_NAMES).strip(" .")
    if len(seen) > LONGEST_NAME:
        stem, dot, suffix = seen.rpartition(".")
        end = dot + suffix if stem and len(suffix) <= LONGEST_NAME // 10 else ""
        seen = seen[: LONGEST_NAME - len(end)] + end
    return seen or None
