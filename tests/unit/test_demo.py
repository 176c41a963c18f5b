"""Around the demo: where its stations stand, and when it opens a browser."""

import pytest

from local.demo.__main__ import has_display
from local.demo.acts import FIRMWARE, NEW_VERSION, PERIODS
from local.demo.network import GROUP_NAMES, STRANGERS
from local.demo.sites import SITES
from local.simulation import fleet
from local.simulation.transfers import version_in


def test_there_is_a_place_for_each_of_twenty_stations() -> None:
    places = [*SITES, *STRANGERS.values()]
    assert len(SITES) == 20
    assert len({one.name for one in places}) == len({(one.latitude, one.longitude) for one in places}) == len(places)
    for one in places:
        assert 45.8 < one.latitude < 55.1
        assert 5.9 < one.longitude < 17.2


def test_every_group_of_drivers_has_a_name() -> None:
    assert {one.group_id for one in fleet.cards(20) if one.group_id} == set(GROUP_NAMES)


def test_the_new_firmware_is_for_all_models_but_one() -> None:
    brought = {model.name: version_in(FIRMWARE, model.name) for model in fleet.MODELS}
    assert brought.pop(fleet.ODD_STATION.name) is None
    assert set(brought.values()) == {NEW_VERSION}


def test_the_profile_covers_the_day_in_order() -> None:
    hours = [hour for hour, _share in PERIODS]
    assert hours[0] == 0
    assert hours == sorted(set(hours))
    assert all(0 < share <= 1 for _hour, share in PERIODS)


@pytest.mark.parametrize(
    ("platform", "environment", "expected"),
    [
        ("linux", {}, False),
        ("linux", {"DISPLAY": ""}, False),
        ("linux", {"DISPLAY": ":0"}, True),
        ("linux", {"WAYLAND_DISPLAY": "wayland-0"}, True),
        ("darwin", {}, True),
        ("win32", {}, True),
    ],
)
def test_a_browser_is_opened_where_its_window_can_be_seen(
    platform: str, environment: dict[str, str], expected: bool
) -> None:
    assert has_display(platform, environment) is expected
