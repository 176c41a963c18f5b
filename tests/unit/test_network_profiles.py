"""Network profiles: which slots are free, which addresses a station can be given."""

import pytest

from shared.domain.errors import Conflict, Invalid
from shared.domain.network_profiles import check_slot, free_slot, slots, url_complaint


@pytest.mark.parametrize(("text", "found"), [(None, []), ("", []), ("2, 1", [2, 1]), ("1,x,3", [1, 3])])
def test_slots_are_read_from_a_list(text: str | None, found: list[int]) -> None:
    assert slots(text) == found


@pytest.mark.parametrize(
    ("there_are", "priority", "active", "free"),
    [
        ([1, 2, 3], [1], 1, 2),
        ([1, 2], [1, 2], 1, 2),
        ([1, 2], [1, 2], 2, 1),
        ([], [1, 2], None, 2),
        ([1, 2], [], 1, 2),
    ],
)
def test_a_free_slot_is_one_that_is_not_in_use(
    there_are: list[int], priority: list[int], active: int | None, free: int
) -> None:
    assert free_slot(there_are, priority, active) == free


@pytest.mark.parametrize(("there_are", "priority", "active"), [([], [], None), ([1], [1], 1), ([], [1], None)])
def test_where_no_slot_is_known_to_be_free_none_is_taken(
    there_are: list[int], priority: list[int], active: int | None
) -> None:
    with pytest.raises(Conflict):
        free_slot(there_are, priority, active)


def test_a_slot_is_one_that_the_station_has() -> None:
    check_slot(7, [], "slot")
    check_slot(1, [1, 2], "slot")
    with pytest.raises(Invalid):
        check_slot(7, [1, 2], "slot")


@pytest.mark.parametrize(
    ("url", "profile", "fine"),
    [
        ("wss://csms.example/ocpp", 2, True),
        ("ws://csms.example/ocpp", 1, True),
        ("ws://csms.example/ocpp", 2, False),
        ("https://csms.example", 2, False),
        ("csms.example", 1, False),
        ("wss://", 2, False),
        ("wss://csms.example/oc pp", 2, False),
        ("wss://csms.example/ocpp/CP1", 2, False),
        ("wss://csms.example/ocpp/CP1/", 2, False),
        ("wss://csms.example/ocpp/%43P1", 2, False),
        ("wss://csms.example/ocpp/CP11", 2, True),
        ("wss://csms.example/".ljust(513, "x"), 2, False),
    ],
)
def test_addresses(url: str, profile: int, fine: bool) -> None:
    assert (url_complaint(url, "CP1", profile, 512) is None) == fine
