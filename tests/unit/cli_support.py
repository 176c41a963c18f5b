"""The command line in this process, on an API that says what a test wants."""

import io
import json
import sys
from collections.abc import Callable, Mapping, Sequence
from contextlib import redirect_stderr, redirect_stdout
from typing import Any, NamedTuple
from unittest import mock

from local.cli.app import run
from local.cli.profiles import Profile
from local.cli.session import Session
from local.cli.transport import Request, Response

URL = "https://idlewatt.example/api/v1"
CLOUD = Profile(
    "default", "https://cloud.example/api/v1", "https://auth.example/oauth2/token", "client", "idlewatt/viewer"
)
AT = "2026-11-23T08:00:00Z"

STATION: dict[str, Any] = {
    "station_id": "CP1",
    "online": True,
    "ocpp_version": "1.6",
    "registration": "Accepted",
    "security_profile": 2,
    "call_timeout_s": None,
    "has_password": True,
    **dict.fromkeys(("vendor", "model", "serial_number", "charge_box_serial_number", "firmware_version")),
    **dict.fromkeys(("name", "latitude", "longitude")),
    **dict.fromkeys(("iccid", "imsi", "meter_type", "meter_serial_number", "remote_address")),
    **dict.fromkeys(("created_at", "booted_at", "connected_at", "disconnected_at", "last_seen_at")),
    "evses": [],
    "warnings": [],
}
CALL: dict[str, Any] = {
    "call_id": "c1",
    "station_id": "CP1",
    "action": "Reset",
    "payload": {},
    "state": "answered",
    **dict.fromkeys(("answer", "error", "late_answer", "outcome", "sent_at", "ended_at")),
    **dict.fromkeys(("part_of", "fallback_id", "fallback_of", "job_id")),
    "parts": [],
    "created_at": AT,
    "expires_at": AT,
}
TOKEN = {
    "id_token": "CARD1",
    "status": "Accepted",
    "expires_at": AT,
    "group_id": "FLEET",
    "concurrent": True,
    "warnings": [],
}

Answer = Response | Callable[[Request], Response]


def answer(body: Any, status: int = 200, **headers: str) -> Response:
    return Response(status, headers, body if isinstance(body, bytes) else json.dumps(body).encode())


def problem(status: int, detail: str, *errors: Mapping[str, str]) -> Response:
    return answer({"title": "No", "status": status, "detail": detail, "errors": errors}, status)


def page(items: Sequence[Any], next_cursor: str | None = None) -> Response:
    return answer({"items": items, "next_cursor": next_cursor})


def granted(token: str = "fresh") -> Response:
    """What a token endpoint answers."""
    return answer({"access_token": token, "expires_in": 3600, "token_type": "Bearer"})


class FakeApi:
    """Gives its answers in their order, the last one again and again, and keeps what it was asked."""

    def __init__(self, *answers: Answer) -> None:
        self._answers = list(answers)
        self.requests: list[Request] = []

    def __call__(self, request: Request) -> Response:
        self.requests.append(request)
        given = self._answers.pop(0) if len(self._answers) > 1 else self._answers[0]
        return given if isinstance(given, Response) else given(request)

    @property
    def asked(self) -> list[str]:
        """Method and place of each request: `GET /stations?limit=50`."""
        return [f"{one.method} {one.url.removeprefix(URL)}" for one in self.requests]

    def body(self, number: int = -1) -> Any:
        """The JSON body of a request."""
        return json.loads(self.requests[number].body or b"null")


class Ended(NamedTuple):
    """How a command line ended, and what it printed."""

    status: int
    out: str
    err: str

    @property
    def document(self) -> Any:
        return json.loads(self.out)


def idlewatt(
    api: FakeApi,
    *words: str,
    stdin: str = "",
    looks: int | None = None,
    environment: Mapping[str, str] = {"IDLEWATT_URL": URL},
) -> Ended:
    """Run a command line. `looks`: Ctrl-C comes when it goes to sleep for this time, counted from 1."""
    slept = 0

    def sleep(_: float) -> None:
        nonlocal slept
        slept += 1
        if slept == looks:
            raise KeyboardInterrupt

    out, err = io.BytesIO(), io.BytesIO()
    printed, told = (io.TextIOWrapper(one, "utf-8", write_through=True) for one in (out, err))
    session = Session({"HOME": "/nonexistent", **environment}, api, sleep)
    with redirect_stdout(printed), redirect_stderr(told), mock.patch.object(sys, "stdin", io.StringIO(stdin)):
        status = run(words, session)
    return Ended(status, out.getvalue().decode(), err.getvalue().decode())
