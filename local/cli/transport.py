"""HTTP itself, in a form that a test can stand in for."""

from collections.abc import Callable, Mapping
from typing import NamedTuple
from urllib.parse import urlsplit

import requests
from requests.adapters import HTTPAdapter
from requests.auth import AuthBase
from requests.models import PreparedRequest
from urllib3.util import Retry

from local.cli.errors import Unreachable
from local.cli.profiles import LOOPBACK

CONNECTS_WITHIN_S = 10
ANSWERS_WITHIN_S = 35
"""API Gateway answers within 30 s, whatever happens behind it."""
THROTTLED = Retry(
    total=5,
    connect=0,
    read=0,
    status_forcelist=(429,),
    allowed_methods=None,  # what is throttled was not done, so nothing is ever done twice
    backoff_factor=0.5,
    raise_on_status=False,
)


class Request(NamedTuple):
    """A request; `headers` have all that is to be sent."""

    method: str
    url: str
    headers: Mapping[str, str]
    body: bytes | None = None


class Response(NamedTuple):
    """The answer; the names in `headers` are in lower case."""

    status: int
    headers: Mapping[str, str]
    body: bytes


Transport = Callable[[Request], Response]
"""Raises Unreachable if there is no answer."""


class _AsIs(AuthBase):
    """Keeps requests from replacing our Authorization by what ~/.netrc has for the host."""

    def __call__(self, request: PreparedRequest) -> PreparedRequest:
        return request


def connected() -> Transport:
    """A transport that keeps its connections, and asks again when it is throttled. Redirections are not followed."""
    session = requests.Session()
    session.auth = _AsIs()
    for scheme in ("http://", "https://"):
        session.mount(scheme, HTTPAdapter(max_retries=THROTTLED))

    def send(request: Request) -> Response:
        # A proxy of the environment has no way to this machine's own addresses.
        session.trust_env = urlsplit(request.url).hostname not in LOOPBACK
        try:
            answer = session.request(
                request.method,
                request.url,
                headers=dict(request.headers),
                data=request.body,
                timeout=(CONNECTS_WITHIN_S, ANSWERS_WITHIN_S),
                allow_redirects=False,
            )
        except requests.RequestException as error:
            raise Unreachable(_reason(request.url, error)) from error
        headers = {name.lower(): value for name, value in answer.headers.items()}
        return Response(answer.status_code, headers, answer.content)

    return send


def _reason(url: str, error: requests.RequestException) -> str:
    parts = urlsplit(url)
    place = f"{parts.scheme}://{parts.netloc}"
    if isinstance(error, requests.Timeout):
        return f"{place} does not answer in time"
    if not isinstance(error, requests.ConnectionError) or isinstance(error, requests.exceptions.SSLError):
        return f"{place} cannot be asked: {error}"
    if parts.hostname in LOOPBACK:
        return f"Nothing answers at {place}. `make run` starts the local system; IDLEWATT_URL names another one"
    return f"{place} cannot be reached: {_root(error)}"


def _root(error: BaseException) -> str:
    """What lies at the bottom of it, where the libraries in between say little else than their names."""
    while (cause := error.__cause__ or error.__context__) is not None:
        error = cause
    return str(error) or type(error).__name__
