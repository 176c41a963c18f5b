"""Cursors, and pages of what a filter keeps."""

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.aws.paging import MAX_POSITION_BYTES, READS, decode, encode, page_where

positions = st.text(min_size=1, max_size=MAX_POSITION_BYTES // 4).filter(lambda text: text.isprintable())


@given(positions)
def test_a_cursor_gives_its_position_back_and_needs_no_escaping_in_a_url(position: str) -> None:
    cursor = encode(position)
    assert decode(cursor) == position
    assert cursor.replace("-", "").replace("_", "").isalnum()


@given(st.text())
def test_any_text_as_a_cursor_is_a_position_or_refused(text: str) -> None:
    with suppress(ValueError):
        assert 0 < len(decode(text).encode()) <= MAX_POSITION_BYTES


@pytest.mark.parametrize("cursor", ["", "A", "%%%", "w6", "/////w", encode("x" * (MAX_POSITION_BYTES + 1))])
def test_what_no_list_gave_is_refused(cursor: str) -> None:
    with pytest.raises(ValueError, match="no cursor"):
        decode(cursor)


def read_numbers(after: str | None, limit: int) -> tuple[list[int], str | None]:
    """The numbers from 1 to 100."""
    first = int(after or 0) + 1
    found = list(range(first, min(first + limit, 101)))
    return found, str(found[-1]) if found and found[-1] < 100 else None


def test_pages_are_read_until_something_is_kept() -> None:
    assert page_where(read_numbers, lambda number: number > 22, None, 5) == ([23, 24, 25], "25")
    assert page_where(read_numbers, lambda number: number > 22, "25", 5) == ([26, 27, 28, 29, 30], "30")


def test_a_request_reads_only_so_many_pages_and_says_where_to_go_on() -> None:
    assert page_where(read_numbers, lambda _number: False, None, 5) == ([], str(5 * READS))


def test_the_end_of_the_list_is_the_end_of_the_pages() -> None:
    assert page_where(read_numbers, lambda number: number == 100, "60", 20) == ([100], None)
    assert page_where(read_numbers, lambda _number: False, "60", 20) == ([], None)
