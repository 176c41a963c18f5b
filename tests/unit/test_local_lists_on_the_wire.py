"""Updates of local authorization lists: what goes out means what was meant, in each version's words."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.domain.local_list import Entry, Removal, Update, parts
from shared.ocpp.local_lists import payload_of, tokens_of, update_of, written
from shared.ocpp.messages import request_of

VERSIONS = ("1.6", "2.0.1", "2.1")
IDS = st.text("ABCDEF0123456789", min_size=1, max_size=20)
STATUSES = st.sampled_from(["Accepted", "Blocked", "Expired", "Invalid"])
TIMES = st.datetimes(datetime(2020, 1, 1), datetime(2090, 1, 1), timezones=st.just(UTC)).map(  # noqa: DTZ001  # in UTC
    lambda at: at.replace(microsecond=0)
)


@st.composite
def updates(draw: st.DrawFn, *, typed: bool) -> Update:
    kinds = st.sampled_from(["ISO14443", "KeyCode", "Central"]) if typed else st.none()
    others = '{"groupIdToken": {"idToken": "G", "type": "Local"}, "idTokenInfo": {"evseId": [1]}}'
    entries = st.lists(
        st.builds(
            Entry,
            IDS,
            STATUSES,
            st.none() | TIMES,
            st.just("G"),
            kinds,
            st.sampled_from([None, others if typed else None]),
        )
    )
    is_full = draw(st.booleans())
    removed = [] if is_full else draw(st.lists(st.builds(Removal, IDS, kinds)))
    return Update(draw(st.integers(1, 1000)), is_full, tuple(draw(entries)), tuple(removed))


@pytest.mark.parametrize("version", VERSIONS)
@given(st.data())
def test_an_update_comes_back_as_it_went_out(version: str, data: st.DataObject) -> None:
    update = data.draw(updates(typed=version != "1.6"))
    request = request_of("SendLocalList", version).model_validate(payload_of(update, version))
    payload = request.to_wire(milliseconds=True)
    assert update_of(payload, version) == update
    assert tokens_of(payload, version) == [one.id_token for one in update.removed] + [
        one.id_token for one in update.entries
    ]


@given(updates(typed=True), st.integers(1, 5), st.integers(50, 1000))
def test_parts_have_no_more_entries_and_bytes_than_fit(update: Update, at_most: int, room: int) -> None:
    def size(one: Entry | Removal) -> int:
        return len(str(written(one, "2.0.1")))

    sent = parts(update, at_most, size=size, room=room)
    for one in sent:
        taken = [*map(size, one.removed), *map(size, one.entries)]
        assert len(taken) <= at_most
        assert len(taken) <= 1 or sum(taken) <= room
    assert [one.version for one in sent] == list(range(update.version, update.version + len(sent)))
    assert tuple(entry for one in sent for entry in one.entries) == update.entries
    assert tuple(entry for one in sent for entry in one.removed) == update.removed
