"""The header Idempotency-Key: the same request again makes nothing new, whatever became of the first."""

import json
import re
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta

import pytest

from local.capacity import recording
from local.dynamodb.storage import Store
from shared.aws import gateway
from shared.domain.calls import Call
from shared.domain.stations import Station
from shared.store import calls, idempotency, stations
from shared.store import outbox as store
from tests.integration.api import ADMIN, Answer, call, get, wrong_fields
from tests.integration.station import DirectStation

pytestmark = pytest.mark.usefixtures("table")

RESET = {"action": "Reset", "payload": {"type": "Soft"}}


@pytest.fixture(autouse=True)
def sent(monkeypatch: pytest.MonkeyPatch) -> list[list[object]]:
    """The frames that went out, which are not received by anybody."""
    frames: list[list[object]] = []

    def send(_connection_id: str, text: str) -> str:
        frames.append(json.loads(text))
        return "sent"

    monkeypatch.setattr(gateway, "send", send)
    return frames


def post(
    key: str | None, order: Mapping[str, object] = RESET, *, station_id: str = "CP1", sub: str = "user-1"
) -> Answer:
    headers = {} if key is None else {"Idempotency-Key": key}
    return call("POST", f"/stations/{station_id}/calls", body=order, headers=headers, claims={**ADMIN, "sub": sub})


def test_the_same_request_again_is_answered_with_the_same_call(sent: list[object]) -> None:
    DirectStation()
    first = post("k1")
    assert (first.status, first.json["state"]) == (202, "sent")
    again = post("k1", {"payload": {"type": "Soft"}, "action": "Reset"})
    assert again.json == first.json
    assert len(sent) == 1
    assert len(get("/stations/CP1/calls")["items"]) == 1


def test_another_key_or_none_makes_another_call() -> None:
    stations.create(Station("CP1", "Accepted", datetime.now(UTC)))
    ids = {post(key).json["call_id"] for key in ("k1", "k2", None, None)}
    assert len(ids) == 4


@pytest.mark.parametrize(
    ("station_id", "order"),
    [("CP1", RESET | {"payload": {"type": "Hard"}}), ("CP1", RESET | {"expires_in_s": 60}), ("CP2", RESET)],
)
def test_the_same_key_with_another_request_is_refused(station_id: str, order: Mapping[str, object]) -> None:
    for one in ("CP1", "CP2"):
        stations.create(Station(one, "Accepted", datetime.now(UTC)))
    assert post("k1").status == 202
    refused = post("k1", order, station_id=station_id)
    assert refused.status == 422
    assert wrong_fields(refused) == ["header idempotency-key"]
    assert len(get(f"/stations/{station_id}/calls")["items"]) == (station_id == "CP1")


def test_a_key_is_its_callers_own() -> None:
    stations.create(Station("CP1", "Accepted", datetime.now(UTC)))
    mine, theirs = post("k1"), post("k1", RESET | {"payload": {"type": "Hard"}}, sub="user-2")
    assert (mine.status, theirs.status) == (202, 202)
    assert (mine.json["requested_by"], theirs.json["requested_by"]) == ("user-1", "user-2")


def test_a_key_may_be_written_as_the_draft_has_it_or_bare() -> None:
    stations.create(Station("CP1", "Accepted", datetime.now(UTC)))
    ids = {post(key).json["call_id"] for key in ('"8e03978e-40d5"', "8e03978e-40d5")}
    assert len(ids) == 1
    assert post('"a\\"b"').json["call_id"] == post('a"b').json["call_id"]


@pytest.mark.parametrize("key", ["", "k" * 256, "schlüssel"])
def test_an_impossible_key_is_refused(key: str) -> None:
    refused = post(key)
    assert refused.status == 422
    assert wrong_fields(refused) == ["header idempotency-key"]


def test_a_crash_before_the_call_is_kept_heals_by_the_same_request(monkeypatch: pytest.MonkeyPatch) -> None:
    DirectStation()

    def crash(_call: Call) -> Call:
        raise RuntimeError

    with monkeypatch.context() as broken:
        broken.setattr(calls, "create", crash)
        assert post("k1").status == 500
    assert get("/stations/CP1/calls")["items"] == []
    assert post("k1").json["state"] == "sent"
    assert len(get("/stations/CP1/calls")["items"]) == 1


def test_a_crash_before_the_call_is_queued_heals_by_the_same_request(
    monkeypatch: pytest.MonkeyPatch, sent: list[object]
) -> None:
    DirectStation()

    def crash(_call: Call, _at: datetime) -> None:
        raise RuntimeError

    with monkeypatch.context() as broken:
        broken.setattr(store, "open_at_once", crash)
        assert post("k1").status == 500
    (kept,) = get("/stations/CP1/calls")["items"]
    assert (kept["state"], sent) == ("queued", [])
    healed = post("k1")
    assert (healed.json["call_id"], healed.json["state"]) == (kept["call_id"], "sent")
    assert len(sent) == 1


def test_two_at_once_make_one_call(monkeypatch: pytest.MonkeyPatch, sent: list[object]) -> None:
    DirectStation()
    create = calls.create
    answers: list[Answer] = []

    def overtaken(made: Call) -> Call:
        monkeypatch.setattr(calls, "create", create)
        answers.append(post("k1"))
        return create(made)

    monkeypatch.setattr(calls, "create", overtaken)
    answers.append(post("k1"))
    assert len(sent) == 1
    assert len({answer.json["call_id"] for answer in answers}) == 1
    assert len(get("/stations/CP1/calls")["items"]) == 1


def test_what_was_made_is_shown_though_it_could_not_be_made_any_more() -> None:
    stations.create(Station("CP1", "Accepted", datetime.now(UTC)))
    first = post("k1")
    call("DELETE", "/stations/CP1")
    assert post("k1").json == first.json
    assert post("k2").status == 404


def test_a_refused_request_may_be_sent_again_once_it_can_be_done() -> None:
    assert post("k1").status == 404
    stations.create(Station("CP1", "Accepted", datetime.now(UTC)))
    assert post("k1").status == 202


def test_a_key_is_forgotten_after_a_day_even_if_its_item_lingers(table: Store) -> None:
    now = datetime.now(UTC)
    first = idempotency.promise("k", "request", "one", now)
    assert idempotency.promise("k", "request", "two", now + timedelta(hours=23)) == ("one", True)
    assert idempotency.promise("k", "another", "three", now + timedelta(hours=25)) == ("three", False)
    assert first == ("one", False)
    (item,) = table.items()
    assert int(item["expires_at_s"]["N"]) == int((now + timedelta(hours=49)).timestamp())


def test_the_key_itself_is_not_kept(table: Store) -> None:
    stations.create(Station("CP1", "Accepted", datetime.now(UTC)))
    post("something-that-only-we-know")
    assert not re.search("something-that-only-we-know", json.dumps(list(table.items())))


def test_a_key_costs_one_write_more(sent: list[object]) -> None:
    DirectStation()
    with recording() as meter:
        post("k1")
    assert len(sent) == 1
    assert meter.write_units == 4
    assert meter.read_units == 1
