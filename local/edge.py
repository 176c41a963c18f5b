"""The front door: what CloudFront does with a request for a station before API Gateway sees it.

The function that runs there is infra/edge/station_identity.js. This is the same in Python; tests/golden/edge.json
holds cases that both must agree on.
"""

import re
from collections.abc import Iterable, Mapping
from typing import NamedTuple
from urllib.parse import quote, unquote_to_bytes

OURS = "x-idlewatt-"
STATION = OURS + "station"
STATIONS = "/ocpp/"
"""Where stations dial in."""

_UNESCAPED = "-_.!~*'()"
"""What encodeURIComponent leaves as it is, beside letters and digits."""

Header = tuple[str, str]


class Refused(NamedTuple):
    """The front door answers the request itself."""

    status: int


def station_request(path: str, headers: Iterable[Header], origin_headers: Mapping[str, str]) -> list[Header] | Refused:
    """The headers with which a request for a station goes on, or the status it is refused with.

    `path` is as it came, percent-encoded and without a query; `origin_headers` are what the distribution adds.
    """
    segments = [segment for segment in path.removeprefix(STATIONS).split("/") if segment]
    if not segments:
        return Refused(404)
    identity = _decoded(segments[-1])
    if identity is None:
        return Refused(400)
    kept = [
        (name, value)
        for name, value in headers
        if not name.lower().startswith(OURS) and name.lower() != "sec-websocket-extensions"
    ]
    return [*kept, (STATION, quote(identity, safe=_UNESCAPED)), *origin_headers.items()]


def _decoded(segment: str) -> str | None:
    """A segment percent-decoded exactly once; as it is if it does not encode at all; `None` if that is no UTF-8."""
    if re.search(r"%(?![0-9A-Fa-f]{2})", segment):
        return segment
    try:
        return unquote_to_bytes(segment).decode()
    except UnicodeDecodeError:
        return None
