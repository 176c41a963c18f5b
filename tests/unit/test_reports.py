"""Reports in pages: whatever their order and however often they come, the report is complete when all are there."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.domain.reports import PAGE_TIMEOUT, Report, answered, paged

AT = datetime(2026, 11, 23, 8, tzinfo=UTC)
ASKED = Report("CP1", 5, "NotifyReport", "call", AT)
UNSOLICITED = ASKED._replace(call_id=None)


def page(report: Report, number: int, last: int, at: datetime = AT) -> Report:
    return paged(report, seq_no=number, digest="", more=number < last, at=at)


@given(st.data(), st.integers(0, 12))
def test_pages_in_any_order_and_any_number_make_the_report(data: st.DataObject, last: int) -> None:
    twice = data.draw(st.lists(st.integers(0, last), max_size=10))
    order = data.draw(st.permutations([*range(last + 1), *twice]))
    report, come = ASKED, set[int]()
    for number in order:
        report = page(report, number, last)
        come.add(number)
        is_whole = come == set(range(last + 1))
        assert (report.state, report.pages) == ("complete" if is_whole else "open", len(come))
        assert list(report.missing(100)) == sorted(set(range(max(come))) - come)


def test_a_page_number_out_of_all_bounds_costs_nothing() -> None:
    report = page(ASKED, 2**31 - 1, 2**31 - 1)
    assert (report.state, len(list(report.missing(100)))) == ("open", 100)


@given(st.lists(st.text("ab", min_size=1, max_size=2)))
def test_pages_without_numbers_are_told_by_their_content(contents: list[str]) -> None:
    report = ASKED
    for content in contents:
        report = paged(report, seq_no=None, digest=content, more=True, at=AT)
    assert (report.pages, report.state) == (len(set(contents)), "open")
    report = paged(report, seq_no=None, digest="last", more=False, at=AT)
    assert report.state == "complete"
    assert paged(report, seq_no=None, digest="late", more=True, at=AT).state == "complete"


def test_an_unsolicited_report_begins_anew_under_the_same_id() -> None:
    first = page(page(UNSOLICITED, 0, 1), 1, 1)
    assert first.state == "complete"
    again = page(first, 0, 1)
    assert (again.state, again.seq_nos) == ("open", (0,))
    asked = page(page(page(ASKED, 0, 1), 1, 1), 0, 1)
    assert (asked.state, asked.seq_nos) == ("complete", (0, 1))


@pytest.mark.parametrize(
    ("status", "state"),
    [
        ("Accepted", "open"),
        ("EmptyResultSet", "empty"),
        ("NoProfiles", "empty"),
        ("Unknown", "empty"),
        ("Rejected", "refused"),
        ("NotSupported", "refused"),
        ("NotImplemented", "refused"),
    ],
)
def test_the_answer_says_whether_pages_will_come(status: str, state: str) -> None:
    assert answered(ASKED, status, AT).state == state
    assert answered(page(ASKED, 0, 0), status, AT).state == "complete"


def test_a_report_is_partial_when_its_next_page_is_overdue() -> None:
    late = AT + PAGE_TIMEOUT + timedelta(seconds=1)
    assert not ASKED.is_partial(late)
    assert answered(ASKED, "Accepted", AT).is_partial(late)
    assert not answered(ASKED, "Accepted", AT).is_partial(AT)
    assert page(ASKED, 0, 1).is_partial(late)
    assert not page(ASKED, 0, 0).is_partial(late)
