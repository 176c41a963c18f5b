"""The live feed's messages, and which events a console gets."""

import json
from contextlib import suppress
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.domain import live
from shared.domain.errors import Invalid
from shared.domain.events import EVENT_TYPES
from shared.domain.live import Watch

json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=12), inner, max_size=3),
    max_leaves=8,
)
watches = st.builds(
    Watch,
    st.none() | st.frozensets(st.sampled_from(["CP1", "CP2", "CP3"]), min_size=1),
    st.none() | st.frozensets(st.sampled_from(EVENT_TYPES), min_size=1),
)


def event(event_type: str = "status.changed", station_id: str | None = "CP1") -> dict[str, Any]:
    return {"version": 1, "type": event_type, "station_id": station_id, "at": "2026-11-23T08:00:00.000000Z", "data": {}}


@pytest.mark.parametrize(
    ("watch", "wanted"),
    [
        (Watch(), True),
        (Watch(frozenset({"CP1", "CP2"})), True),
        (Watch(frozenset({"CP2"})), False),
        (Watch(None, frozenset({"status.changed"})), True),
        (Watch(None, frozenset({"call.ended"})), False),
        (Watch(frozenset({"CP1"}), frozenset({"call.ended"})), False),
    ],
)
def test_an_event_is_for_who_watches_its_station_and_its_type(watch: Watch, wanted: bool) -> None:
    assert watch.wants(event()) is wanted


def test_an_event_of_no_one_station_is_for_who_watches_all() -> None:
    changed = event("firmware_campaign.changed", None)
    assert Watch().wants(changed)
    assert not Watch(frozenset({"CP1"})).wants(changed)


@given(watches)
def test_a_watch_that_is_answered_can_be_asked_for_again(watch: Watch) -> None:
    answer = json.loads(live.watching(watch))
    asked = {"action": "watch", "station_ids": answer["station_ids"], "types": answer["types"]}
    assert live.watch_of(live.request(json.dumps(asked))) == watch


@given(json_values)
def test_whatever_is_sent_is_read_or_refused(value: Any) -> None:
    with suppress(Invalid):
        assert isinstance(live.watch_of(live.request(json.dumps(value))), Watch)


@pytest.mark.parametrize("station_ids", [[""], ["x" * 256], [1], ["CP1", None], {}, "CP1", [], ["a"] * 1 + [["b"]]])
def test_ids_that_no_station_has_are_refused(station_ids: object) -> None:
    with pytest.raises(Invalid, match="station_ids"):
        live.watch_of({"action": "watch", "station_ids": station_ids})


def test_deep_and_long_messages_are_refused() -> None:
    with pytest.raises(Invalid, match="no JSON"):
        live.request("[" * 30_000)
    with pytest.raises(Invalid, match="longer"):
        live.request('"' + "x" * live.MOST_REQUEST_CHARACTERS + '"')


def test_an_event_that_is_too_large_for_a_message_comes_without_its_data() -> None:
    small = event() | {"data": {"text": "ü"}}
    assert json.loads(live.told(small)) == {"type": "event", "event": small}
    large = event() | {"data": {"text": "ü" * live.MOST_MESSAGE_BYTES}}
    assert json.loads(live.told(large)) == {"type": "event", "event": large | {"data": None}}


def test_a_ticket_cannot_be_told_from_its_hash() -> None:
    assert live.ticket_hash("ticket") != "ticket"
    assert len(live.ticket_hash("")) == len(live.ticket_hash("ticket")) == 64
