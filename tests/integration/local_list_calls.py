"""A station with a local authorization list: what it is sent of it, what it answers, and what is known then."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from shared.domain.calls import Call
from shared.domain.configuration import Variable
from shared.store import configuration
from tests.integration.api import call as ask
from tests.integration.api import get
from tests.integration.called_station import CalledStation, Received

PATH = "/stations/CP1/local-list"
ACCEPTED = {"status": "Accepted"}


def takes(key: str, value: str) -> None:
    configuration.note_read("CP1", Variable(key, value, is_known=True), datetime.now(UTC))


def put(*id_tokens: str) -> Any:
    answer = ask("PUT", PATH, body={"id_tokens": id_tokens})
    assert answer.status in (200, 202), answer
    return answer.json


def raw(station: CalledStation, version: int, kind: str = "Full", entries: Sequence[Any] = ()) -> Call:
    payload = {"listVersion": version, "updateType": kind, "localAuthorizationList": list(entries)}
    return station.order("SendLocalList", payload)


def entry(id_token: str, status: str = "Accepted") -> dict[str, Any]:
    return {"idTag": id_token, "idTagInfo": {"status": status}}


def said(received: Received) -> tuple[int, str, list[str]]:
    """Version, kind and id tokens of an update; those that are removed with a minus."""
    entries = received.payload.get("localAuthorizationList", [])
    names = [one["idTag"] if "idTagInfo" in one else f"-{one['idTag']}" for one in entries]
    return received.payload["listVersion"], received.payload["updateType"], names


def settle(station: CalledStation, *statuses: str) -> list[tuple[int, str, list[str]]]:
    """What the station is sent while it answers like this, then Accepted."""
    found = []
    answers = list(statuses)
    while station.received:
        received = station.next("SendLocalList")
        found.append(said(received))
        station.answer(received.call_id, {"status": answers.pop(0) if answers else "Accepted"})
    return found


def has() -> tuple[Any, Any]:
    """Version and id tokens of the list that the station has, as we know it."""
    found = get(PATH)
    entries = found["entries"]
    return found["version"], None if entries is None else sorted(one["id_token"] for one in entries)
