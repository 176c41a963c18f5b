"""Local authorization lists: what is sent to make one list of another, and what is known after each answer."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.domain.authorization import IdToken, normalize
from shared.domain.local_list import (
    LARGEST_VERSION,
    MOST_RESENT,
    Entries,
    Entry,
    LocalList,
    Removal,
    Update,
    accept,
    apply,
    difference,
    entry_of,
    full,
    issue,
    lack,
    listed,
    parts,
    repeated,
    report,
    resend,
    smallest,
)

AT = datetime(2026, 11, 20, 8, tzinfo=UTC)
ANN, BEN, CAT = Entry("ANN", "Accepted"), Entry("BEN", "Accepted"), Entry("CAT", "Blocked")
KNOWN = LocalList("CP1", supported=True, version=5, entries=listed([ANN, BEN]), issued=5, as_of=AT)

id_tokens = st.text("abAB12-", min_size=1, max_size=4)
entries = st.builds(
    Entry,
    id_token=id_tokens,
    status=st.sampled_from(["Accepted", "Blocked"]),
    expires_at=st.sampled_from([None, AT]),
    group_id=st.sampled_from([None, "FLEET"]),
)
lists = st.lists(entries, max_size=30).map(listed)


@given(lists, lists, st.integers(1, 7), st.integers(1, 100))
def test_what_is_sent_makes_one_list_of_any_other(standing: Entries, wished: Entries, at_most: int, first: int) -> None:
    for update in (smallest(standing, wished, first), difference(standing, wished, first), full(wished, first)):
        sent = parts(update, at_most)
        after = standing
        for one in sent:
            assert len(one.entries) + len(one.removed) <= at_most
            after = apply(after, one)
            assert len(after) <= max(len(standing), len(wished))
        assert after == wished
        assert [one.version for one in sent] == list(range(first, first + len(sent)))
        assert [one.is_full for one in sent] == [update.is_full, *[False] * (len(sent) - 1)]


@given(lists, lists)
def test_a_difference_names_what_differs_and_nothing_else(standing: Entries, wished: Entries) -> None:
    update = difference(standing, wished, 1)
    assert {normalize(one.id_token) for one in update.removed} == standing.keys() - wished.keys()
    assert listed(update.entries) == dict(wished.items() - standing.items())


@given(lists, lists)
def test_no_more_is_sent_than_it_takes(standing: Entries, wished: Entries) -> None:
    sent = [smallest(standing, wished, 1), difference(standing, wished, 1), full(wished, 1)]
    sizes = [len(one.entries) + len(one.removed) for one in sent]
    assert sizes[0] == min(sizes)


@given(lists, lists, st.integers(1, 5), st.lists(st.booleans(), min_size=60, max_size=60))
def test_a_part_that_is_lost_is_noticed(standing: Entries, wished: Entries, at_most: int, lost: list[bool]) -> None:
    """Whatever parts never come to the station: what we take for its list is its list, or we know that we do not."""
    known = LocalList("CP1", True, 5, standing, issued=5, as_of=AT)
    has = standing
    sent = parts(difference(standing, wished, 6), at_most)
    known = issue(known, 6, sent[-1].version) or known
    for one, is_lost in zip(sent, lost, strict=False):
        if not is_lost:
            has = apply(has, one)
            known = accept(known, one, one.version - 1, AT) or known
    assert known.entries in (None, has)
    assert known.is_settled == (known.version == sent[-1].version and known.entries is not None)
    if not any(lost[: len(sent)]):
        assert known.entries == wished


def test_tokens_are_the_same_in_upper_and_lower_case() -> None:
    assert repeated(["ann", "BEN", "Ann", "ben", "cat"]) == [2, 3]
    assert apply(listed([ANN]), Update(2, is_full=False, removed=(Removal("ann"),))) == {}


def test_an_entry_says_no_more_than_a_station_can_be_told() -> None:
    token = IdToken("ANN", "Blocked", AT + timedelta(microseconds=7), "G" * 21)
    assert entry_of(token, 20) == Entry("ANN", "Blocked", AT)
    assert entry_of(token, 21) == Entry("ANN", "Blocked", AT, "G" * 21)


def test_a_full_list_is_known_whatever_was_there_before() -> None:
    for standing in (LocalList("CP1"), KNOWN, KNOWN._replace(entries=None)):
        after = accept(standing, full(listed([CAT]), 6), None, AT)
        assert after is not None
        assert (after.version, after.entries, after.supported) == (6, listed([CAT]), True)


def test_a_difference_upon_a_list_that_is_not_known_leaves_it_unknown() -> None:
    update = Update(6, is_full=False, entries=(CAT,))
    assert accept(LocalList("CP1"), update, 0, AT) == LocalList("CP1", True, 6, None, issued=6, as_of=AT)
    after = accept(KNOWN, update, 4, AT)
    assert after is not None
    assert after.entries is None


@pytest.mark.parametrize(
    ("version", "expected"),
    [
        (0, (True, 0, {})),
        (5, (True, 5, KNOWN.entries)),
        (9, (True, 9, None)),
        (-1, (False, None, None)),
    ],
)
def test_a_version_tells_whether_the_list_is_the_one_we_know(version: int, expected: object) -> None:
    after = report(KNOWN, version, AT)
    assert after is not None
    assert (after.supported, after.version, after.entries) == expected
    assert after.issued == max(5, version)


def test_what_an_earlier_call_tells_changes_nothing() -> None:
    earlier = AT - timedelta(seconds=1)
    assert report(KNOWN, 0, earlier) is None
    assert lack(KNOWN, earlier) is None
    assert accept(KNOWN, full({}, 4), None, earlier) is None


def test_versions_rise() -> None:
    assert issue(KNOWN, 5, 6) is None
    after = issue(KNOWN, 8, 9)
    assert after is not None
    assert after.issued == 9


def test_full_lists_follow_by_themselves_only_so_often() -> None:
    standing = KNOWN
    for number in range(MOST_RESENT):
        asked = resend(standing, f"call-{number}")
        assert asked is not None
        assert asked == resend(asked, f"call-{number}"), "the same failure asks for the same"
        assert asked.resent_version is not None
        standing = issue(asked, asked.resent_version, asked.resent_version) or asked
    assert resend(standing, "another") is None
    by_operator = issue(standing, standing.issued + 1, standing.issued + 1)
    assert by_operator is not None
    assert resend(by_operator, "another") is not None


def test_a_version_beyond_all_versions_is_not_believed() -> None:
    assert report(KNOWN, LARGEST_VERSION + 1, AT) is None
    believed = report(KNOWN, LARGEST_VERSION, AT)
    assert believed
    assert believed.version == LARGEST_VERSION
