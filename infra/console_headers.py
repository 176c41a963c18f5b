"""What browsers are told with the console's files: one text for CloudFront and for the local system.

Data and the standard library only, so that the local system can read it without CDK.
"""

from typing import NamedTuple
from urllib.parse import urlsplit

FINGERPRINTED = "/assets/"
"""Where files lie whose names change with their content."""
FOR_EVER = "public, max-age=31536000, immutable"
ASK_AGAIN = "no-cache"
"""Keep it, but ask each time whether it is still so: the page, and whatever keeps its name."""
TRANSPORT_SECURITY_S = 2 * 365 * 24 * 3600
"""How long a browser that has seen the console comes by TLS only."""
REFERRERS = "same-origin"
"""Nobody else learns from a link which station somebody looked at."""

PERMISSIONS = ", ".join(
    f"{feature}=()"
    for feature in (
        *("accelerometer", "autoplay", "camera", "display-capture", "encrypted-media", "fullscreen", "geolocation"),
        *("gyroscope", "magnetometer", "microphone", "midi", "payment", "picture-in-picture"),
        *("publickey-credentials-get", "screen-wake-lock", "usb", "xr-spatial-tracking"),
    )
)
"""What the console asks no browser for, and so nothing that gets into it can."""


class Elsewhere(NamedTuple):
    """What the console reaches beside its own origin, as origins (`https://host`); empty: nothing."""

    sign_in: str = ""
    """Where people sign in and tokens are had."""
    map_tiles: str = ""
    """Where the images of the map come from; may begin with `https://*.`."""


def cache_control(path: str) -> str:
    """How long a file may be kept; `path` as in the bucket, with a leading slash."""
    return FOR_EVER if path.startswith(FINGERPRINTED) else ASK_AGAIN


def content_security_policy(elsewhere: Elsewhere, *, upgrade: bool) -> str:
    """What the pages may load, and from where. No script or style stands in a page, and none is made from text.

    `upgrade`: what is asked for without TLS is asked for with it. Trusted types are not demanded: Leaflet puts its
    attribution into the page as HTML.
    """
    directives = {
        "default-src": ["'none'"],
        "script-src": ["'self'"],
        "style-src": ["'self'"],
        "img-src": ["'self'", "data:", elsewhere.map_tiles],
        "font-src": ["'self'"],
        "connect-src": ["'self'", elsewhere.sign_in],
        "manifest-src": ["'self'"],
        "object-src": ["'none'"],
        "base-uri": ["'none'"],
        "form-action": ["'self'", elsewhere.sign_in],
        "frame-ancestors": ["'none'"],
    }
    named = [" ".join([name, *filter(None, sources)]) for name, sources in directives.items()]
    return "; ".join([*named, *(["upgrade-insecure-requests"] if upgrade else [])])


def security_headers(elsewhere: Elsewhere) -> dict[str, str]:
    """The headers of every answer of the local system's console. In the cloud a policy of CloudFront sets them
    (infra/console.py), and those that only mean something with TLS."""
    return {
        "Content-Security-Policy": content_security_policy(elsewhere, upgrade=False),
        "Cross-Origin-Opener-Policy": "same-origin",
        "Permissions-Policy": PERMISSIONS,
        "Referrer-Policy": REFERRERS,
        "X-Content-Type-Options": "nosniff",
        "X-Frame-Options": "DENY",
    }


def tiles_origin(url: str) -> str:
    """The origin of a map's images by the template of their address: `https://{s}.tile.example/{z}/{x}/{y}.png` ->
    `https://*.tile.example`. Raises ValueError for what is no such template."""
    parts = urlsplit(url)
    host = parts.netloc.replace("{s}", "*")
    whole = all(part in parts.path + parts.query for part in ("{z}", "{x}", "{y}"))
    beyond = set(host.removeprefix("*.")) & set("{}*;,' \"")
    if parts.scheme != "https" or not host or beyond or not whole:
        raise ValueError(f"{url!r} is no address of map tiles such as https://tile.example/{{z}}/{{x}}/{{y}}.png")
    return f"https://{host}"
