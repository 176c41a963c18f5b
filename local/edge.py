"""The front door: what CloudFront does with a request for a WebSocket before API Gateway sees it.

The function that runs there is infra/edge/station_identity.js. This is the same in Python; tests/golden/edge.json
holds cases that both must agree on.
"""

import re
from collections.abc import Iterable, Mapping
from typing import NamedTuple
from urllib.parse import quote, unquote_to_bytes

from local.tokens import is_this_machine

OURS = "x-idlewatt-"
STATION = OURS + "station"
STATIONS = "/ocpp/"
"""Where stations dial in."""
LIVE = "/live"
"""Where operators' consoles are told what happens."""

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
    return [*_kept(headers), (STATION, quote(identity, safe=_UNESCAPED)), *origin_headers.items()]


def live_request(path: str, headers: Iterable[Header], origin_headers: Mapping[str, str]) -> list[Header] | Refused:
    """The same for a console's request for the live feed."""
    return [*_kept(headers), *origin_headers.items()] if path == LIVE else Refused(404)


def live_request_here(
    path: str, headers: Iterable[Header], origin_headers: Mapping[str, str]
) -> list[Header] | Refused:
    """The same where nobody needs a token: the developer's browser may have a page of some other site ask."""
    given = list(headers)
    if not is_this_machine({name.lower(): value for name, value in given}):
        return Refused(403)
    return live_request(path, given, origin_headers)


def _kept(headers: Iterable[Header]) -> list[Header]:
    """What goes on of a viewer's headers: nothing that looks like ours, and no compression."""
    return [
        (name, value)
        for name, value in headers
        if not name.lower().startswith(OURS) and name.lower() != "sec-websocket-extensions"
    ]


def _decoded(segment: str) -> str | None:
    """A segment percent-decoded exactly once; as it is if it does not encode at all; `None` if that is no UTF-8."""
    if re.search(r"%(?![0-9A-Fa-f]{2})", segment):
        return segment
    try:
        return unquote_to_bytes(segment).decode()
    except UnicodeDecodeError:
        return None
