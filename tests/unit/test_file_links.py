"""Links by which stations fetch and bring files."""

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.domain import file_links
from shared.domain.file_links import MIB, MOST_MIB, Link, Refused

SECRET = "s3cret"
NOW = dt.datetime(2026, 11, 23, 8, tzinfo=dt.UTC)
LATER = NOW + dt.timedelta(hours=1)
REFS = st.text("ABCXYZabcxyz0189_-", min_size=1, max_size=64)
KEYS = st.builds(str.__add__, st.sampled_from(sorted(file_links.FOLDERS.values())), REFS)
LIMITS = st.integers(0, MOST_MIB)
CHARACTERS = st.characters(min_codepoint=0x21, max_codepoint=0x7E)
MAX_LOCATION = 512


def made(key: str, limit_mib: int, expires_at: dt.datetime = LATER) -> str:
    return file_links.path(key, expires_at=expires_at, limit_mib=limit_mib, secret=SECRET)


def read(
    target: str, limit_mib: int, at: dt.datetime = NOW, *, size_bytes: int = 1, secret: str = SECRET
) -> Link | Refused:
    """What a fitting request by a link may do."""
    method, length = ("PUT", str(size_bytes)) if limit_mib else ("GET", None)
    return file_links.read(target, method, length, at=at, secret=secret)


@given(key=KEYS, limit_mib=LIMITS, appended=st.text(max_size=100))
def test_a_link_leads_to_its_object_whatever_is_appended(key: str, limit_mib: int, appended: str) -> None:
    link = made(key, limit_mib)
    expected = Link(key, LATER, limit_mib)
    assert read(link, limit_mib) == read(link + appended, limit_mib) == expected
    assert read(link.rstrip("/") + appended, limit_mib) == expected


@given(key=KEYS, limit_mib=LIMITS, data=st.data())
def test_every_changed_character_is_refused(key: str, limit_mib: int, data: st.DataObject) -> None:
    link = made(key, limit_mib).rstrip("/")
    position = data.draw(st.integers(0, len(link) - 1))
    other = data.draw(CHARACTERS.filter(lambda one: one != link[position]))
    changed = link[:position] + other + link[position + 1 :]
    removed = link[:position] + link[position + 1 :]
    inserted = link[:position] + other + link[position:]
    for forged in (changed, removed, inserted):
        for limit in (0, 1):
            found = read(forged, limit)
            assert isinstance(found, Refused)
            assert found.status == 403


@given(target=st.text(max_size=200))
def test_no_other_path_is_a_link(target: str) -> None:
    found = read(f"/u/{target}", 1)
    assert isinstance(found, Refused)
    assert found.status == 403


@given(key=KEYS, limit_mib=LIMITS, host=st.integers(1, 253), expires_s=st.integers(1_700_000_000, 2**33))
def test_a_link_fits_into_a_location_of_ocpp(key: str, limit_mib: int, host: int, expires_s: int) -> None:
    link = made(key, limit_mib, dt.datetime.fromtimestamp(expires_s, dt.UTC))
    assert len("https://" + "h" * host + link) + 100 <= MAX_LOCATION


@given(key=KEYS, limit_mib=LIMITS, late_s=st.integers(0, 10**9))
def test_a_link_is_good_until_it_expires(key: str, limit_mib: int, late_s: int) -> None:
    link = made(key, limit_mib)
    assert isinstance(read(link, limit_mib, LATER - dt.timedelta(seconds=1)), Link)
    found = read(link, limit_mib, LATER + dt.timedelta(seconds=late_s))
    assert isinstance(found, Refused)
    assert found.status == 410


@given(key=KEYS, limit_mib=st.integers(1, MOST_MIB))
def test_an_upload_may_be_as_large_as_its_link_says(key: str, limit_mib: int) -> None:
    link = made(key, limit_mib)
    assert isinstance(read(link, limit_mib, size_bytes=limit_mib * MIB), Link)
    found = read(link, limit_mib, size_bytes=limit_mib * MIB + 1)
    assert isinstance(found, Refused)
    assert found.status == 413


def test_a_link_of_another_system_is_refused() -> None:
    found = read(made("uploads/a", 1), 1, secret="another")
    assert isinstance(found, Refused)
    assert found.status == 403


@pytest.mark.parametrize(
    ("key", "limit_mib"),
    [("uploads/", 1), ("uploads/a.b", 1), ("uploads/" + "a" * 65, 1), ("uploads/a", MOST_MIB + 1), ("uploads/a", -1)],
)
def test_a_link_that_could_not_be_read_is_not_made(key: str, limit_mib: int) -> None:
    with pytest.raises(ValueError, match="no link can be made"):
        made(key, limit_mib)
