"""The front door for the console: what CloudFront does with requests for its files, and the file that tells it where
things are.

The function that runs there is infra/edge/console.js. `file_of` is the same in Python; tests/golden/edge_console.json
holds cases that both must agree on.
"""

import asyncio
import hashlib
import mimetypes
import re
from collections.abc import Callable
from pathlib import Path
from urllib.parse import unquote

from aiohttp import web

from infra.console_configuration import Configuration
from infra.console_headers import ASK_AGAIN, Elsewhere, cache_control, security_headers

INDEX = "/index.html"
BUILT = Path(__file__).resolve().parent.parent / "web" / "dist"
"""Where `make console` puts the files."""

_FILE = re.compile(r"/(?:assets/.+|[^/]*\.[^/]*)", re.S)
_COMPRESSIBLE = re.compile(r"text/.*|application/(?:javascript|json|manifest\+json)|image/svg\+xml")
_NOT_BUILT = """<!doctype html>
<html lang="en"><meta charset="utf-8"><title>Idlewatt</title>
<h1>Idlewatt</h1>
<p>The console is not built yet: <code>make console</code> builds it, and then this page is the console.
<p>Stations dial <code>ws://{host}/ocpp/&lt;station id&gt;</code>.
<p>The operator API is described at <a href="/api/v1/docs">/api/v1/docs</a>.
"""

# What the machine says of types differs, and browsers refuse scripts of a wrong one.
for suffix, kind in {".js": "text/javascript", ".webmanifest": "application/manifest+json"}.items():
    mimetypes.add_type(kind, suffix)

Configure = Callable[[str], Configuration]
"""Makes what config.json says to whoever comes by this origin (`http://localhost:9000`)."""


def file_of(path: str) -> str:
    """The file that a path stands for: itself below /assets/ and for a name with a dot at the root; else the page,
    whose script knows what the path means. Identities of stations have dots, too: `/stations/CP.1` is the page."""
    return path if _FILE.fullmatch(path) else INDEX


class ConsoleFiles:
    """Answers GET and HEAD with the console's files; a file is read anew each time, so that a new build shows."""

    def __init__(self, directory: Path, configure: Configure) -> None:
        self._directory = directory.resolve()
        self._configure = configure

    async def answer(self, request: web.Request) -> web.Response:
        """What CloudFront and the bucket answer to a request."""
        if request.method not in ("GET", "HEAD"):
            return web.Response(status=403, text="The console's files can be read and nothing else")
        path = file_of(request.raw_path.partition("?")[0])
        found = self._found(path)
        if found is None and path != INDEX:
            return web.Response(status=404, text="Not Found", headers=security_headers(Elsewhere()))
        if found is None:
            text = _NOT_BUILT.format(host=request.host)
            headers = {**security_headers(Elsewhere()), "Cache-Control": ASK_AGAIN}
            return web.Response(text=text, content_type="text/html", headers=headers)
        return _file(request, path, await asyncio.to_thread(found.read_bytes))

    async def configuration(self, request: web.Request) -> web.Response:
        """config.json."""
        headers = {**security_headers(Elsewhere()), "Cache-Control": ASK_AGAIN}
        return web.json_response(self._configure(f"{request.scheme}://{request.host}"), headers=headers)

    def _found(self, path: str) -> Path | None:
        """The file of a path, if there is one; never one outside the directory."""
        name = unquote(path[1:], errors="replace")
        if "\0" in name:
            return None
        file = (self._directory / name).resolve()
        return file if file.is_relative_to(self._directory) and file.is_file() else None


def _file(request: web.Request, path: str, body: bytes) -> web.Response:
    tag = f'"{hashlib.sha256(body).hexdigest()[:32]}"'
    headers = {**security_headers(Elsewhere()), "Cache-Control": cache_control(path), "ETag": tag}
    if tag in request.headers.get("If-None-Match", "").replace("W/", "").split(", "):
        return web.Response(status=304, headers=headers)
    kind = mimetypes.guess_type(path)[0] or "application/octet-stream"
    charset = "utf-8" if kind.startswith("text/") else None
    response = web.Response(body=body, content_type=kind, charset=charset, headers=headers)
    if _COMPRESSIBLE.fullmatch(kind):
        response.enable_compression()
    return response
