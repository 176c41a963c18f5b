"""Requests to hosts that others name: those of OCSP responders and revocation lists stand in certificates.

Whoever writes the URL must not reach what only we can reach. So only http and https are spoken, only to addresses of
the public internet, and to the very address that was looked at; redirects are not followed.
"""

import http.client
import ipaddress
import socket
import ssl
from collections.abc import Mapping
from urllib.parse import SplitResult, urlsplit

from shared.settings import settings

PORTS: Mapping[str, int] = {"http": 80, "https": 443}
LONGEST_BYTES = 2 * 1024 * 1024
"""A revocation list may be long; an OCSP response is a few KB."""


class Unreachable(Exception):
    """No usable answer, with the reason."""


def fetch(url: str, *, body: bytes | None = None, content_type: str = "", timeout_s: float = 4.0) -> bytes:
    """The body of the answer to a GET, or with `body` to a POST. Raises Unreachable."""
    try:
        return _fetch(urlsplit(url), body, {"Content-Type": content_type} if body is not None else {}, timeout_s)
    except (OSError, ValueError, http.client.HTTPException) as error:
        raise Unreachable(f"{url[:200]}: {error}") from error


def _fetch(url: SplitResult, body: bytes | None, headers: Mapping[str, str], timeout_s: float) -> bytes:
    if url.scheme not in PORTS or not url.hostname:
        raise ValueError("not a URL of http or https")
    connection = http.client.HTTPConnection(url.hostname, url.port or PORTS[url.scheme], timeout=timeout_s)
    plain = socket.create_connection((_address(url.hostname, connection.port), connection.port), timeout_s)
    try:
        connection.sock = plain
        if url.scheme == "https":
            connection.sock = ssl.create_default_context().wrap_socket(plain, server_hostname=url.hostname)
        path = (url.path or "/") + (f"?{url.query}" if url.query else "")
        connection.request("GET" if body is None else "POST", path, body, dict(headers))
        answer = connection.getresponse()
        if answer.status != http.HTTPStatus.OK:
            raise ValueError(f"answered with status {answer.status}")
        content = answer.read(LONGEST_BYTES + 1)
    finally:
        connection.close()
        plain.close()
    if len(content) > LONGEST_BYTES:
        raise ValueError("the answer is too long")
    return content


def _address(host: str, port: int) -> str:
    """The address of a host, which must be of the public internet."""
    addresses = [str(info[4][0]) for info in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)]
    if settings().private_hosts:
        return addresses[0]
    public = [one for one in addresses if _is_public(one)]
    if not public:
        raise ValueError("the host is not of the public internet")
    return public[0]


def _is_public(address: str) -> bool:
    read = ipaddress.ip_address(address.partition("%")[0])
    if isinstance(read, ipaddress.IPv6Address) and (read.ipv4_mapped or read.sixtofour or read.teredo):
        return False
    return read.is_global and not read.is_multicast
